import { money } from '../kernel/money';
import { reject } from '../kernel/rejection';
import type { PersonCommand } from './commands';
import { confirm } from './confirmed-money';
import type { Decision } from './decision';
import type { OrderEvent } from './events';
import { findPayment, inReview, paymentSubject, refundableMinor, type SubmittedOrder } from './state';

type Command<T extends PersonCommand['type']> = Extract<PersonCommand, { type: T }>;

/**
 * GIVEN a payment whose gateway cannot tell, or tells something that does not fit
 * WHEN  a person vouches for the money, with evidence
 * THEN  it counts as captured, with that person as the evidence; what a gateway told is over what was asked for goes back
 * REJECTED PAYMENT_NOT_FOUND · PAYMENT_ALREADY_CONFIRMED · ILLEGAL_STATE when there is no money, or when all of it went back
 * REJECTED MORE_THAN_ASKED: a slip of the pen must not order money back that never came
 */
export function confirmPayment(command: Command<'ConfirmPayment'>, state: SubmittedOrder): Decision {
  const payment = findPayment(state, command.reference);
  if (payment === undefined) return reject('PAYMENT_NOT_FOUND');
  const { amount } = payment.request;
  const vouchedMinor = command.capturedMinor ?? amount.amountMinor;
  const captured = payment.captured ?? money(vouchedMinor, amount.currency);
  const left = refundableMinor(state, { ...payment, captured });
  if (payment.role !== undefined) return reject('PAYMENT_ALREADY_CONFIRMED');
  if (left <= 0) return reject('ILLEGAL_STATE', { status: payment.status });
  if (payment.captured === undefined && vouchedMinor > amount.amountMinor) return reject('MORE_THAN_ASKED', { askedMinor: amount.amountMinor });
  const transaction = command.transactionId === undefined ? {} : { transactionId: command.transactionId };
  return confirm(state, payment, { captured, evidence: 'PERSON', at: command.at, ...transaction });
}

/**
 * GIVEN a confirmed payment
 * WHEN  a person found, on a statement or at the gateway's desk, that money was taken on it once more
 * THEN  that is a fact under the gateway's id of that second capture, and it goes back before anything else; what was kept stays kept
 * ALREADY SO when that capture was booked before, by whomever
 * REJECTED PAYMENT_NOT_FOUND · NOT_PAID when nothing was confirmed on it yet: the first capture is confirmed, not this way
 * REJECTED PAYMENT_ALREADY_CONFIRMED when the id is that of the first capture · MORE_THAN_ASKED above what one capture could be
 */
export function confirmSurplus(command: Command<'ConfirmSurplus'>, state: SubmittedOrder): Decision {
  const { reference, transactionId } = command;
  const payment = findPayment(state, reference);
  if (payment === undefined) return reject('PAYMENT_NOT_FOUND');
  const { gatewayId, captured, role, request } = payment;
  if (captured === undefined || role === undefined) return reject('NOT_PAID');
  if (payment.transactionId === transactionId) return reject('PAYMENT_ALREADY_CONFIRMED');
  if (payment.capturedAgain?.includes(transactionId) === true) return [];
  const surplusMinor = command.surplusMinor ?? request.amount.amountMinor;
  if (surplusMinor > request.amount.amountMinor) return reject('MORE_THAN_ASKED', { askedMinor: request.amount.amountMinor });
  const again: OrderEvent = {
    type: 'PaymentCapturedAgain',
    data: {
      reference,
      gatewayId,
      surplus: money(surplusMinor, captured.currency),
      captured: money(captured.amountMinor + surplusMinor, captured.currency),
      evidence: 'PERSON',
      transactionId,
    },
  };
  const subject = paymentSubject(reference);
  return inReview(state, subject) ? [again, { type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } }] : [again];
}
