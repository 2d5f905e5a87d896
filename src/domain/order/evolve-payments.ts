import type { Money } from '../kernel/money';
import { fromIso, SECOND_MS, type Instant } from '../kernel/time';
import type { OrderEventData } from './events';
import type { Evolvers } from './evolvers';
import { intentOf } from './intent';
import type { OrderState, Payment, Refund } from './state';
import { NEVER_SENT } from './timing';

type PaymentEvent =
  | 'PaymentRequested'
  | 'PaymentOpened'
  | 'PaymentNoticeReceived'
  | 'PaymentChecked'
  | 'PaymentConfirmed'
  | 'PaymentDeclined'
  | 'PaymentTimedOut'
  | 'PaymentMismatched'
  | 'PaymentMethodChanged'
  | 'PaymentMethodChangeDropped'
  | 'PaymentCloseRequested'
  | 'PaymentClosed'
  | 'SurplusPaymentConfirmed'
  | 'PaymentCapturedAgain'
  | 'LatePaymentReceived'
  | 'RetryScheduled';

type Confirmation = OrderEventData<'PaymentConfirmed' | 'SurplusPaymentConfirmed' | 'LatePaymentReceived'>;

/** A definite answer was heard: no intent, no pending notice, no "never heard of it" is left. */
function settled({
  intent: _intent,
  notFoundAt: _notFound,
  nextCheckAt: _next,
  ...payment
}: Payment): Omit<Payment, 'intent' | 'notFoundAt' | 'nextCheckAt'> {
  return { ...payment, noticePending: false };
}

function change(state: OrderState, reference: string, how: (payment: Payment) => Payment): OrderState {
  return { ...state, payments: state.payments.map((payment) => (payment.reference === reference ? how(payment) : payment)) };
}

/** Money was seen. A notice that claims more than that has yet to be asked about. */
function seen(payment: Payment, { amountMinor }: Money): ReturnType<typeof settled> {
  return { ...settled(payment), noticePending: payment.noticePending && (payment.notice?.capturedMinor ?? 0) > amountMinor };
}

function confirmed(state: OrderState, data: Confirmation, at: Instant, role: 'KEPT' | 'SURPLUS'): OrderState {
  return change(state, data.reference, ({ closing: _closing, ...payment }) => {
    const surplus = role === 'KEPT' ? overpaid(payment, data.captured) : 0;
    return {
      ...(data.evidence === 'PERSON' ? settled(payment) : seen(payment, data.captured)),
      status: 'PAID',
      captured: data.captured,
      confirmedAt: at,
      role,
      ...(surplus > 0 ? { surplusMinor: surplus } : {}),
      ...(data.evidence === 'PERSON' ? { vouched: true } : {}),
      ...(data.transactionId === undefined ? {} : { transactionId: data.transactionId }),
    };
  });
}

/** What is there beyond what was asked for: a person may accept a payment of too much, and the rest is still the buyer's. Minor units. */
function overpaid({ request: { amount } }: Payment, captured: Money): number {
  return captured.currency === amount.currency ? captured.amountMinor - amount.amountMinor : 0;
}

const paidFrom = (state: OrderState, at: Instant): OrderState => ({
  ...state,
  paidAt: at,
  deliverBy: at + (state.submitted?.terms.deliverWithinSeconds ?? 0) * SECOND_MS,
});

function requested(state: OrderState, data: OrderEventData<'PaymentRequested'>, at: Instant, occurredAt: string): OrderState {
  const { changing: _changed, ...rest } = state;
  const { attempt, reference, gatewayId } = data;
  const payment: Payment = {
    attempt,
    reference,
    gatewayId,
    request: data,
    status: 'REQUESTED',
    requestedAt: at,
    intent: intentOf(data, occurredAt),
    noticePending: false,
  };
  return { ...rest, payments: [...state.payments, payment] };
}

/** The gateway knows the payment, but what it told when it was made is gone: such a question does not bring the page back. */
const isPageLost = (payment: Payment, { payUrl, qrText }: OrderEventData<'PaymentOpened'>): boolean =>
  payment.status === 'IN_DOUBT' && payment.request.kind === 'REDIRECT' && payUrl === undefined && qrText === undefined;

