import type { Instant } from '../../../domain/kernel/time';
import type { EngineCommand, PaymentAnswer, RefundAnswer } from '../../../domain/order/commands';
import type { PaymentCall } from '../../../domain/order/events';
import type { OpenIntent } from '../../../domain/order/intent';
import type { Call } from '../../../domain/order/plan';
import { findPayment, findRefund, type OrderState, type Payment } from '../../../domain/order/state';
import { grantedMs, retryDelayMs, type Timing } from '../../../domain/order/timing';
import type { OrderSecrets } from '../../order-secrets';
import type { CallAnswer, CallOptions, Gateways, PaymentFacts, PaymentGateway, RefundFacts } from '../../ports/gateway';
import type { StoreClock } from '../../store-clock';

type CallOf<K extends Call['kind']> = Extract<Call, { kind: K }>;
export type PaymentCallKind = 'request-payment' | 'query-payment' | 'close-payment' | 'request-refund' | 'query-refund';

export interface PaymentOutside {
  readonly gateways: Gateways;
  readonly secrets: OrderSecrets;
  readonly clock: StoreClock;
  readonly timing: Timing;
}

const timed = ({ timing }: PaymentOutside): CallOptions => ({ timeoutMs: timing.paymentTimeoutMs });

/**
 * The one sending that an intent was granted for may leave only until `performBy`; a repeat of it only as long after it was
 * planned, so that an engine which was stopped in between sends nothing that others have given up waiting for.
 */
function grantedOnly(outside: PaymentOutside, first: boolean, intent: OpenIntent | undefined): CallOptions {
  const grant = first ? intent : undefined;
  const until = grant?.performBy ?? outside.clock.now() + outside.timing.performWithinMs;
  const { timeoutMs } = timed(outside);
  return { timeoutMs: grant === undefined ? timeoutMs : grantedMs(grant, outside.timing), maySend: () => outside.clock.now() < until };
}

function classify(answer: CallAnswer<PaymentFacts>, notFoundIsFinal: boolean, retryAt: (retryAfterMs: number | undefined) => Instant): PaymentAnswer {
  switch (answer.outcome) {
    case 'answered':
      return { kind: 'REPORTED', report: answer.facts };
    case 'refused':
      return { kind: 'REFUSED', code: answer.code };
    case 'notDone':
      return { kind: 'NOT_DONE', code: answer.code, retryAt: retryAt(answer.retryAfterMs) };
    case 'notFound':
      return { kind: 'NOT_FOUND', final: notFoundIsFinal };
    case 'unknown':
      return { kind: 'UNKNOWN', cause: answer.cause };
  }
}

function classifyRefund(
  answer: CallAnswer<RefundFacts>,
  notFoundIsFinal: boolean,
  retryAt: (retryAfterMs: number | undefined) => Instant,
): RefundAnswer {
  switch (answer.outcome) {
    case 'answered':
      if (answer.facts.status === 'REFUSED') return { kind: 'REFUSED', code: answer.facts.reason ?? 'REFUSED', definite: true };
      return { kind: answer.facts.status };
    case 'refused':
      return { kind: 'REFUSED', code: answer.code, definite: false };
    case 'notDone':
      return { kind: 'NOT_DONE', code: answer.code, retryAt: retryAt(answer.retryAfterMs) };
    case 'notFound':
      return { kind: 'NOT_FOUND', final: notFoundIsFinal, retryAt: retryAt(undefined) };
    case 'unknown':
      return { kind: 'UNKNOWN', cause: answer.cause };
  }
}

async function request(
  outside: PaymentOutside,
  gateway: PaymentGateway,
  state: OrderState,
  payment: Payment,
  first: boolean,
): Promise<CallAnswer<PaymentFacts>> {
  const { reference, merchantId, amount, kind, instrument, notifyUrl, returnUrl, expiresAt } = payment.request;
  const body = {
    reference,
    merchantId,
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    kind: kind === 'CHARGE' ? ('charge' as const) : ('redirect' as const),
    notifyUrl,
    expiresAt,
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(instrument === undefined ? {} : { instrument: await outside.secrets.open(state.orderId, instrument) }),
  };
  return gateway.request(body, grantedOnly(outside, first, payment.intent));
}

async function performOnPayment(
  outside: PaymentOutside,
  call: CallOf<'request-payment' | 'query-payment' | 'close-payment'>,
  state: OrderState,
): Promise<EngineCommand | null> {
  const payment = findPayment(state, call.reference);
  const gateway = payment === undefined ? undefined : outside.gateways.find(payment.gatewayId);
  if (payment === undefined || gateway === undefined) return null;
  const { reference, attempt } = payment;
  const retryAt = (retryAfterMs: number | undefined): Instant =>
    outside.clock.now() + Math.max(retryAfterMs ?? 0, retryDelayMs(outside.timing, state.orderId, 'payment', attempt));
  const record = (
    kind: PaymentCall,
    answer: CallAnswer<PaymentFacts>,
    final: boolean,
    first: boolean,
    nextCheckAt: Instant | undefined,
  ): EngineCommand => ({
    type: 'RecordPaymentAnswer',
    call: kind,
    reference,
    answer: classify(answer, final, retryAt),
    first,
    asOf: state.events,
    at: outside.clock.now(),
    ...(nextCheckAt === undefined ? {} : { nextCheckAt }),
  });
  switch (call.kind) {
    case 'request-payment':
      return record('request', await request(outside, gateway, state, payment, call.first), false, call.first, call.nextCheckAt);
    case 'query-payment':
      return {
        ...record('query', await gateway.query(reference, timed(outside)), call.notFoundIsFinal, false, call.nextCheckAt),
        ...(call.noticeIsOld === true ? { noticeIsOld: true } : {}),
      };
    case 'close-payment':
      return record('close', await gateway.close(reference, grantedOnly(outside, call.first, payment.closing)), false, call.first, undefined);
  }
}

async function performOnRefund(
  outside: PaymentOutside,
  call: CallOf<'request-refund' | 'query-refund'>,
  state: OrderState,
): Promise<EngineCommand | null> {
  const refund = findRefund(state, call.refundReference);
  const gateway = refund === undefined ? undefined : outside.gateways.find(refund.gatewayId);
  if (refund === undefined || gateway === undefined) return null;
  const { refundReference, reference, amount, attempts } = refund;
  const retryAt = (retryAfterMs: number | undefined): Instant =>
    outside.clock.now() + Math.max(retryAfterMs ?? 0, retryDelayMs(outside.timing, state.orderId, 'refund', Math.max(1, attempts)));
  const first = call.kind === 'request-refund' && call.first;
  const answer =
    call.kind === 'request-refund'
      ? await gateway.refund({ reference, refundReference, amountMinor: amount.amountMinor }, grantedOnly(outside, first, refund.intent))
      : await gateway.queryRefund({ reference, refundReference }, timed(outside));
  const final = call.kind === 'query-refund' && call.notFoundIsFinal;
  return {
    type: 'RecordRefundAnswer',
    refundReference,
    answer: classifyRefund(answer, final, retryAt),
    first,
    attempt: attempts,
    nextCheckAt: outside.clock.now() + outside.timing.pendingAskMs,
  };
}

/** A port call and what its answer means; nothing is decided here. */
export function performPayment(outside: PaymentOutside, call: CallOf<PaymentCallKind>, state: OrderState): Promise<EngineCommand | null> {
  return call.kind === 'request-refund' || call.kind === 'query-refund'
    ? performOnRefund(outside, call, state)
    : performOnPayment(outside, call, state);
}
