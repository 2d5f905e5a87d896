import { reject } from '../kernel/rejection';
import { SECOND_MS, toIso } from '../kernel/time';
import type { PersonCommand } from './commands';
import type { Decision } from './decision';
import { DEADLINE } from './decide-cards';
import { reviewedPurchase } from './decide-purchase';
import type { OrderEvent } from './events';
import { fullRefundOpen, inReview, isProvenClosed, keptPayment, paymentSubject, refundableMinor, type SubmittedOrder } from './state';

type Command<T extends PersonCommand['type']> = Extract<PersonCommand, { type: T }>;

/**
 * GIVEN a paid order without its cards, whose money was not ordered back
 * WHEN  a person tries it again
 * THEN  the deliver-within time starts anew and the review of the deadline is over
 * REJECTED ILLEGAL_STATE when it is unpaid, delivered or refunded: there is nothing to try
 */
export function retryOrder(command: Command<'RetryOrder'>, state: SubmittedOrder): Decision {
  const payment = keptPayment(state);
  const tried = state.deliveredAt === undefined && payment !== undefined && refundableMinor(state, payment) > 0 && !fullRefundOpen(state);
  if (!tried || state.end !== undefined) return reject('ILLEGAL_STATE');
  const { skuId, terms } = state.submitted;
  const deliverBy = toIso(command.at + terms.deliverWithinSeconds * SECOND_MS);
  const reopened: OrderEvent = { type: 'OrderReopened', data: { skuId, cause: 'PERSON', deliverBy } };
  return inReview(state, DEADLINE) ? [reopened, { type: 'ReviewResolved', data: { subject: DEADLINE, resolution: 'PERSON' } }] : [reopened];
}

/** Nothing but what people do happens to a frozen order. ALREADY SO when it is frozen. */
export function freezeOrder(command: Command<'FreezeOrder'>, state: SubmittedOrder): Decision {
  return state.frozen === undefined ? [{ type: 'OrderFrozen', data: { cause: command.cause } }] : [];
}

export function unfreezeOrder(state: SubmittedOrder): Decision {
  return state.frozen === undefined ? [] : [{ type: 'OrderUnfrozen', data: {} }];
}

/**
 * GIVEN a review
 * WHEN  a person answers it
 * THEN  it is over; a payment on which no money was seen counts as closed, and an open purchase is written off, on that person's word
 * REJECTED REVIEW_NOT_FOUND when nothing of this order waits under that subject: only its own answer closes a review
 */
export function resolveReview(command: Command<'ResolveReview'>, state: SubmittedOrder): Decision {
  const { subject } = command;
  if (!inReview(state, subject)) return reject('REVIEW_NOT_FOUND');
  const resolved: OrderEvent = { type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } };
  const purchase = reviewedPurchase(state, subject);
  if (purchase.length > 0) return [...purchase, resolved];
  const payment = state.payments.find((p) => paymentSubject(p.reference) === subject);
  if (payment === undefined || payment.captured !== undefined || isProvenClosed(payment)) return [resolved];
  const { reference, gatewayId } = payment;
  return [{ type: 'PaymentClosed', data: { reference, gatewayId, proof: 'PERSON' } }, resolved];
}

export function addNote(command: Command<'AddNote'>): Decision {
  return [{ type: 'NoteAdded', data: { text: command.text } }];
}