export const evolvePayments: Evolvers<PaymentEvent> = {
  PaymentRequested: requested,
  PaymentOpened: ({ paymentRetry: _retried, ...state }, data, at) =>
    change(state, data.reference, (payment) => ({
      ...settled(payment),
      status: 'OPEN',
      nextCheckAt: fromIso(data.nextCheckAt),
      ...(data.payUrl === undefined ? {} : { payUrl: data.payUrl }),
      ...(data.qrText === undefined ? {} : { qrText: data.qrText }),
      ...(isPageLost(payment, data) ? { pageLost: true, checkedAt: at } : {}),
    })),
  PaymentNoticeReceived: (state, data, at) =>
    change(state, data.reference, (payment) => ({
      ...payment,
      noticePending: true,
      notice: { capturedMinor: data.claimedCapturedMinor, event: state.events, at },
    })),
  PaymentChecked: (state, data, at) =>
    change(state, data.reference, ({ nextCheckAt: _asked, ...payment }) => ({
      ...payment,
      noticePending: false,
      checkedAt: at,
      ...(data.status === 'NOT_FOUND' ? { notFoundAt: payment.notFoundAt ?? at } : {}),
      ...(data.nextCheckAt === undefined ? {} : { nextCheckAt: fromIso(data.nextCheckAt) }),
    })),
  PaymentConfirmed: (state, data, at) => paidFrom(confirmed(state, data, at, 'KEPT'), at),
  LatePaymentReceived: (state, data, at) => paidFrom(confirmed(state, data, at, 'KEPT'), at),
  SurplusPaymentConfirmed: (state, data, at) => confirmed(state, data, at, 'SURPLUS'),
  PaymentCapturedAgain: (state, data) =>
    change(state, data.reference, (payment) => ({
      ...payment,
      captured: data.captured,
      capturedAgain: [...(payment.capturedAgain ?? []), data.transactionId],
      ...(payment.role === 'KEPT' ? { surplusMinor: (payment.surplusMinor ?? 0) + data.surplus.amountMinor } : {}),
    })),
  // After-care of a declined payment begins anew: what was asked while it was open does not count.
  PaymentDeclined: (state, data) =>
    change(state, data.reference, ({ checkedAt: _whileOpen, ...payment }) => ({ ...settled(payment), status: 'DECLINED', declinedFor: data.cause })),
  PaymentTimedOut: (state, data) =>
    change(state, data.reference, (payment) => {
      if (data.call === 'close') return payment.closing === undefined ? payment : { ...payment, closing: { ...payment.closing, timedOut: true } };
      const { intent: _intent, ...rest } = payment;
      return { ...rest, status: 'IN_DOUBT' };
    }),
  PaymentMismatched: (state, data) =>
    change(state, data.reference, ({ closing: _closing, ...payment }) => ({
      ...seen(payment, data.captured),
      status: 'MISMATCHED',
      captured: data.captured,
    })),
  PaymentMethodChanged: (state, data, at) => ({
    ...state,
    method: data.payment,
    ...(data.closes === undefined ? {} : { changing: { from: data.closes, at } }),
  }),
  PaymentMethodChangeDropped: ({ changing: _dropped, ...state }, data) => ({ ...state, method: data.payment }),
  PaymentCloseRequested: (state, data, _at, occurredAt) =>
    change(state, data.reference, (payment) => ({ ...payment, closing: { ...intentOf(data, occurredAt), cause: data.cause, timedOut: false } })),
  PaymentClosed: (state, data) =>
    change(state, data.reference, ({ closing: _closing, ...payment }) => ({
      ...settled(payment),
      status: data.proof === 'NOT_DONE' ? 'NOT_DONE' : 'CLOSED',
    })),
  RetryScheduled: (state, data) => {
    const dueAt = fromIso(data.dueAt);
    if (data.step === 'payment') {
      const scheduled = { ...state, paymentRetry: { attempts: data.attempt, dueAt, cause: data.cause } };
      return data.cause === NEVER_SENT ? change(scheduled, data.reference, (payment) => ({ ...payment, neverSent: true })) : scheduled;
    }
    if (data.step === 'purchase')
      return {
        ...state,
        purchases: state.purchases.map((p) => (p.requestId === data.reference ? { ...p, retryAt: dueAt, retryCause: data.cause } : p)),
      };
    const retried = state.refunds.map((refund): Refund => {
      if (refund.refundReference !== data.reference) return refund;
      const { intent: _over, ...rest } = refund;
      const unsent = data.cause === NEVER_SENT ? { neverSent: (refund.neverSent ?? 0) + 1 } : {};
      return { ...rest, ...unsent, status: 'RETRY', dueAt, dueCause: data.cause };
    });
    return { ...state, refunds: retried };
  },
};
