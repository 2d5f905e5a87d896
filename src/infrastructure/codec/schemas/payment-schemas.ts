import { z } from 'zod';
import { amountMinor, count, id, money, ordinal, sealed, text, time } from '../shapes';

export const paymentKind = z.enum(['REDIRECT', 'CHARGE']);
const reportedStatus = z.enum(['OPEN', 'PAID', 'DECLINED', 'CLOSED']);
const evidence = z.enum(['QUERY', 'PERSON']);

export const paymentMethod = z.strictObject({
  gatewayId: id,
  kind: paymentKind,
  returnUrl: text.exactOptional(),
  instrument: sealed.exactOptional(),
});

/** The right of one engine to make one call. */
export const intent = { by: id, performBy: time, answerBy: time };

const payment = { reference: id, gatewayId: id };
const confirmation = { ...payment, captured: money, evidence, transactionId: id.exactOptional() };
const sold = { skuId: id, quantity: ordinal };

export const paymentSchemas = {
  PaymentRequested: z.strictObject({
    ...intent,
    ...payment,
    attempt: ordinal,
    merchantId: id,
    kind: paymentKind,
    amount: money,
    instrument: sealed.exactOptional(),
    notifyUrl: text,
    returnUrl: text.exactOptional(),
    expiresAt: time,
  }),
  PaymentOpened: z.strictObject({ ...payment, payUrl: text.exactOptional(), qrText: text.exactOptional(), nextCheckAt: time }),
  PaymentNoticeReceived: z.strictObject({
    ...payment,
    noticeId: id,
    claimedStatus: reportedStatus,
    claimedCapturedMinor: amountMinor,
    matched: z.literal(true).exactOptional(),
  }),
  PaymentChecked: z.strictObject({ ...payment, status: z.enum([...reportedStatus.options, 'NOT_FOUND']), nextCheckAt: time.exactOptional() }),
  PaymentConfirmed: z.strictObject({ ...confirmation, ...sold }),
  PaymentDeclined: z.strictObject({ ...payment, cause: text }),
  PaymentTimedOut: z.strictObject({ ...payment, call: z.enum(['request', 'query', 'close']), cause: text }),
  PaymentMismatched: z.strictObject({
    ...payment,
    field: z.enum(['merchantId', 'amount', 'captured', 'currency']),
    expected: text,
    reported: text,
    captured: money,
  }),
  PaymentMethodChanged: z.strictObject({ payment: paymentMethod, closes: id.exactOptional() }),
  PaymentMethodChangeDropped: z.strictObject({ reference: id, payment: paymentMethod }),
  PaymentCloseRequested: z.strictObject({
    ...intent,
    ...payment,
    cause: z.enum(['EXPIRED', 'CANCELLED', 'METHOD_CHANGED', 'DECLINED', 'ENDED', 'IN_DOUBT']),
  }),
  PaymentClosed: z.strictObject({ ...payment, proof: z.enum(['CLOSED', 'NEVER_SEEN', 'NOT_DONE', 'PERSON']) }),
  SurplusPaymentConfirmed: z.strictObject(confirmation),
  PaymentCapturedAgain: z.strictObject({ ...payment, surplus: money, captured: money, evidence: z.literal('PERSON'), transactionId: id }),
  LatePaymentReceived: z.strictObject({ ...confirmation, ...sold }),
  RetryScheduled: z.strictObject({ step: z.enum(['payment', 'refund', 'purchase']), reference: id, attempt: count, dueAt: time, cause: text }),
};
