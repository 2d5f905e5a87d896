import type { SkuSettings } from '../../domain/catalog/events';
import type { Source } from '../../domain/order/events';
import type { Article } from '../ports/channel-book';
import type { SimulatedChannelOptions } from '../ports/simulated-channel';
import type { Chance } from '../world/chance';
import type { SimulatedSku } from './profile';
import { manySkus, skuSettings } from './shops';

const UNIT_COST_MINOR = 4_500;
const COST_CAP_MINOR = 4_600;
const NOT_FOUND_FINAL_SECONDS = 60;
const ALL_FLAGS = { replay: true, lookup: true, cancel: true, partialFill: true } as const;
const PRODUCTS = ['bought', 'mixed', 'reroute', 'parts', 'again', 'shown', 'held-too'] as const;
const MOSTLY = 0.8;
const TOP_UP = 'top-up';

const article = (product: string, available: number, kind: Article['kind'] = 'CARD'): Article => ({
  product,
  kind,
  currency: 'CNY',
  unitCostMinor: UNIT_COST_MINOR,
  available,
});

/** Every article of these shops, of each some units or plenty. */
const shelfOf = (available: () => number): readonly Article[] => [
  ...PRODUCTS.map((product) => article(product, available())),
  article(TOP_UP, available(), 'TOP_UP'),
];

const channelOf = (id: string, flags: SimulatedChannelOptions['flags'], available: () => number): SimulatedChannelOptions => ({
  id,
  flags,
  notFoundFinalAfterSeconds: NOT_FOUND_FINAL_SECONDS,
  articles: shelfOf(available),
  balanceMinor: Number.MAX_SAFE_INTEGER,
});

/** Upstreams that keep their word and have enough. */
export const goodChannels = (_chance: Chance, orders: number): readonly SimulatedChannelOptions[] =>
  ['upstream-a', 'upstream-b'].map((id) => channelOf(id, ALL_FLAGS, () => orders * 5));

/** Two that keep their word, of which one mostly says no. */
export const unequalChannels = (chance: Chance, orders: number): readonly SimulatedChannelOptions[] =>
  goodChannels(chance, orders).map((one) => (one.id === 'upstream-b' ? { ...one, declines: MOSTLY } : one));

/** One upstream that can do everything, and others with any combination of flags, none included; of some articles there is too little. */
export function anyChannels(chance: Chance, orders: number): readonly SimulatedChannelOptions[] {
  const available = (): number => (chance.hit(0.3) ? chance.upTo(Math.ceil(orders / 10)) : orders * 5);
  const some = (id: string): SimulatedChannelOptions =>
    channelOf(id, { replay: chance.hit(0.5), lookup: chance.hit(0.5), cancel: chance.hit(0.5), partialFill: chance.hit(0.5) }, available);
  return [channelOf('upstream-a', ALL_FLAGS, available), some('upstream-b'), some('upstream-c')];
}

/** What is bought ahead lies where all of it is asked for at a channel that may answer, or not. */
export const peakSkus = (): readonly SimulatedSku[] => [
  sold('bought', 2, 0, { sources: [POOL, from('a', 'bought'), from('b', 'bought')], preWarm: ahead(1, 5_000_000), oversell: true }),
  sold('reroute', 1, 0, { sources: [POOL, from('b', 'reroute'), from('c', 'reroute')], preWarm: ahead(0.6, 5_000_000), oversell: true }),
  sold('mixed', 1, 0.1, { sources: [from('a', 'mixed'), POOL], preWarm: ahead(1, 3 * COST_CAP_MINOR), oversell: true }),
];

/** Every third shop buys from upstreams; the others live by their own stock alone. */
export const someChannels = (chance: Chance, orders: number): readonly SimulatedChannelOptions[] =>
  chance.hit(0.66) ? [] : anyChannels(chance, orders);

const POOL: Source = { kind: 'POOL' };
const from = (channel: 'a' | 'b' | 'c', product: string): Source => ({
  kind: 'CHANNEL',
  channelId: `upstream-${channel}`,
  product,
  maxUnitCost: { amountMinor: COST_CAP_MINOR, currency: 'CNY' },
});

