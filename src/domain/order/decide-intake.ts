import { canonicalJson } from '../kernel/hash';
import { reject } from '../kernel/rejection';
import type { BuyerCommand } from './commands';
import type { Decision } from './decision';
import { cardSubject, fullRefundOpen, inReview, isInDoubt, isWithheld, latestPayment, type SubmittedOrder } from './state';

type Command<T extends BuyerCommand['type']> = Extract<BuyerCommand, { type: T }>;

/** A repeat of the same look within this time is one fact. */
export const REVEAL_QUIET_MS = 10 * 60 * 1_000;

/** A buyer who looks or complains a thousand times does not fill the order: beyond so many events on it, only what is new is a fact. */
const REPEATED_LOOKS_STORED_UP_TO = 200;

/**
 * GIVEN an order that nobody has paid yet
 * WHEN  the buyer asks to cancel
 * THEN  the wish is stored; the plan closes what is open and cancels, or finds money and returns it
 * REJECTED CANNOT_CANCEL_PAID_ORDER once payment is confirmed: compensation is then the SKU's policy to choose
 * REJECTED ILLEGAL_STATE when it has ended otherwise · ALREADY SO when asked before or cancelled
 */
export function requestCancel(state: SubmittedOrder): Decision {
  if (state.end?.kind === 'CANCELLED' || state.cancelRequestedAt !== undefined) return [];
  if (state.end !== undefined) return reject('ILLEGAL_STATE', { status: state.end.kind });
  if (state.paidAt !== undefined) return reject('CANNOT_CANCEL_PAID_ORDER');
  return [{ type: 'CancelRequested', data: { skuId: state.submitted.skuId } }];
}

/**
 * GIVEN an unpaid order
 * WHEN  the buyer chooses another way to pay
 * THEN  the new way is stored; an open payment is closed before the new one is requested
 * REJECTED PAYMENT_PAGE_OPEN when the open page can neither be closed nor asked about · ILLEGAL_STATE when paid, cancelled or ended
 * ALREADY SO when the change to this very method is under way
 */
export function changePaymentMethod(command: Command<'ChangePaymentMethod'>, state: SubmittedOrder): Decision {
  if (state.end !== undefined || state.paidAt !== undefined || state.cancelRequestedAt !== undefined) return reject('ILLEGAL_STATE');
  const open = latestPayment(state);
  const mayTakeMoney = open !== undefined && (open.status === 'OPEN' || open.status === 'DECLINED' || isInDoubt(open));
  if (mayTakeMoney && open.status !== 'DECLINED' && !command.gatewayCanCloseOrBeAsked) return reject('PAYMENT_PAGE_OPEN');
  if (state.changing !== undefined && canonicalJson(command.payment) === canonicalJson(state.method)) return [];
  const data = mayTakeMoney ? { payment: command.payment, closes: open.reference } : { payment: command.payment };
  return [{ type: 'PaymentMethodChanged', data }];
}

/**
 * GIVEN a delivered order
 * WHEN  its buyer looks at the codes
 * THEN  the look is stored before any code leaves
 * REJECTED NOT_DELIVERED · ORDER_FROZEN · REFUND_IN_PROGRESS while the money is on its way back
 * ALREADY SO within ten minutes of the last look at the same cards
 */
export function revealCards(command: Command<'RevealCards'>, state: SubmittedOrder): Decision {
  if (state.frozen !== undefined) return reject('ORDER_FROZEN');
  if (fullRefundOpen(state)) return reject('REFUND_IN_PROGRESS');
  const cardIds = revealable(state);
  if (cardIds.length === 0 && !showsReceipt(state)) return reject('NOT_DELIVERED');
  const seen = state.firstViewedAt !== undefined && cardIds.every((id) => state.revealedCardIds.includes(id));
  const justNow = state.lastViewedAt !== undefined && command.at - state.lastViewedAt < REVEAL_QUIET_MS;
  if (seen && (justNow || state.events >= REPEATED_LOOKS_STORED_UP_TO)) return [];
  return [{ type: 'CardsRevealed', data: { cardIds, first: state.firstViewedAt === undefined } }];
}

/** Cards that the order delivered, still holds, and that no refund takes back. */
export function revealable(state: SubmittedOrder): readonly string[] {
  return state.deliveredCardIds.filter((id) => state.held.some((card) => card.cardId === id) && !isWithheld(state, id));
}

/** A receipt is shown as long as the order counts as delivered. */
export const showsReceipt = (state: SubmittedOrder): boolean =>
  state.receipts.length > 0 && (state.end?.kind === 'DELIVERED' || state.end?.kind === 'PARTLY_DELIVERED');

/**
 * GIVEN a delivered card
 * WHEN  its buyer reports a problem with it
 * THEN  the report is a fact on the order and a person looks at it
 * REJECTED DONE_WITH_RECEIPT · CARD_NOT_IN_ORDER · ALREADY SO when it waits for a person and the order has grown long
 */
export function reportCard(command: Command<'ReportCard'>, state: SubmittedOrder): Decision {
  if (state.deliveredCardIds.length === 0 && showsReceipt(state)) return reject('DONE_WITH_RECEIPT');
  if (!state.deliveredCardIds.includes(command.cardId)) return reject('CARD_NOT_IN_ORDER');
  const subject = cardSubject(command.cardId);
  const waiting = inReview(state, subject);
  if (waiting && state.events >= REPEATED_LOOKS_STORED_UP_TO) return [];
  const reported = { type: 'CardReported', data: { cardId: command.cardId, problem: command.problem } } as const;
  return waiting ? [reported] : [reported, { type: 'ReviewOpened', data: { subject, cause: 'CARD_REPORTED' } }];
}

export function rotateAccessToken(state: SubmittedOrder): Decision {
  return [{ type: 'AccessTokenRotated', data: { epoch: state.tokenEpoch + 1 } }];
}

export function resendDelivery(state: SubmittedOrder): Decision {
  const cardIds = revealable(state);
  return cardIds.length === 0 && !showsReceipt(state) ? reject('NOT_DELIVERED') : [{ type: 'DeliveryResendRequested', data: { cardIds } }];
}
