import { z } from 'zod';

/** Names and shapes of Dujiao-Next's supply API, version 1.0, as its documentation and its public source have them. Amounts are decimal text. */

export const ROOT = '/api/v1/upstream';
/** A callback is signed for this path wherever it is sent to. */
export const CALLBACK_PATH = `${ROOT}/callback`;

export const paths = {
  ping: `${ROOT}/ping`,
  product: (id: string) => `${ROOT}/products/${id}`,
  orders: `${ROOT}/orders`,
  order: (id: string) => `${ROOT}/orders/${id}`,
} as const;

/** Counts from 1; numbers of products, SKUs and orders. */
const number = z.int().min(1);
const decimal = z.string().max(32);
const currency = z.string().regex(/^[A-Z]{3}$/);
/** A fulfilment of many codes is long. */
const PAYLOAD_CHARACTERS_MAX = 1_000_000;

export const failureSchema = z.object({ ok: z.literal(false), error_code: z.string().regex(/^[a-z0-9_]{1,64}$/) });
export const pingSchema = z.object({ ok: z.literal(true), balance: decimal, currency });
export const productSchema = z.object({
  ok: z.literal(true),
  product: z.object({ skus: z.array(z.object({ id: number, price_amount: decimal, stock_quantity: z.int().min(-1), is_active: z.boolean() })) }),
});
/** `stock_quantity` of what never runs out. */
export const UNLIMITED = -1;
export const createdSchema = z.object({ ok: z.literal(true), order_id: number });
export const fulfilmentSchema = z.object({ status: z.string(), payload: z.string().max(PAYLOAD_CHARACTERS_MAX) });
export const orderSchema = z.object({
  ok: z.literal(true),
  order_id: number,
  status: z.string(),
  amount: decimal,
  currency,
  fulfillment: fulfilmentSchema.nullish(),
  items: z.array(z.object({ sku_id: number, quantity: z.int().min(1) })).nullish(),
});
export type SupplyOrder = z.output<typeof orderSchema>;
export const callbackSchema = z.object({
  event: z.string().max(64).optional(),
  order_id: number,
  downstream_order_no: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  status: z.string().max(64),
  fulfillment: fulfilmentSchema.nullish(),
});

export const DELIVERED = 'delivered';
/** States in which an order without a delivery never gets one. */
export const OVER: ReadonlySet<string> = new Set(['canceled', 'cancelled', 'refunded']);
