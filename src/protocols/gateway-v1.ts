import { z } from 'zod';

/**
 * Gateway v1 on the wire: JSON over HTTP, `Authorization: Bearer <key>`, amounts in integer minor units.
 * Our references are idempotency keys: the same id with the same body returns the current object, with another body 409.
 */

/** More than this in one answer is no answer. */
export const ANSWER_BYTES_MAX = 1_048_576;
/** More than this in one request or notice is refused. */
export const MESSAGE_BYTES_MAX = 65_536;

/** References and request ids. `.` and `..` are left out because they would change the meaning of a path. */
const REFERENCE = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
export const isReference = (text: string): boolean => REFERENCE.test(text);

/** What a placeholder holds where nobody ever named a currency: the ISO-4217 code for "no currency". */
export const NO_CURRENCY = 'XXX';

const reference = z.string().regex(REFERENCE);
const amount = z.int().min(0);
const currency = z.string().regex(/^[A-Z]{3}$/);
const merchantId = z.string().regex(/^[!-~]{1,64}$/);
const utc = z.iso.datetime();
/** Text for people: no control characters, no half characters. */
const words = z
  .string()
  .max(512)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
const webUrl = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/[!-~]+$/)
  .refine((text) => URL.canParse(text));

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

/** The body of every answer that is not 2xx. A query for an id never seen answers 404 with the status UNKNOWN. */
export const errorSchema = z.object({
  status: z.string().max(64),
  code: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/)
    .exactOptional(),
  message: z.string().exactOptional(),
});

export const paths = {
  payments: '/payments',
  payment: (of: string) => `/payments/${of}`,
  close: (of: string) => `/payments/${of}/close`,
  refunds: (of: string) => `/payments/${of}/refunds`,
  refund: (of: string, refundReference: string) => `/payments/${of}/refunds/${refundReference}`,
} as const;
