import { z } from 'zod';
import type { SkuSettings } from '../../domain/catalog/events';
import type { Article } from '../ports/channel-book';
import type { SimulatedChannelOptions } from '../ports/simulated-channel';
import type { SimulatedGatewayOptions } from '../ports/simulated-gateway';
import type { Profile, SimulatedSku } from './profile';

const flags = z.array(z.string());
const account = z.object({ id: z.string(), settings: z.object({ flags, notFoundFinalAfterSeconds: z.number() }) });

/**
 * What a day needs to know of a shop that is described in a file, as the program that read the file hands it on. Whether the settings
 * make sense is not asked again: they were checked as `apply` checks them, and the use cases check them once more.
 */
export const ownShop = z.object({
  name: z.string(),
  gateways: z.array(account.extend({ settings: account.shape.settings.extend({ kinds: z.array(z.enum(['REDIRECT', 'CHARGE'])).min(1) }) })).min(1),
  channels: z.array(account.extend({ settings: account.shape.settings.extend({ ratePerSecond: z.number(), maxInFlight: z.number() }) })),
  skus: z.array(z.object({ id: z.string(), settings: z.custom<SkuSettings>((value) => typeof value === 'object' && value !== null) })).min(1),
});
export type OwnShop = z.output<typeof ownShop>;

/** What nobody can read in the file. */
export interface Assumptions {
  /** Cards on the shelf at the beginning, as a share of all that could be wanted. */
  readonly stock: number;
  /** Gateways and channels that are away the whole day. */
  readonly down: readonly string[];
}

const DECLINED_SHARE = 0.03;
/** Whatever upstreams sell, they have this many times what could be wanted. */
const PLENTY = 5;
/** What people order at once, whatever they may. */
const QUANTITY_MOST = 3;

/** This day in that shop: its gateways, its channels, its products and policies, with people who hand over what is delivered by hand. Throws RangeError for something down that is not there. */
export function dayIn(shop: OwnShop, day: Profile, { stock, down }: Assumptions): Profile {
  const known = [...shop.gateways, ...shop.channels].map(({ id }) => id);
  const unknown = down.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new RangeError(`there is no gateway or channel ${unknown} in ${shop.name}`);
  const about = down.length === 0 ? '' : `, ${down.join(' and ')} away the whole day`;
  return {
    ...day,
    about: `${day.about}; in the shop of ${shop.name}${about}`,
    gateways: () => shop.gateways.map(gatewayOf),
    channels: (_chance, orders) => shop.channels.map((channel) => channelOf(shop, channel, orders)),
    skus: () => shop.skus.map(({ id, settings }): SimulatedSku => ({ id, settings, stock, demand: 1, quantityMost: QUANTITY_MOST })),
    desk: (hasChannels) => day.desk?.(hasChannels) ?? { calls: 0, interventions: 0 },
    down,
  };
}

function gatewayOf({ id, settings }: OwnShop['gateways'][number]): SimulatedGatewayOptions {
  const has = (flag: string): boolean => settings.flags.includes(flag);
  return {
    id,
    flags: { replay: has('replay'), lookup: has('lookup'), cancel: has('cancel') },
    notFoundFinalAfterSeconds: settings.notFoundFinalAfterSeconds,
    declines: DECLINED_SHARE,
    kinds: settings.kinds,
  };
}

function channelOf({ skus }: OwnShop, { id, settings }: OwnShop['channels'][number], orders: number): SimulatedChannelOptions {
  const has = (flag: string): boolean => settings.flags.includes(flag);
  const { notFoundFinalAfterSeconds, maxInFlight, ratePerSecond } = settings;
  return {
    id,
    flags: { replay: has('replay'), lookup: has('lookup'), cancel: has('cancel'), partialFill: has('partialFill') },
    notFoundFinalAfterSeconds,
    maxInFlight,
    ratePerSecond,
    articles: articlesOf(skus, id, orders),
    balanceMinor: Number.MAX_SAFE_INTEGER,
  };
}

/** Everything that any product takes from there, at the highest price that all of them allow: costs in the report are an upper bound. */
function articlesOf(skus: OwnShop['skus'], channelId: string, orders: number): readonly Article[] {
  const articles = new Map<string, Article>();
  for (const { settings } of skus)
    for (const source of settings.sources) {
      if (source.kind !== 'CHANNEL' || source.channelId !== channelId) continue;
      const { product, maxUnitCost } = source;
      const there = articles.get(product);
      articles.set(product, {
        product,
        kind: settings.fields.length > 0 ? 'TOP_UP' : 'CARD',
        currency: maxUnitCost.currency,
        unitCostMinor: Math.min(maxUnitCost.amountMinor, there?.unitCostMinor ?? Infinity),
        available: (there?.available ?? 0) + orders * PLENTY * Math.min(settings.maxPerOrder, QUANTITY_MOST),
      });
    }
  return [...articles.values()];
}
