import { purchaseRequestId } from '../kernel/ids';
import { times } from '../kernel/money';
import { reject } from '../kernel/rejection';
import { toIso } from '../kernel/time';
import type { Decision } from './decision';
import { received } from './decide-received';
import { answeredReview } from './confirmed-money';
import type { OrderEvent } from './events';
import { findPurchase, goodsInDoubt, purchaseSubject, unwantedSince } from './goods';
import { costLimit } from './margin';
import { isPurchaseOpen, type Purchase } from './purchase';
import type { ChannelCommand, PurchaseAnswer, PurchaseEngineCommand, PurchaseReport } from './purchase-commands';
import type { PurchaseWord, WriteOffCause } from './purchase-events';
import { unitsOwed, type SubmittedOrder } from './state';

type Command<T extends PurchaseEngineCommand['type']> = Extract<PurchaseEngineCommand, { type: T }>;
type RecordAnswer = Command<'RecordPurchaseAnswer'>;

/** Paid, wanted, something is owed, and nothing of it is on its way. */
function lacksGoods(state: SubmittedOrder): boolean {
  const busy = goodsInDoubt(state) || state.arriving.length > 0 || state.reserving !== undefined;
  return !busy && state.paidAt !== undefined && unwantedSince(state) === undefined && unitsOwed(state) > 0;
}

/**
 * GIVEN a paid order that lacks goods, whose terms say what each card must leave
 * WHEN  the plan finds that no channel is left, and one of them because of its price
 * THEN  that it waits for a better price is stored, with what stands against each channel
 * REJECTED ILLEGAL_STATE when nothing is lacking or no margin was agreed · ALREADY SO while it waits
 */
export function holdPurchase({ channels }: Command<'HoldPurchase'>, state: SubmittedOrder): Decision {
  const { skuId, terms } = state.submitted;
  if (!lacksGoods(state) || terms.minMargin === undefined) return reject('ILLEGAL_STATE');
  return state.margin === undefined ? [{ type: 'PurchaseHeld', data: { skuId, minMargin: terms.minMargin, channels } }] : [];
}

/**
 * GIVEN a paid order that lacks goods, with no purchase open, none on its way in and no reservation to settle
 * WHEN  the plan wants to buy them from a channel of its terms
 * THEN  the right to send exactly this purchase is stored first, under an id made of order and attempt
 * REJECTED ILLEGAL_STATE otherwise: at most one purchase of an order may be under way
 */
export function requestPurchase(command: Command<'RequestPurchase'>, state: SubmittedOrder): Decision {
  const { channelId, product, callbackUrl, choice, passedOver, policy, by, performBy, answerBy } = command;
  const { skuId, terms, fields } = state.submitted;
  const source = terms.sources.find((s) => s.kind === 'CHANNEL' && s.channelId === channelId && s.product === product);
  if (source?.kind !== 'CHANNEL' || !lacksGoods(state)) return reject('ILLEGAL_STATE');
  const attempt = state.purchases.length + 1;
  const data = {
    attempt,
    requestId: purchaseRequestId(state.orderId, attempt),
    channelId,
    skuId,
    product,
    quantity: unitsOwed(state),
    maxUnitCost: costLimit(terms, source),
    by,
    performBy: toIso(performBy),
    answerBy: toIso(answerBy),
    ...(fields === undefined ? {} : { fields }),
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
    ...(choice === undefined ? {} : { choice }),
    ...(passedOver === undefined ? {} : { passedOver }),
    ...(policy === undefined ? {} : { policy }),
  };
  return [{ type: 'PurchaseRequested', data }];
}

/** The same channel may be asked anew, but not before its time; nothing is scheduled for an order that nobody wants any more. */
function retry({ retryAt }: RecordAnswer, state: SubmittedOrder, { requestId, attempt }: Purchase, cause: string): readonly OrderEvent[] {
  if (retryAt === undefined || unwantedSince(state) !== undefined) return [];
  return [{ type: 'RetryScheduled', data: { step: 'purchase', reference: requestId, attempt, dueAt: toIso(retryAt), cause } }];
}

