import { aggregates } from '../../src/application/aggregates';
import { Background } from '../../src/application/background';
import { CommandHandling } from '../../src/application/handle-command';
import { PreWarm, type PreWarmKit } from '../../src/application/pre-warm/run-pre-warm';
import { stockAhead } from '../../src/application/pre-warm/stock-ahead';
import { CallRoom, defaultCallRoomPolicy } from '../../src/application/processes/order/call-room';
import { StoreClock } from '../../src/application/store-clock';
import { streams } from '../../src/domain/kernel/ids';
import { money } from '../../src/domain/kernel/money';
import { HOUR_MS, toIso } from '../../src/domain/kernel/time';
import type { ChannelSource } from '../../src/domain/order/events';
import { BUILT_IN } from '../../src/domain/routing/policy';
import { defaultHealthPolicy } from '../../src/domain/routing/health';
import { noRecord } from '../../src/domain/routing/track-record';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { openKeyring } from '../../src/infrastructure/keyring/file-keyring';
import type { BookRow } from '../../src/projections/books';
import type { JobRow } from '../../src/projections/jobs';
import type { SkuStockRow } from '../../src/projections/sku-stock';
import { sealedText } from '../support/given';
import { Life } from './engine-life';
import { FAST, FROM_CHANNEL, openEngineShop, type EngineShop, type Surroundings } from './engine-shop';

const SKU = 'sku';
const PATIENCE_MS = 60_000;
const never = new AbortController().signal;
const codec = createCodec(codecCatalog);

let shop: EngineShop;
beforeEach(async () => {
  shop = await openEngineShop();
});
afterEach(() => shop.close());

/** As a process has it whose ports are these. */
function buyer(around: (all: Surroundings) => Surroundings = (all) => all, changes: Partial<PreWarmKit> = {}): PreWarm {
  const { store, runtime, readModels, snapshots, channel } = shop;
  const outside = around({ store, runtime, snapshots, channel, gateway: {} as never });
  const commands = new CommandHandling(outside.store, codec, new StoreClock(outside.runtime), outside.runtime);
  const channels = { find: () => outside.channel };
  return new PreWarm({
    ...{ commands, readModels, runtime: outside.runtime, timing: FAST, healthPolicy: defaultHealthPolicy, minMargin: undefined, lookEveryMs: 10 },
    outside: {
      channels,
      keyring: openKeyring(`${shop.file.folder}/keyring.json`, { allowDevelopment: true }),
      secrets: shop.secrets,
      clock: commands.clock,
      timing: FAST,
      isReusable: () => false,
    },
    room: new CallRoom(runtime, defaultCallRoomPolicy),
    policies: () => ({ active: BUILT_IN }),
    offers: { offer: () => ({ kind: 'UNKNOWN' }) },
    background: new Background(),
    channelView: () => ({
      flags: outside.channel.flags,
      notFoundFinalAfterMs: 500,
      paused: false,
      busy: false,
      priority: 1,
      weight: 1,
      record: noRecord,
    }),
    settings: { allSkus: () => [] },
    spans: { within: (_parent, work) => work() },
    onStored: () => undefined,
    onFailed: () => undefined,
    ...changes,
  });
}

let jobs = 0;
async function ordered(units: number, budgetMinor = 1_000_000): Promise<string> {
  const jobId = `00000000-0000-5000-8000-${String(++jobs).padStart(12, '0')}`;
  const now = shop.commands.clock.now();
  const command = {
    type: 'OrderPreWarm',
    skuId: SKU,
    units,
    budget: money(budgetMinor, 'CNY'),
    sources: [FROM_CHANNEL as ChannelSource],
    available: 0,
    buyBy: toIso(now + HOUR_MS),
    peak: { hour: toIso(now), units: 5 * units },
  } as const;
  const context = { commandId: shop.runtime.newId(), correlationId: jobId, causationId: jobId, actor: { kind: 'CLI', id: 'test' } } as const;
  await shop.commands.handle(aggregates.job, jobId, command, context);
  return jobId;
}

const preWarmOf = async (jobId: string) => (await shop.commands.load(aggregates.job, jobId, true)).state.preWarm;
const soldFor = async (jobId: string) => (await shop.upstream.purchases()).filter(({ requestId }) => requestId.startsWith(jobId));

