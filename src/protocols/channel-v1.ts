import { z } from 'zod';
import { amount, currency, reference, utc, webUrl, words } from './wire';

/**
 * Channel v1 on the wire: JSON over HTTP, `Authorization: Bearer <key>`, costs in integer minor units.
 * Our request ids are idempotency keys: the same id with the same body returns the current object, with another body 409.
 */

const QUANTITY_MAX = 10_000;
const FIELDS_MAX = 50;
const TEXT_CHARACTERS_MAX = 4_096;

const product = words.min(1).max(128);
/** A code, a receipt, or what a buyer filled in: one line or several, but no other control characters and no half characters. */
const text = z
  .string()
  .min(1)
  .max(TEXT_CHARACTERS_MAX)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u);
const fields = z.record(words.min(1).max(128), text).refine((named) => Object.keys(named).length <= FIELDS_MAX);

export const purchaseRequestSchema = z.object({
  requestId: reference,
  product,
  quantity: z.int().min(1).max(QUANTITY_MAX),
  maxUnitCostMinor: amount,
  currency,
  fields: fields.exactOptional(),
  callbackUrl: webUrl.exactOptional(),
});
export type PurchaseRequestV1 = z.infer<typeof purchaseRequestSchema>;

export const cardSchema = z.object({ code: text, fields: fields.exactOptional(), expiresAt: utc.exactOptional() });
export type CardV1 = z.infer<typeof cardSchema>;

/** The cards are read one by one: a single bad one does not make the whole answer unreadable, it was sold all the same. */
export const purchaseSchema = z.object({
  requestId: reference,
  status: z.enum(['COMPLETED', 'PARTIAL', 'PENDING', 'REFUSED', 'CANCELLED']),
  cards: z.array(z.unknown()).max(QUANTITY_MAX).default([]),
  receipt: text.exactOptional(),
  unitCostMinor: amount,
  currency,
  reason: words.exactOptional(),
});
export type PurchaseV1 = z.infer<typeof purchaseSchema>;

export const stockSchema = z.object({ available: amount, unitCostMinor: amount, currency });
export type StockV1 = z.infer<typeof stockSchema>;

export const balanceSchema = z.object({ balanceMinor: z.int(), currency });
export type BalanceV1 = z.infer<typeof balanceSchema>;

export const paths = {
  purchases: '/purchases',
  purchase: (of: string) => `/purchases/${of}`,
  cancel: (of: string) => `/purchases/${of}/cancel`,
  stock: (ofProduct: string) => `/stock?product=${encodeURIComponent(ofProduct)}`,
  balance: '/balance',
} as const;
