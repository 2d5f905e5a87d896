import type { Habits, SimulatedSku } from '../profiles/profile';
import { Chance, drawn, drawnUnit } from '../world/chance';

/** What one buyer is going to do, whatever the shop does. Times count from the submit, in milliseconds. */
export interface BuyerPlan {
  readonly index: number;
  readonly at: number;
  readonly skuId: string;
  readonly quantity: number;
  /** What a top-up needs to know. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  readonly gatewayId: string;
  readonly kind: 'REDIRECT' | 'CHARGE';
  readonly clicks: number;
  readonly refreshAfterMs?: number;
  readonly misusesKey: boolean;
  readonly cancelAfterMs?: number;
  readonly change?: { readonly afterMs: number; readonly gatewayId: string; readonly kind: 'REDIRECT' | 'CHARGE' };
  /** Once the page is there; absent for who never pays. */
  readonly payAfterMs?: number;
  readonly payAgainAfterMs?: number;
  /** Says that one of the codes does not work. */
  readonly reports: boolean;
}

const MINUTE = 60_000;
const QUANTITY_MOST = 3;

export interface Crowd {
  readonly seed: number;
  readonly habits: Habits;
  readonly skus: readonly SimulatedSku[];
  readonly gatewayIds: readonly [string, ...string[]];
  /** Ways to pay at each gateway; both where it is not there. */
  readonly kinds?: ReadonlyMap<string, readonly PayKind[]>;
}

type PayKind = 'REDIRECT' | 'CHARGE';

function skuFor(chance: Chance, skus: readonly SimulatedSku[]): SimulatedSku {
  let left = chance.next() * skus.reduce((sum, { demand }) => sum + demand, 0);
  for (const sku of skus) {
    left -= sku.demand;
    if (left <= 0) return sku;
  }
  const last = skus.at(-1);
  if (last === undefined) throw new RangeError('the shop sells nothing');
  return last;
}

/** Drawn from the seed and the buyer's own number: leaving others out changes nothing about this one. */
export function buyerPlan({ seed, habits, skus, gatewayIds, kinds }: Crowd, index: number, at: number): BuyerPlan {
  const chance = new Chance(drawn(seed, `buyer ${index}`));
  const sku = skuFor(chance, skus);
  const payment = (): { readonly gatewayId: string; readonly kind: PayKind } => {
    const gatewayId = chance.of(gatewayIds);
    const wanted = chance.hit(0.7) ? 'REDIRECT' : 'CHARGE';
    const offered = kinds?.get(gatewayId) ?? [wanted];
    return { gatewayId, kind: offered.includes(wanted) ? wanted : (offered[0] ?? wanted) };
  };
  const payWithinMs = sku.settings.payWithinSeconds * 1_000;
  const isLate = chance.hit(habits.paysLate);
  const payAfterMs = isLate ? payWithinMs * (0.8 + chance.next()) : chance.upTo(90_000);
  const pays = !chance.hit(habits.neverPays);
  return {
    reports: drawnUnit(seed, `reports ${index}`) < (habits.reports ?? 0),
    index,
    at,
    skuId: sku.id,
    quantity: chance.hit(0.7) ? 1 : chance.between(1, Math.min(sku.quantityMost ?? QUANTITY_MOST, sku.settings.maxPerOrder)),
    ...(sku.settings.fields.length === 0 ? {} : { fields: sku.settings.fields.map((name) => ({ name, value: `SECRET-${name}-${index}` })) }),
    ...payment(),
    clicks: chance.hit(habits.clicksAgain) ? chance.between(2, 3) : 1,
    misusesKey: chance.hit(habits.misusesKey),
    ...(chance.hit(habits.refreshes) ? { refreshAfterMs: chance.upTo(20_000) } : {}),
    ...(chance.hit(habits.cancels) ? { cancelAfterMs: chance.upTo(chance.hit(0.5) ? 5_000 : 20 * MINUTE) } : {}),
    ...(chance.hit(habits.changesMethod) ? { change: { afterMs: chance.upTo(chance.hit(0.5) ? 10_000 : 10 * MINUTE), ...payment() } } : {}),
    ...(pays ? { payAfterMs } : {}),
    ...(pays && chance.hit(habits.paysTwice) ? { payAgainAfterMs: chance.upTo(chance.hit(0.5) ? 2_000 : 30 * MINUTE) } : {}),
  };
}
