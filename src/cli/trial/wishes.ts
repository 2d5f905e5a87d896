import { SKU_ID } from './examples';
import type { Wish } from './shop-client';

/** Products of the example shop that come from channels: from them alone, and as a top-up that asks for a phone number. */
const FROM_CHANNELS = 'psn-100';
const TOP_UP = 'mobile-100';

type Goods = Pick<Wish, 'skuId' | 'quantity' | 'fields'>;
const USUAL: Goods = { skuId: SKU_ID, quantity: 1 };

/** Of ten buyers five want the product of the pool, three one that only channels have, and two a top-up; one of each kind of card wants two. */
const ASSORTMENT: readonly Goods[] = [
  USUAL,
  { skuId: FROM_CHANNELS, quantity: 1 },
  { skuId: TOP_UP, quantity: 1, fields: [{ name: 'phone', value: '13800138000' }] },
  USUAL,
  { skuId: FROM_CHANNELS, quantity: 2 },
  USUAL,
  { skuId: SKU_ID, quantity: 2 },
  { skuId: TOP_UP, quantity: 1, fields: [{ name: 'phone', value: '13900139000' }] },
  { skuId: FROM_CHANNELS, quantity: 1 },
  USUAL,
];

/** The wish of the buyer at this place: two of three charge a stored instrument, one pays on a page. */
export function wishAt(at: number, key: string): Wish {
  const goods = ASSORTMENT[at % ASSORTMENT.length] ?? USUAL;
  return { ...goods, idempotencyKey: key, buyerRef: `buyer-${key}`, kind: at % 3 === 2 ? 'REDIRECT' : 'CHARGE' };
}
