import { hash } from 'node:crypto';

/** Namespace of every id that cardrail derives (a random UUID, fixed for ever: changing it would change all derived ids). */
const NAMESPACE = Buffer.from('6f0c1f5e7d5b4c0f9a3e2b8d41c79e60', 'hex');

/** RFC 9562 UUID version 5 over the words, joined by a character that no word may hold. */
export function derivedId(...words: readonly (string | number)[]): string {
  const hex = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(words.join('\u001f'), 'utf8')]));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Stream names. The part before the first dash is the category, by which subscriptions filter. */
export const streams = {
  order: (id: string) => `order-${id}`,
  card: (id: string) => `card-${id}`,
  batch: (id: string) => `batch-${id}`,
  job: (id: string) => `job-${id}`,
  incident: (id: string) => `incident-${id}`,
  sku: (id: string) => `sku-${id}`,
  gateway: (id: string) => `gateway-${id}`,
  channel: (id: string) => `channel-${id}`,
  apiKey: (id: string) => `apikey-${id}`,
  notice: (hash: string) => `notice-${hash}`,
  channelNotice: (hash: string) => `channelnotice-${hash}`,
  buyer: (hash: string) => `buyer-${hash}`,
  routingPolicy: () => 'routing-policy',
} as const;

export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** The same client and key always make the same order: this is what turns three clicks into one. */
export const orderIdFor = (clientId: string, idempotencyKey: string): string => derivedId('order', clientId, idempotencyKey);

/** A code is one card per SKU; for SKUs sold as `reusable` each batch row is a card of its own. */
export const cardIdFor = (skuId: string, fingerprint: string, batchRow?: string): string =>
  batchRow === undefined ? derivedId('card', skuId, fingerprint) : derivedId('card', skuId, fingerprint, batchRow);

/** Our reference of one payment attempt; the order can be read from it, so a notice needs no look-up. */
export const paymentReference = (orderId: string, attempt: number): string => `${orderId}.${attempt}`;
export const refundReference = (orderId: string, refund: number): string => `${orderId}.r${refund}`;
/** The id under which a channel knows one purchase, for ever. */
export const purchaseRequestId = (orderId: string, attempt: number): string => `${orderId}.p${attempt}`;
/** Goods that a person handed in, named like a purchase: the cards remember where they came from. */
export const handInId = (orderId: string, handIn: number): string => `${orderId}.m${handIn}`;

const DERIVED_ID = '[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const ORDER_ID = new RegExp(`^${DERIVED_ID}$`);
const ORDER_REFERENCE = new RegExp(`^(${DERIVED_ID})\\.[rpm]?[1-9][0-9]{0,3}$`);

/** It has the form of an order id; whether there is such an order is another question. */
export const isOrderId = (text: string): boolean => ORDER_ID.test(text);

/** The order that a reference of ours belongs to, or null when it cannot be ours. */
export const orderIdOfReference = (reference: string): string | null => ORDER_REFERENCE.exec(reference)?.[1] ?? null;

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK = `${CROCKFORD}*~$=U`;

/** What a person reads out: the first 65 bits of the order id as 13 Crockford characters and a mod-37 check character. */
export function orderNumberFor(orderId: string): string {
  const value = BigInt(`0x${orderId.replaceAll('-', '')}`) >> 63n;
  let digits = '';
  for (let rest = value, i = 0; i < 13; i++, rest >>= 5n) digits = CROCKFORD.charAt(Number(rest & 31n)) + digits;
  return digits + CHECK.charAt(Number(value % 37n));
}

/** What the ids of an order number begin with: they stand right behind it when ids are sorted. */
export function orderIdPrefixOf(orderNumber: string): string {
  let value = 0n;
  for (const c of orderNumber.slice(0, 13)) value = value * 32n + BigInt(CROCKFORD.indexOf(c));
  const hex = (value >> 1n).toString(16).padStart(16, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12)}`;
}

/**
 * Reads an order number as people type it (case, blanks, O for 0, I or L for 1); null when it cannot be one. With `checkOptional`
 * the check character may be left out.
 */
export function parseOrderNumber(typed: string, { checkOptional = false }: { readonly checkOptional?: boolean } = {}): string | null {
  if (typed.length > 40) return null;
  const text = typed.toUpperCase().replace(/[\s-]/g, '');
  const digits = text.slice(0, 13).replaceAll('O', '0').replace(/[IL]/g, '1');
  if ([...digits].some((c) => !CROCKFORD.includes(c))) return null;
  if (text.length !== 14 && !(checkOptional && text.length === 13)) return null;
  let value = 0n;
  for (const c of digits) value = value * 32n + BigInt(CROCKFORD.indexOf(c));
  const check = CHECK.charAt(Number(value % 37n));
  return text.length === 13 || text.charAt(13) === check ? digits + check : null;
}
