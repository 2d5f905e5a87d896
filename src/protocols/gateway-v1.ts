import { z } from 'zod';
import { amount, currency, reference, utc, webUrl, words } from './wire';

/**
 * Gateway v1 on the wire: JSON over HTTP, `Authorization: Bearer <key>`, amounts in integer minor units.
 * Our references are idempotency keys: the same id with the same body returns the current object, with another body 409.
 */

const merchantId = z.string().regex(/^[!-~]{1,64}$/);

export const paymentRequestSchema = z.object({
  reference,
  merchantId,
  amountMinor: amount.min(1),
  currency,
  kind: z.enum(['redirect', 'charge']),
  instrument: words.exactOptional(),
  notifyUrl: webUrl,
  returnUrl: webUrl.exactOptional(),
  expiresAt: utc,
});
export type PaymentRequestV1 = z.infer<typeof paymentRequestSchema>;

export const paymentSchema = z.object({
  reference,
  merchantId,
  status: z.enum(['OPEN', 'PAID', 'DECLINED', 'CLOSED']),
  amountMinor: amount,
  capturedMinor: amount,
  refundedMinor: amount,
  currency,
  payUrl: webUrl.exactOptional(),
  qrText: words.exactOptional(),
  transactionId: words.exactOptional(),
  paidAt: utc.exactOptional(),
  reason: words.exactOptional(),
});
export type PaymentV1 = z.infer<typeof paymentSchema>;

export const refundRequestSchema = z.object({ refundReference: reference, amountMinor: amount.min(1) });
export type RefundRequestV1 = z.infer<typeof refundRequestSchema>;

export const refundSchema = z.object({
  refundReference: reference,
  status: z.enum(['REFUNDED', 'PENDING', 'REFUSED']),
  reason: words.exactOptional(),
});
export type RefundV1 = z.infer<typeof refundSchema>;

export const paths = {
  payments: '/payments',
  payment: (of: string) => `/payments/${of}`,
  close: (of: string) => `/payments/${of}/close`,
  refunds: (of: string) => `/payments/${of}/refunds`,
} as const;