/** The channel said that there is nothing and will be nothing. What was open or written off is over; what gave goods gave them. */
function over(command: RecordAnswer, word: 'REFUSED' | 'CANCELLED', report: PurchaseReport, state: SubmittedOrder, purchase: Purchase): Decision {
  if (!isPurchaseOpen(purchase) && purchase.status !== 'WRITTEN_OFF') return noNews(word, purchase);
  const { requestId, channelId } = purchase;
  const { skuId } = state.submitted;
  const reason = report.reason ?? word;
  const event: OrderEvent =
    word === 'REFUSED'
      ? { type: 'PurchaseRefused', data: { requestId, channelId, skuId, reason, proof: 'STATUS' } }
      : { type: 'PurchaseCancelled', data: { requestId, channelId, skuId, ...(report.reason === undefined ? {} : { reason }) } };
  return [event, ...retry(command, state, purchase, reason), ...answeredReview(state, purchaseSubject(requestId))];
}

/** A question that changes nothing is a fact only when it answers a notice. */
function noNews(status: PurchaseWord, purchase: Purchase): Decision {
  const { requestId, channelId } = purchase;
  return purchase.noticePending ? [{ type: 'PurchaseChecked', data: { requestId, channelId, status } }] : [];
}

/** It goes on. The first such answer is a fact, and each that answers a notice or a due stage. */
function goesOn(command: RecordAnswer, status: 'PENDING' | 'NOT_FOUND', purchase: Purchase): Decision {
  const { requestId, channelId } = purchase;
  const known = status === 'PENDING' ? purchase.status === 'PENDING' : purchase.notFoundAt !== undefined;
  const stage = purchase.status === 'WRITTEN_OFF' && (purchase.nextCheckAt ?? 0) <= command.at && command.nextCheckAt !== purchase.nextCheckAt;
  const news = purchase.noticePending || stage || (isPurchaseOpen(purchase) && !known);
  const next = command.nextCheckAt === undefined ? {} : { nextCheckAt: toIso(command.nextCheckAt) };
  return news ? [{ type: 'PurchaseChecked', data: { requestId, channelId, status, ...next } }] : [];
}

/** A receipt for a part does not say for how many units: nobody can tell what is still owed, so it is no answer. */
const isUncounted = ({ status, receipt, cards }: PurchaseReport): boolean => status === 'PARTIAL' && receipt !== undefined && cards.length === 0;

function reported(command: RecordAnswer, report: PurchaseReport, state: SubmittedOrder, purchase: Purchase): Decision {
  if (isUncounted(report)) return unproven(command, { kind: 'UNKNOWN', cause: 'PARTIAL_TOP_UP' }, state, purchase);
  const goods = report.cards.length > 0 || report.status === 'COMPLETED' || report.status === 'PARTIAL';
  if (goods) {
    const events = received(state, purchase, report);
    if (events.length === 0) return noNews(report.status, purchase);
    const nothingGood = report.cards.length === 0 && report.receipt === undefined;
    return nothingGood ? [...events, ...retry(command, state, purchase, 'NOTHING_GIVEN')] : events;
  }
  return report.status === 'REFUSED' || report.status === 'CANCELLED'
    ? over(command, report.status, report, state, purchase)
    : goesOn(command, 'PENDING', purchase);
}

function writtenOff(state: SubmittedOrder, purchase: Purchase, cause: WriteOffCause): OrderEvent {
  const { requestId, channelId } = purchase;
  const { maxUnitCost, quantity } = purchase.request;
  return {
    type: 'PurchaseWrittenOff',
    data: { requestId, channelId, skuId: state.submitted.skuId, costAtRisk: times(maxUnitCost, quantity), cause },
  };
}

