import { isRejection, type Rejection } from '../kernel/rejection';
import type { Instant } from '../kernel/time';
import { openComplaints } from './complaints';
import type { OrderCommand, OrderRejection, ReviewChoice } from './commands';
import { order } from './decide';
import type { ReviewSubject } from './events';
import { showsReceipt } from './decide-intake';
import { answersOf, commandOfChoice, openReviews } from './reviews';
import { SHARE_HOURS_DEFAULT } from './shares';
import { openReplacements, type SubmittedOrder } from './state';

/** Stands for the id of a capture that a person will name. */
const ANY_TRANSACTION = '';
/** Stand for the person and the tag that will be named: no actor and no tag is empty. */
const ANYBODY = '';
const ANY_TAG = '';
/** Stands for the id of a link that is yet to be made. */
const NEW_SHARE = '';

/** The choices that the order would take now: asked of `decide` itself. */
export function choicesOf(state: SubmittedOrder, subject: ReviewSubject, at: Instant): readonly ReviewChoice[] {
  return (Object.keys(answersOf(subject)) as ReviewChoice[]).filter((choice) => {
    const command: OrderCommand | null = commandOfChoice(state, subject, choice, { at, transactionId: ANY_TRANSACTION });
    const decision = command === null ? [] : order.decide(command, state);
    return !isRejection(decision) && decision.length > 0;
  });
}

/** What people may do to an order, by the public name of each. */
export type OrderAction =
  | 'cancelOrder'
  | 'changePaymentMethod'
  | 'revealCards'
  | 'reportCard'
  | 'resendDelivery'
  | 'retryOrder'
  | 'refundOrder'
  | 'reissueCard'
  | 'confirmPayment'
  | 'confirmSurplus'
  | 'confirmRefund'
  | 'resolveReview'
  | 'freezeOrder'
  | 'unfreezeOrder'
  | 'addNote'
  | 'openComplaint'
  | 'resolveComplaint'
  | 'assignOrder'
  | 'unassignOrder'
  | 'tagOrder'
  | 'untagOrder'
  | 'revealFields'
  | 'shareOrder'
  | 'revokeOrderShare';

/** The moment, and what only the outside knows. */
export interface ActionWorld {
  readonly at: Instant;
  /** The gateway of the payment in use can close it, or be asked about it. */
  readonly gatewayCanCloseOrBeAsked: boolean;
}

type Code = OrderRejection['code'] | 'ALREADY_SO';

export interface ActionVerdict {
  readonly action: OrderAction;
  readonly allowed: boolean;
  /** Why not. */
  readonly refusal: Rejection<Code> | null;
  /** What it may be done to: card ids, payment or refund references, review subjects, tags, links. Empty where the whole order is meant. */
  readonly targets: readonly string[];
}

/** One command for each thing it could be done to. `none` is said when there is no such thing. */
interface Attempt {
  readonly tries: (state: SubmittedOrder, world: ActionWorld) => readonly (readonly [target: string | null, command: OrderCommand])[];
  readonly none?: Code | ((state: SubmittedOrder) => Code);
}

const whole = (command: (state: SubmittedOrder, world: ActionWorld) => OrderCommand): Attempt => ({
  tries: (state, world) => [[null, command(state, world)]],
});
const each = (
  none: NonNullable<Attempt['none']>,
  targets: (state: SubmittedOrder) => readonly string[],
  command: (target: string, world: ActionWorld) => OrderCommand,
): Attempt => ({ none, tries: (state, world) => targets(state).map((target) => [target, command(target, world)]) });

const cards = (state: SubmittedOrder): readonly string[] => [...state.deliveredCardIds, ...openReplacements(state).map(({ cardId }) => cardId)];

/** Why there is no card: what was done with a receipt has none, and never will. */
const noCardOf = (state: SubmittedOrder): Code => (showsReceipt(state) ? 'DONE_WITH_RECEIPT' : 'NOT_DELIVERED');

