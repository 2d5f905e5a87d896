import type { Account } from '../routing/account';
import type { OrderCommand } from './commands';
import { findPurchase } from './goods';
import type { Call } from './plan-steps';
import { paymentRetry, purchaseRetry } from './retries';
import { findPayment, findRefund, isInDoubt, refundAttempts, type OrderState } from './state';

const gatewayOf = (of: { readonly gatewayId: string } | undefined): Account | undefined => (of === undefined ? undefined : `gateway:${of.gatewayId}`);
const channelOf = (of: { readonly channelId: string } | undefined): Account | undefined => (of === undefined ? undefined : `channel:${of.channelId}`);

/** Who is called; undefined for what stays in this shop. */
export function calledBy(state: OrderState, call: Call): Account | undefined {
  switch (call.kind) {
    case 'request-payment':
    case 'query-payment':
    case 'close-payment':
      return gatewayOf(findPayment(state, call.reference));
    case 'request-refund':
    case 'query-refund':
      return gatewayOf(findRefund(state, call.refundReference));
    case 'request-purchase':
    case 'query-purchase':
    case 'cancel-purchase':
      return channelOf(findPurchase(state, call.requestId));
    default:
      return undefined;
  }
}

/** Who will be called once this is stored; undefined for what leads to no call. */
export function calledAfter(state: OrderState, command: OrderCommand): Account | undefined {
  switch (command.type) {
    case 'RequestPayment':
      return gatewayOf(state.method);
    case 'RequestClose':
      return gatewayOf(findPayment(state, command.reference));
    case 'RequestRefund':
      return gatewayOf(findRefund(state, command.refundReference));
    case 'RequestPurchase':
      return channelOf(command);
    default:
      return undefined;
  }
}

/** The one sending that an intent was granted for: room for it was taken when it was granted. */
export const isGranted = (call: Call): boolean => 'first' in call && call.first;

/** The request for money or goods that this call sends for the first time, as health knows it; undefined for every other call. */
export function attemptOf(call: Call): string | undefined {
  if (!isGranted(call)) return undefined;
  if (call.kind === 'request-payment') return call.reference;
  return call.kind === 'request-purchase' ? call.requestId : undefined;
}

/** Whether a granted request is one that came to nothing before. */
export function isRetry(state: OrderState, call: Call): boolean {
  if (call.kind === 'request-payment') return paymentRetry(state) !== undefined;
  if (call.kind === 'request-refund') {
    const refund = findRefund(state, call.refundReference);
    return refund !== undefined && refundAttempts(refund) > 1;
  }
  const purchase = call.kind === 'request-purchase' ? findPurchase(state, call.requestId) : undefined;
  return purchase !== undefined && purchaseRetry(state, purchase.channelId) !== undefined;
}

/** What a question is paid from: the same request once more, or what settles a doubt. Null for what is asked in any case. */
export function paidFrom(state: OrderState, call: Call): 'RETRIES' | 'QUESTIONS' | null {
  if (isGranted(call)) return null;
  switch (call.kind) {
    case 'request-payment':
    case 'request-refund':
    case 'request-purchase':
      return 'RETRIES';
    case 'close-payment':
    case 'cancel-purchase':
      return 'QUESTIONS';
    case 'query-payment': {
      const payment = findPayment(state, call.reference);
      return payment !== undefined && !payment.noticePending && isInDoubt(payment) ? 'QUESTIONS' : null;
    }
    case 'query-refund':
      return findRefund(state, call.refundReference)?.status === 'IN_DOUBT' ? 'QUESTIONS' : null;
    case 'query-purchase': {
      const purchase = findPurchase(state, call.requestId);
      return purchase?.status === 'IN_DOUBT' && !purchase.noticePending ? 'QUESTIONS' : null;
    }
    default:
      return null;
  }
}

/** Whether whoever was called said something definite, be it no. */
export function isAnswer(command: OrderCommand | null): boolean {
  switch (command?.type) {
    case 'RecordPaymentAnswer':
    case 'RecordPurchaseAnswer':
      return command.answer.kind === 'REPORTED' || command.answer.kind === 'REFUSED';
    case 'RecordRefundAnswer':
      return command.answer.kind === 'REFUNDED' || command.answer.kind === 'PENDING' || command.answer.kind === 'REFUSED';
    default:
      return false;
  }
}

/** Whether nothing was heard of whoever was called: no answer came, or he could not do it. Any word of him is none, also "never heard of it". */
export function isSilence(command: OrderCommand | null): boolean {
  switch (command?.type) {
    case 'RecordPaymentAnswer':
    case 'RecordPurchaseAnswer':
    case 'RecordRefundAnswer':
      return command.answer.kind === 'UNKNOWN' || command.answer.kind === 'NOT_DONE';
    default:
      return false;
  }
}