/** Everything that is no report: it proves at most that this one sending did nothing. */
function unproven(command: RecordAnswer, answer: Exclude<PurchaseAnswer, { kind: 'REPORTED' }>, state: SubmittedOrder, purchase: Purchase): Decision {
  const { requestId, channelId, status } = purchase;
  const onlySending = command.first && status === 'REQUESTED';
  switch (answer.kind) {
    case 'REFUSED':
    case 'NOT_DONE': {
      if (!onlySending) return [];
      const proof = answer.kind === 'REFUSED' ? ('REQUEST' as const) : answer.kind;
      const refused: OrderEvent = {
        type: 'PurchaseRefused',
        data: { requestId, channelId, skuId: state.submitted.skuId, reason: answer.code, proof },
      };
      return [refused, ...retry(command, state, purchase, answer.code)];
    }
    case 'NOT_FOUND':
      return answer.final && isPurchaseOpen(purchase)
        ? [writtenOff(state, purchase, 'NEVER_SEEN'), ...answeredReview(state, purchaseSubject(requestId))]
        : goesOn(command, 'NOT_FOUND', purchase);
    case 'UNKNOWN':
      return status === 'REQUESTED' ? [{ type: 'PurchaseTimedOut', data: { requestId, channelId, cause: answer.cause } }] : [];
  }
}

/**
 * GIVEN a purchase that was sent, asked about or cancelled
 * WHEN  the answer is there
 * THEN  goods are recorded whatever was known before, and before anything is done with them; a refusal ends it; all else is asked again
 */
export function recordPurchaseAnswer(command: RecordAnswer, state: SubmittedOrder): Decision {
  const purchase = findPurchase(state, command.requestId);
  if (purchase === undefined) return reject('PURCHASE_NOT_FOUND');
  return command.answer.kind === 'REPORTED'
    ? reported(command, command.answer.report, state, purchase)
    : unproven(command, command.answer, state, purchase);
}

/**
 * GIVEN a purchase of this order
 * WHEN  its channel sends a well-signed notice about it
 * THEN  it is stored as a hint, and the channel is asked
 * ALREADY SO when it says what is known or nothing at all, or when another notice still waits to be asked about
 */
export function recordPurchaseNotice(command: ChannelCommand, state: SubmittedOrder): Decision {
  const purchase = findPurchase(state, command.requestId);
  if (purchase === undefined || purchase.channelId !== command.channelId) return reject('PURCHASE_NOT_FOUND');
  if (purchase.noticePending || command.claimedStatus === 'PENDING' || command.claimedStatus === purchase.status) return [];
  const { type: _type, ...data } = command;
  return [{ type: 'PurchaseNoticeReceived', data }];
}

/** From now on the channel is told to forget it. ALREADY SO when it is being told, or when there is nothing to forget. */
export function requestPurchaseCancel(command: Command<'RequestPurchaseCancel'>, state: SubmittedOrder): Decision {
  const purchase = findPurchase(state, command.requestId);
  if (purchase === undefined) return reject('PURCHASE_NOT_FOUND');
  const { requestId, channelId, status } = purchase;
  if (purchase.cancelRequestedAt !== undefined || !(isPurchaseOpen(purchase) || status === 'WRITTEN_OFF')) return [];
  return [{ type: 'PurchaseCancelRequested', data: { requestId, channelId, cause: command.cause } }];
}

/**
 * GIVEN a purchase whose outcome nobody knows
 * WHEN  the frozen terms or a person give it up
 * THEN  what it may have cost is booked as a risk; goods that still come are recorded and become stock
 * REJECTED ILLEGAL_STATE when its outcome is known
 */
export function writeOffPurchase(command: Command<'WriteOffPurchase'>, state: SubmittedOrder): Decision {
  const purchase = findPurchase(state, command.requestId);
  if (purchase === undefined) return reject('PURCHASE_NOT_FOUND');
  if (!isPurchaseOpen(purchase)) return reject('ILLEGAL_STATE', { status: purchase.status });
  return [writtenOff(state, purchase, command.cause), ...answeredReview(state, purchaseSubject(purchase.requestId))];
}

/** What a person decides about a purchase under review: nobody waits for it any more. */
export function reviewedPurchase(state: SubmittedOrder, subject: string): readonly OrderEvent[] {
  const purchase = state.purchases.find((p) => purchaseSubject(p.requestId) === subject);
  return purchase === undefined || !isPurchaseOpen(purchase) ? [] : [writtenOff(state, purchase, 'PERSON')];
}