const ahead = (share: number, budgetMinor: number): NonNullable<SkuSettings['preWarm']> => ({
  share,
  budget: { amountMinor: budgetMinor, currency: 'CNY' },
  shelfLifeHours: 24,
});

const sold = (id: string, demand: number, stock: number, settings: Partial<SkuSettings>): SimulatedSku => ({
  id,
  settings: skuSettings(settings),
  stock,
  demand,
  quantityMost: 5,
});

/** Every way to sell what others have: each policy with channels alone, with the pool beside them, as a top-up, and by hand. */
export const channelSkus = (): readonly SimulatedSku[] => [
  sold('bought', 1, 0, { sources: [from('a', 'bought')] }),
  sold('mixed', 1, 0.2, { sources: [POOL, from('b', 'mixed'), from('a', 'mixed')], oversell: true }),
  sold('reroute', 1, 0.2, { sources: [from('b', 'reroute'), from('c', 'reroute'), POOL], onDoubt: 'REROUTE', oversell: true }),
  sold('parts', 0.7, 0, { sources: [from('c', 'parts'), from('a', 'parts')], partial: 'SPLIT', deliverWithinSeconds: 900 }),
  sold('again', 0.5, 0, { sources: [from('c', 'again')], compensation: 'REISSUE', onDoubt: 'REROUTE', deliverWithinSeconds: 600 }),
  sold('shown', 0.5, 0, { sources: [from('b', 'shown')], compensation: 'REVIEW', deliverWithinSeconds: 600 }),
  sold('held-too', 0.5, 0.5, { sources: [POOL, from('a', 'held-too')], reserve: 'AT_SUBMIT' }),
  sold('top-up', 0.7, 0, { sources: [from('b', TOP_UP), from('a', TOP_UP)], fields: ['account'], onDoubt: 'REROUTE' }),
  sold('by-hand', 0.3, 0, { delivery: 'manual', sources: [] }),
];

/** Every policy there is, and more of what ends in part. */
export const everySku = (chance: Chance): readonly SimulatedSku[] => [
  ...manySkus(chance),
  ...channelSkus().filter(({ id }) => id !== 'parts'),
  sold('half', 1.5, 0.3, { partial: 'SPLIT', oversell: true, deliverWithinSeconds: 300 }),
  sold('half-bought', 1.5, 0, { sources: [from('b', 'parts'), from('c', 'parts')], partial: 'SPLIT', onDoubt: 'REROUTE', deliverWithinSeconds: 300 }),
];

/** Two products: one on the shelf, one that is bought from whichever upstream answers. */
export const saleSkus = (): readonly SimulatedSku[] => [
  sold('plenty', 1, 1.5, {}),
  sold('bought', 1, 0, { sources: [from('a', 'bought'), from('b', 'bought')], onDoubt: 'REROUTE' }),
];

/** One product for each thing that may stand beside an upstream that is away: nothing, another one, a shelf; and one that is nowhere. */
export const upstreamSkus = (): readonly SimulatedSku[] => [
  sold('bought', 1, 0, { sources: [from('a', 'bought')], oversell: true }),
  sold('reroute', 1, 0, { sources: [from('a', 'reroute'), from('b', 'reroute')], onDoubt: 'REROUTE' }),
  sold('mixed', 1, 0.3, { sources: [from('b', 'mixed'), POOL] }),
  sold('empty', 1, 0.3, { oversell: true }),
];

/** Cards of the shop's own, of some too few until more come; and goods of either upstream. */
export const nightSkus = (): readonly SimulatedSku[] => [
  { ...sold('shelf', 2, 1.5, {}), quantityMost: 1 },
  { ...sold('short', 1, 0.2, { oversell: true }), restock: { afterMs: 50 * 60_000, share: 1 } },
  sold('bought', 1, 0, { sources: [from('a', 'bought'), from('b', 'bought')], onDoubt: 'REROUTE' }),
];

/** What both upstreams sell, from whichever the routing policy likes better; mostly at once, so that a doubt costs a buyer little. */
export const trialSkus = (): readonly SimulatedSku[] => [
  sold('bought', 3, 0, { sources: [from('a', 'bought'), from('b', 'bought')], onDoubt: 'REROUTE' }),
  sold('reroute', 1, 0.2, { sources: [from('b', 'reroute'), from('a', 'reroute'), POOL], oversell: true }),
];
