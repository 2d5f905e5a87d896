import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseShopFile } from '../../src/cli/shop-file/shop-file';

const sku = (more: string): string => `skus:\n  - { id: s, name: { zh-CN: 卡, en: Card }, price: { amountMinor: 100, currency: CNY }, ${more} }\n`;
const fromA = '{ channel: a, product: P, maxUnitCost: { amountMinor: 90, currency: CNY } }';

describe('sources of a SKU in the file of a shop', () => {
  it('of the example: pool and channels, channels alone, a top-up, and delivery by hand', () => {
    const shop = parseShopFile(readFileSync(join(__dirname, '../../examples/shop.yaml'), 'utf8'), 'shop.yaml');
    expect(shop.channels.map(({ id }) => id)).toEqual(['upstream-a', 'upstream-b', 'upstream-c']);
    const kinds = shop.skus.map(({ id, settings }) => [id, settings.delivery, settings.sources.map(({ kind }) => kind)]);
    expect(kinds).toEqual([
      ['steam-50', 'auto', ['POOL', 'CHANNEL', 'CHANNEL']],
      ['psn-100', 'auto', ['CHANNEL', 'CHANNEL']],
      ['mobile-100', 'auto', ['CHANNEL']],
      ['game-boost', 'manual', []],
    ]);
  });

  it('from when on its orders are an incident stands in its settings', () =>
    expect(parseShopFile(sku('incidents: { waitingOrders: 5, waitingMinutes: 15, failurePercent: 10 }'), 'f').skus[0]?.settings.incidents).toEqual({
      waitingOrders: 5,
      waitingMinutes: 15,
      failurePercent: 10,
    }));

  it('left out: the pool', () => expect(parseShopFile(sku('fields: []'), 'f').skus[0]?.settings.sources).toEqual([{ kind: 'POOL' }]));

  it.each([
    [`sources: [${fromA}, ${fromA}]`, 'this source stands twice'],
    ['sources: [{ pool: false }]', 'must be { pool: true } or { channel: ID'],
    ['sources: []', 'delivery: auto needs at least one source'],
    ['delivery: manual, sources: [{ pool: true }]', 'leave sources out'],
    ['incidents: {}', 'says nothing: leave it out'],
    ['incidents: { waitingMinutes: 0 }', 'skus[0].incidents.waitingMinutes'],
    [`reserve: AT_SUBMIT, sources: [${fromA}]`, 'only cards of the pool can be reserved at submit'],
  ])('%s is refused: %s', (more, message) => expect(() => parseShopFile(sku(more), 'f')).toThrow(message));
});
