import type { Instant } from '../kernel/time';
import type { PersonCommand, ReviewChoice, ReviewFacts } from './commands';
import type { ReviewSubject } from './events';
import { findPurchase } from './goods';
import { isPurchaseOpen } from './purchase';
import { findPayment, findRefund, isProvenClosed, keptPayment, refundableMinor, type SubmittedOrder } from './state';

type Answer = (state: SubmittedOrder, subject: ReviewSubject, about: string, facts: ReviewFacts) => PersonCommand | null;

const dismiss: Answer = (_state, subject) => ({ type: 'ResolveReview', subject });
const amountOf = ({ amountMinor }: ReviewFacts): { amountMinor?: number } => (amountMinor === undefined ? {} : { amountMinor });

/** By the word before the colon of a subject: each way to answer it, and the command that it stands for. */
const ANSWERS: Partial<Readonly<Record<ReviewKind, Partial<Readonly<Record<ReviewChoice, Answer>>>>>> = {
  deadline: {
    RETRY: (_state, _subject, _about, { at }) => ({ type: 'RetryOrder', at }),
    REFUND: (_state, _subject, _about, facts) => ({ type: 'OrderRefund', ...amountOf(facts) }),
    DISMISS: dismiss,
  },
  progress: {
    RETRY: (_state, _subject, _about, { at }) => ({ type: 'RetryOrder', at }),
    REFUND: (_state, _subject, _about, facts) => ({ type: 'OrderRefund', ...amountOf(facts) }),
    DISMISS: dismiss,
  },
  payment: {
    CONFIRM_PAYMENT: (_state, _subject, reference, { at, amountMinor, transactionId }) => ({
      type: 'ConfirmPayment',
      reference,
      at,
      ...(amountMinor === undefined ? {} : { capturedMinor: amountMinor }),
      ...(transactionId === undefined ? {} : { transactionId }),
    }),
    CONFIRM_SURPLUS: (_state, _subject, reference, { amountMinor, transactionId }) =>
      transactionId === undefined
        ? null
        : { type: 'ConfirmSurplus', reference, transactionId, ...(amountMinor === undefined ? {} : { surplusMinor: amountMinor }) },
    NOT_PAID: (state, subject, reference) => (mayBePaid(state, reference) ? { type: 'ResolveReview', subject } : null),
    REFUND: (_state, _subject, reference, facts) => ({ type: 'OrderRefund', reference, ...amountOf(facts) }),
    DISMISS: (state, subject, reference) => (mayBePaid(state, reference) ? null : { type: 'ResolveReview', subject }),
  },
  purchase: {
    WRITE_OFF: (state, subject, requestId) => (mayGiveGoods(state, requestId) ? { type: 'ResolveReview', subject } : null),
    DISMISS: (state, subject, requestId) => (mayGiveGoods(state, requestId) ? null : { type: 'ResolveReview', subject }),
  },
  /** The goods themselves are handed in by `DeliverManually`. */
  delivery: {
    REFUND: (_state, _subject, _about, facts) => ({ type: 'OrderRefund', ...amountOf(facts) }),
  },
  refund: {
    CONFIRM_REFUNDED: (_state, _subject, refundReference) => ({ type: 'ConfirmRefund', refundReference, outcome: 'REFUNDED' }),
    NOT_REFUNDED: (_state, _subject, refundReference) => ({ type: 'ConfirmRefund', refundReference, outcome: 'NOT_REFUNDED' }),
    REFUND_AGAIN: refundAgain,
    DISMISS: dismiss,
  },
  card: {
    REISSUE: (_state, _subject, cardId, { at }) => ({ type: 'ReissueCard', cardId, at }),
    REFUND: refundOfCard,
    DISMISS: dismiss,
  },
  complaint: {
    REFUND: (_state, _subject, _about, facts) => ({ type: 'OrderRefund', ...amountOf(facts) }),
    DISMISS: (_state, subject) => ({ type: 'ResolveComplaint', subject, outcome: 'REJECTED' }),
  },
  frozen: { UNFREEZE: () => ({ type: 'UnfreezeOrder' }) },
};
const ANSWERS_OF_OTHERS: Partial<Readonly<Record<ReviewChoice, Answer>>> = { DISMISS: dismiss };

/** Nobody has seen money on it, and nobody has proven that none can come. */
function mayBePaid(state: SubmittedOrder, reference: string): boolean {
  const payment = findPayment(state, reference);
  return payment !== undefined && payment.captured === undefined && !isProvenClosed(payment);
}

/** Nobody knows yet what became of the purchase. */
function mayGiveGoods(state: SubmittedOrder, requestId: string): boolean {
  const purchase = findPurchase(state, requestId);
  return purchase !== undefined && isPurchaseOpen(purchase);
}

function refundAgain(state: SubmittedOrder, _subject: ReviewSubject, refundReference: string): PersonCommand | null {
  const refund = findRefund(state, refundReference);
  if (refund?.status !== 'REFUSED') return null;
  const { reference, amount, takesBack } = refund;
  return { type: 'OrderRefund', reference, amountMinor: amount.amountMinor, cardIds: takesBack };
}

/** The price of this one card, as far as it is still ours. */
function refundOfCard(state: SubmittedOrder, _subject: ReviewSubject, cardId: string, facts: ReviewFacts): PersonCommand | null {
  const payment = keptPayment(state);
  if (payment === undefined) return null;
  const amountMinor = facts.amountMinor ?? Math.min(state.submitted.terms.unitPrice.amountMinor, refundableMinor(state, payment));
  return { type: 'OrderRefund', amountMinor, cardIds: [cardId] };
}

/** What reviews are about. A subject of a kind that this program does not know is shown all the same. */
export const REVIEW_KINDS = [
  'payment',
  'purchase',
  'delivery',
  'deadline',
  'frozen',
  'refund',
  'card',
  'complaint',
  'events',
  'progress',
  'other',
] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** `payment` of `payment:<reference>`. */
export function reviewKindOf(subject: ReviewSubject): ReviewKind {
  const word = subject.split(':', 1)[0];
  return REVIEW_KINDS.find((kind) => kind === word) ?? 'other';
}

/** What a subject names: the payment, refund, card … */
export const aboutOf = (subject: ReviewSubject): string => subject.slice(subject.indexOf(':') + 1);
/** Every way to answer it that there is, whether the order would take it or not. */
export const answersOf = (subject: ReviewSubject): Partial<Readonly<Record<ReviewChoice, Answer>>> =>
  ANSWERS[reviewKindOf(subject)] ?? ANSWERS_OF_OTHERS;

/** The command that a choice stands for; null when this subject does not offer it. */
export function commandOfChoice(state: SubmittedOrder, subject: ReviewSubject, choice: ReviewChoice, facts: ReviewFacts): PersonCommand | null {
  return answersOf(subject)[choice]?.(state, subject, aboutOf(subject), facts) ?? null;
}

export interface OpenReview {
  readonly subject: ReviewSubject;
  readonly cause: string;
  readonly openedAt: Instant;
}

/** Everything about the order that waits for a person, a freeze included; oldest first. */
export function openReviews({ reviews, frozen }: Pick<SubmittedOrder, 'reviews' | 'frozen'>): readonly OpenReview[] {
  const all = [...reviews, ...(frozen === undefined ? [] : [{ subject: 'frozen', cause: frozen.cause, openedAt: frozen.at }])];
  return all.sort((a, b) => a.openedAt - b.openedAt);
}