/** Works on until it has ended. */
async function finished(jobId: string, one: PreWarm): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while ((await preWarmOf(jobId))?.end === undefined) {
    if (performance.now() > deadline)
      throw new Error(`${jobId} has not ended: ${(await shop.store.read(streams.job(jobId))).map(({ type }) => type).join(' ')}`);
    await one.work(never);
    await shop.runtime.sleep(5);
  }
}

/** All its cards are for sale, each once, at the cost that the channel told, and the channel sold no more than that. */
async function filled(jobId: string, units: number): Promise<void> {
  const preWarm = await preWarmOf(jobId);
  expect({ end: preWarm?.end, arriving: preWarm?.order.arriving }).toEqual({ end: 'FILLED', arriving: [] });
  const cardIds = preWarm?.order.purchases.flatMap((purchase) => purchase.cardIds) ?? [];
  expect(new Set(cardIds).size).toBe(units);
  for (const cardId of cardIds) {
    const events = await shop.store.read(streams.card(cardId));
    expect(events.map(({ type, data }) => ({ type, ...data }))).toMatchObject([{ type: 'CardStocked', cost: money(4_500, 'CNY'), channelId: 'up' }]);
  }
  expect((await soldFor(jobId)).flatMap(({ codeHashes }) => codeHashes)).toHaveLength(units);
}

const soundStore = async (): Promise<void> => expect((await shop.verify()).violations).toEqual([]);

it('fills the pool in purchases of a bounded size, and the cards are for sale', async () => {
  const jobId = await ordered(120);
  await finished(jobId, buyer());
  await filled(jobId, 120);
  expect((await soldFor(jobId)).map(({ codeHashes }) => codeHashes.length).sort()).toEqual([20, 50, 50]);
  await soundStore();
});

it('costs what the books say: nothing on its way, all of it in stock, and a claim that the statement of the channel must have', async () => {
  const jobId = await ordered(3);
  await finished(jobId, buyer());
  const book = async (): Promise<BookRow | undefined> => (await shop.readModels.get<BookRow>('books', streams.job(jobId)))?.value;
  while ((await book())?.order?.claims.length !== 1) await shop.runtime.sleep(5);
  expect((await book())?.order?.claims).toMatchObject([{ kind: 'PURCHASE', party: 'up', reference: `${jobId}.p1`, amountMinor: 13_500, units: 3 }]);
});

it('stops at its budget, whatever is missing: each card counts at its highest price until its own is known', async () => {
  const jobId = await ordered(10, 22_999);
  await finished(jobId, buyer());
  expect((await preWarmOf(jobId))?.end).toBe('BUDGET');
  expect((await soldFor(jobId)).map(({ codeHashes }) => codeHashes.length).sort()).toEqual([1, 4]);
});

it('buys every card once while the channel hangs and sells behind its back, also with two that work on it', async () => {
  await shop.upstream.faults(
    [
      { method: 'POST', path: '/purchases', percent: 60, fault: 'commit-then-hang' },
      { percent: 20, fault: 'hang' },
    ],
    3,
  );
  const jobId = await ordered(8);
  await Promise.all([finished(jobId, buyer()), finished(jobId, buyer())]);
  await filled(jobId, 8);
  await soundStore();
}, 120_000);

it('a code that the shop had already is no goods, whichever of them comes first', async () => {
  const card = (fingerprint: string) => ({ fingerprint, sealed: sealedText, cost: money(4_500, 'CNY') });
  const old = { type: 'StockCard', ...card('old'), skuId: SKU, batchId: 'batch-1' } as const;
  await shop.commands.handle(aggregates.card, 'old', old, {
    commandId: 'old',
    correlationId: 'old',
    causationId: 'old',
    actor: { kind: 'CLI', id: 'test' },
  });
  const arriving = ['old', 'new'].map((cardId) => ({ ...card(cardId), cardId, reservation: 1, requestId: 'job.p1' }));
  const preWarm = { ordered: { skuId: SKU }, order: { orderId: 'job', arriving } } as unknown as Parameters<typeof stockAhead>[1];
  const call = { kind: 'stock-cards', reservation: 1, cards: arriving } as unknown as Parameters<typeof stockAhead>[2];
  const settled = { type: 'SettleGoods', reservation: 1, claimed: [], surplus: ['new'], known: ['old'] };
  expect(await stockAhead(shop.commands, preWarm, call, 'engine:1')).toEqual(settled);
  expect(await stockAhead(shop.commands, preWarm, call, 'engine:2')).toEqual(settled);
});