const ATTEMPTS: Readonly<Record<Exclude<OrderAction, 'resolveReview'>, Attempt>> = {
  cancelOrder: whole(() => ({ type: 'RequestCancel' })),
  changePaymentMethod: whole(({ method }, { gatewayCanCloseOrBeAsked }) => ({
    type: 'ChangePaymentMethod',
    payment: method,
    gatewayCanCloseOrBeAsked,
  })),
  revealCards: whole((_state, { at }) => ({ type: 'RevealCards', at })),
  reportCard: each(
    noCardOf,
    (state) => state.deliveredCardIds,
    (cardId) => ({ type: 'ReportCard', cardId, problem: '' }),
  ),
  resendDelivery: whole(() => ({ type: 'ResendDelivery' })),
  retryOrder: whole((_state, { at }) => ({ type: 'RetryOrder', at })),
  refundOrder: {
    none: 'NOTHING_TO_REFUND',
    tries: ({ payments }) =>
      payments
        .filter(({ captured }) => captured !== undefined)
        .map(({ reference }): [string, OrderCommand] => [reference, { type: 'OrderRefund', reference }]),
  },
  reissueCard: each(noCardOf, cards, (cardId, { at }) => ({ type: 'ReissueCard', cardId, at })),
  confirmPayment: each(
    'PAYMENT_NOT_FOUND',
    ({ payments }) => payments.map(({ reference }) => reference),
    (reference, { at }) => ({ type: 'ConfirmPayment', reference, at }),
  ),
  confirmSurplus: each(
    'PAYMENT_NOT_FOUND',
    ({ payments }) => payments.map(({ reference }) => reference),
    (reference) => ({ type: 'ConfirmSurplus', reference, transactionId: ANY_TRANSACTION }),
  ),
  confirmRefund: each(
    'REFUND_NOT_FOUND',
    ({ refunds }) => refunds.map(({ refundReference }) => refundReference),
    (refundReference) => ({ type: 'ConfirmRefund', refundReference, outcome: 'REFUNDED' }),
  ),
  freezeOrder: whole(() => ({ type: 'FreezeOrder', cause: 'PERSON' })),
  unfreezeOrder: whole(() => ({ type: 'UnfreezeOrder' })),
  addNote: whole(() => ({ type: 'AddNote', text: '' })),
  openComplaint: whole(() => ({ type: 'OpenComplaint', about: 'OTHER', text: '' })),
  resolveComplaint: each(
    'COMPLAINT_NOT_FOUND',
    (state) => openComplaints(state).map(({ subject }) => subject),
    (subject) => ({ type: 'ResolveComplaint', subject, outcome: 'UPHELD' }),
  ),
  assignOrder: whole(() => ({ type: 'AssignOrder', assignee: ANYBODY, over: true })),
  unassignOrder: whole(() => ({ type: 'UnassignOrder' })),
  tagOrder: whole(() => ({ type: 'TagOrder', tag: ANY_TAG })),
  untagOrder: {
    none: 'ALREADY_SO',
    tries: ({ tags }) => tags.map((tag): [string, OrderCommand] => [tag, { type: 'UntagOrder', tag }]),
  },
  shareOrder: whole((_state, { at }) => ({ type: 'ShareOrder', shareId: NEW_SHARE, hours: SHARE_HOURS_DEFAULT, at })),
  revokeOrderShare: {
    none: 'SHARE_NOT_FOUND',
    tries: ({ shares }) => shares.map(({ shareId }): [string, OrderCommand] => [shareId, { type: 'RevokeShare', shareId }]),
  },
  revealFields: whole((_state, { at }) => ({ type: 'RevealFields', reader: ANYBODY, at })),
};

/** A look within ten minutes of the last is allowed, and no new fact. */
const REPEATABLE: ReadonlySet<OrderAction> = new Set(['revealCards']);

const refused = (action: OrderAction, refusal: Rejection<Code>): ActionVerdict => ({ action, allowed: false, refusal, targets: [] });

function verdictOn(action: Exclude<OrderAction, 'resolveReview'>, state: SubmittedOrder, world: ActionWorld): ActionVerdict {
  const { tries, none } = ATTEMPTS[action];
  const targets: string[] = [];
  let allowed = false;
  let refusal: Rejection<Code> | null = none === undefined ? null : { rejected: true, code: typeof none === 'function' ? none(state) : none };
  for (const [target, command] of tries(state, world)) {
    const decision = order.decide(command, state);
    if (isRejection(decision)) refusal = decision;
    else if (decision.length > 0 || REPEATABLE.has(action)) {
      allowed = true;
      if (target !== null) targets.push(target);
    } else refusal = { rejected: true, code: 'ALREADY_SO' };
  }
  return allowed ? { action, allowed, refusal: null, targets } : refused(action, refusal ?? { rejected: true, code: 'ILLEGAL_STATE' });
}

/** Which actions the order would take now, and why not the others: asked of `decide` itself, so there is no second table of rules. */
export function actionsOf(state: SubmittedOrder, world: ActionWorld): readonly ActionVerdict[] {
  const subjects = openReviews(state).filter(({ subject }) => choicesOf(state, subject, world.at).length > 0);
  const resolve: ActionVerdict =
    subjects.length > 0
      ? { action: 'resolveReview', allowed: true, refusal: null, targets: subjects.map(({ subject }) => subject) }
      : refused('resolveReview', { rejected: true, code: 'REVIEW_NOT_FOUND' });
  const names = Object.keys(ATTEMPTS) as Exclude<OrderAction, 'resolveReview'>[];
  return [...names.map((action) => verdictOn(action, state, world)), resolve];
}
