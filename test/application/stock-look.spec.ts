import type { SkuSettings } from '../../src/domain/catalog/events';
import { DAY_MS } from '../../src/domain/kernel/time';
import { money } from '../../src/domain/kernel/money';
import type { Offer } from '../../src/domain/order/plan';
import { StockLook } from '../../src/application/commands/submit/stock-look';
import { ReadModelsUnavailable } from '../../src/application/ports/read-models';
import { OfferHints } from '../../src/application/supply/offer-hints';
import { HttpV1Channel } from '../../src/infrastructure/channels/http-v1';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import type { SupplyRow } from '../../src/projections/supply';
import { T0 } from '../support/given';
import { CARD_PRODUCT, startTestChannel, type TestChannel } from '../support/sandbox-channel';

const { product } = CARD_PRODUCT;
const NONE: Offer = { kind: 'SOME', available: 0, unitCost: money(4_500, 'CNY') };
const SOME: Offer = { ...NONE, available: 1 };
const DEAR: Offer = { ...SOME, unitCost: money(4_650, 'CNY') };
const UNKNOWN: Offer = { kind: 'UNKNOWN' };

describe('whether an order could be filled', () => {
  const channel = { kind: 'CHANNEL', channelId: 'up', product, maxUnitCost: money(4_700, 'CNY') } as const;
  const POOL = { kind: 'POOL' } as const;
  const look = (sources: SkuSettings['sources'], told: Offer, asks: Offer, inPool = 0, more: object = {}): Promise<boolean> => {
    const offers = { told: async () => told, asks: async () => asks };
    const settings = { price: money(4_800, 'CNY'), delivery: 'auto', oversell: false, sources, ...more } as unknown as SkuSettings;
    return new StockLook({ stockHint: async () => inPool, offers, minMargin: { percent: 5 } }).mayHave(settings, { skuId: 's', quantity: 2 });
  };

  it.each([
    ['told some', SOME, NONE, true],
    ['told none, and says none', NONE, NONE, false],
    ['told none, and says some', NONE, SOME, true],
    ['told none, and says nothing', NONE, UNKNOWN, true],
    ['never told', UNKNOWN, NONE, true],
    ['told a price that leaves too little, and says so', DEAR, DEAR, false],
  ] as const)('a channel that %s: %s', async (_what, told, asks, may) => expect(await look([channel], told, asks)).toBe(may));
  it('is a matter of the pool where no channel can', async () => {
    expect(await look([POOL, channel], NONE, NONE, 2)).toBe(true);
    expect(await look([POOL, channel], NONE, NONE, 1)).toBe(false);
    expect(await look([POOL], UNKNOWN, UNKNOWN, 1)).toBe(false);
  });
  it('is nobody’s question where people deliver, or where more is sold than there is', async () => {
    expect(await look([], NONE, NONE)).toBe(true);
    expect(await look([channel], NONE, NONE, 0, { oversell: true })).toBe(true);
  });
});

describe('what a channel offers', () => {
  let sandbox: TestChannel;
  let reads = 0;
  let row: SupplyRow | null | 'AWAY' = null;
  let elapsedMs = 0;
  let adapter: HttpV1Channel;
  const told = (available: number, more: Partial<SupplyRow> = {}): SupplyRow => ({
    balance: null,
    products: [{ product, available, unitCost: money(4_500, 'CNY'), toldAt: T0 }],
    staleSince: null,
    toldAt: T0,
    ...more,
  });
  const hints = (): OfferHints =>
    new OfferHints({
      readModels: {
        get: async () => {
          reads++;
          if (row === 'AWAY') throw new ReadModelsUnavailable();
          return row === null ? null : ({ key: 'up', value: row, position: '1' } as never);
        },
      },
      channels: { find: (id) => (id === 'up' ? adapter : undefined) },
      runtime: { monotonicMs: () => new SystemRuntime().monotonicMs() + elapsedMs },
      clock: { now: () => T0 },
    });

  beforeAll(async () => {
    sandbox = await startTestChannel();
    adapter = new HttpV1Channel(sandbox.settings);
  });
  afterAll(async () => {
    await adapter.release();
    await sandbox.close();
  });

  it.each([
    ['as told', told(7), { kind: 'SOME', available: 7, unitCost: money(4_500, 'CNY') }],
    ['unknown when nothing was told', null, UNKNOWN],
    ['unknown when another product was told', told(7, { products: [] }), UNKNOWN],
    ['unknown once it is stale', told(0, { staleSince: T0 }), UNKNOWN],
    ['unknown once nobody has looked for more than a day', told(0, { toldAt: T0 - 2 * DAY_MS }), UNKNOWN],
    ['unknown while read models are away', 'AWAY', UNKNOWN],
  ] as const)('is %s', async (_what, given, offer) => {
    row = given;
    expect(await hints().told('up', product)).toEqual(offer);
  });
  it('is read once a second for a whole crowd', async () => {
    [row, reads, elapsedMs] = [told(7), 0, 0];
    const crowd = hints();
    await Promise.all(Array.from({ length: 100 }, () => crowd.told('up', product)));
    expect(reads).toBe(1);
    elapsedMs = 1_001;
    await crowd.told('up', product);
    expect(reads).toBe(2);
  });
  it('is asked at the channel, which may say otherwise or nothing', async () => {
    await sandbox.setStock(product, { available: 3 });
    expect(await hints().asks('up', product)).toEqual({ kind: 'SOME', available: 3, unitCost: money(4_500, 'CNY') });
    await sandbox.faults([{ method: 'GET', fault: 'error' }]);
    expect(await hints().asks('up', product)).toEqual(UNKNOWN);
    expect(await hints().asks('unknown', product)).toEqual(UNKNOWN);
    await sandbox.faults([]);
  });
});