describe('F1: killed with a purchase under way', () => {
  it.each(['before', 'after'] as const)(
    '%s any one of its awaits: whoever goes on fills the pool, and the channel sold each card once',
    async (side) => {
      let deaths = 0;
      for (let dieAt = 1; ; dieAt++) {
        const jobId = await ordered(2);
        while ((await shop.readModels.get<JobRow>('jobs', jobId)) === null) await shop.runtime.sleep(2);
        const life = new Life(dieAt, side);
        const ended = await Promise.race([life.death.then(() => false), finished(jobId, buyer(life.around)).then(() => true)]);
        life.end();
        if (!ended) {
          deaths++;
          await finished(jobId, buyer());
        }
        await filled(jobId, 2);
        if (ended) break;
      }
      console.info(`died ${side} ${deaths} different awaits`);
      expect(deaths).toBeGreaterThan(6);
      await soundStore();
    },
    300_000,
  );
});

describe('looking ahead', () => {
  const sku = {
    name: { 'zh-CN': '码', en: 'code' },
    price: money(4_800, 'CNY'),
    delivery: 'auto',
    reserve: 'AT_PAYMENT',
    partial: 'WAIT',
    compensation: 'REFUND',
    onDoubt: 'WAIT',
    sources: [{ kind: 'POOL' }, FROM_CHANNEL],
    payWithinSeconds: 900,
    deliverWithinSeconds: 1_800,
    maxPerOrder: 10,
    fields: [],
    oversell: false,
    reusable: false,
    oneOpenOrderPerBuyer: false,
  } as const;
  const preWarm = { share: 0.2, budget: money(1_000_000, 'CNY'), shelfLifeHours: 24 };
  const of = (settings: object): Partial<PreWarmKit> => ({
    settings: { allSkus: () => [{ id: SKU, active: true, settings: { ...sku, ...settings } }] },
  });

  /** As if the shop had sold so many units in each hour of the last eight days. */
  const soldEachHour = (units: number): Pick<PreWarmKit, 'readModels'> => {
    const hour = Math.floor(shop.commands.clock.now() / HOUR_MS);
    const rows = Array.from({ length: 192 }, (_, ago) => ({
      key: `${SKU} ${ago}`,
      value: { skuId: SKU, hour: toIso((hour - 192 + ago) * HOUR_MS), orders: units, units },
    }));
    const { readModels } = shop;
    return {
      readModels: {
        get: readModels.get.bind(readModels),
        find: async (model, query) => (model === 'demand' ? ((query.after === undefined ? rows : []) as never) : readModels.find(model, query)),
      },
    };
  };
  const open = () => shop.readModels.find<JobRow>('jobs', { limit: 10 });

  it('orders a fifth of the coming peak, once a day, and buys it at what leaves its margin', async () => {
    const kit = { ...of({ preWarm, minMargin: { amountMinor: 250 } }), ...soldEachHour(30) };
    const [one, other] = [buyer(undefined, kit), buyer(undefined, kit)];
    await Promise.all([one.look(never), other.look(never), one.look(never)]);
    while ((await open()).length === 0) await shop.runtime.sleep(5);
    const [job] = await open();
    expect((await open()).map(({ value }) => value)).toMatchObject([
      { kind: 'PRE_WARM', open: 1, preWarm: { ordered: { units: 6, sources: [{ maxUnitCost: money(4_550, 'CNY') }] } } },
    ]);
    await finished(job?.key ?? '', one);
    await filled(job?.key ?? '', 6);
    const stock = async () => (await shop.readModels.get<SkuStockRow>('sku-stock', SKU))?.value.available;
    while ((await stock()) !== 6) await shop.runtime.sleep(5);
    // The pool holds what the next peak needs: nothing more is bought, on whatever day it falls.
    await one.look(never);
    expect(await open()).toHaveLength(1);
  });

  it.each([
    ['says nothing of it', {}],
    ['takes nothing from the pool', { preWarm, sources: [FROM_CHANNEL] }],
    ['tops up an account', { preWarm, fields: ['phone'] }],
    ['is delivered by hand', { preWarm, delivery: 'manual', sources: [] }],
    ['has its budget in a currency that no channel sells in', { preWarm: { ...preWarm, budget: money(100, 'USD') } }],
  ])('buys nothing for a SKU that %s', async (_what, settings) => {
    await buyer(undefined, { ...of(settings), ...soldEachHour(30) }).look(never);
    expect((await shop.store.head()) ?? null).toBeNull();
  });
});
