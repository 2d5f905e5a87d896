import type { Settings } from '../settings';

/** Products of one channel that are asked for. */
const PRODUCTS_MAX = 50;

/** What SKUs buy at a channel, by its names, sorted; the first 50. */
export function productsOf(settings: Pick<Settings, 'allSkus'>, channelId: string): readonly string[] {
  const sources = settings.allSkus().flatMap(({ settings: sku }) => sku?.sources ?? []);
  const products = sources.flatMap((source) => (source.kind === 'CHANNEL' && source.channelId === channelId ? [source.product] : []));
  return [...new Set(products)].sort().slice(0, PRODUCTS_MAX);
}
