import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orderSignals } from '../../src/application/incidents/order-signals';
import { defaultIncidentPolicy as policy } from '../../src/domain/incident/policy';
import type { SkuThresholds, WaitThresholds } from '../../src/domain/incident/thresholds';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/kernel/time';
import type { RowWrite } from '../../src/application/ports/read-models';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { orders } from '../../src/projections/orders';
import { T0 } from '../support/given';

const WAITING = 60;

/** Over real read models: sixty paid orders wait for stock, one a minute; of another SKU twelve ended lately, three of them by giving the money back. */
describe('what may be wrong with paid orders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-order-signals-'));
  const readModels = openSqliteReadModels({ file: join(folder, 'read-models.db') });

  beforeAll(async () => {
    await readModels.prepare([orders]);
    const [generation] = await readModels.generations('orders');
    if (generation === undefined) throw new Error('no read model');
    const row = (key: string, value: RowWrite['value']): RowWrite => ({ key, value, position: '1' });
    const waiting = Array.from({ length: WAITING }, (_, ago) => {
      const paidAt = T0 - (ago + 1) * MINUTE_MS;
      return row(`w${ago}`, { skuId: 'game', waitingFor: 'stock:game', phase: 'PAID_WAITING_CARD', submittedAt: paidAt - MINUTE_MS, paidAt });
    });
    const ended = (count: number, phase: string, ago: number) =>
      Array.from({ length: count }, (_, at) => row(`${phase} ${ago} ${at}`, { skuId: 'video', waitingFor: null, phase, submittedAt: T0 - ago }));
    const rows = [...waiting, ...ended(9, 'DELIVERED', MINUTE_MS), ...ended(3, 'REFUNDED', MINUTE_MS), ...ended(50, 'REFUNDED', 2 * HOUR_MS)];
    await readModels.write(generation, { rows, checkpoint: '1' });
  });
  afterAll(async () => {
    await readModels.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const look = (skus: Readonly<Record<string, SkuThresholds>>, channels: Readonly<Record<string, WaitThresholds>> = {}) => {
    const all = (said: Readonly<Record<string, object>>) =>
      Object.entries(said).map(([id, incidents]) => ({ id, active: true, settings: { incidents } as never }));
    return orderSignals({ readModels, settings: { allSkus: () => all(skus), allChannels: () => all(channels) } }, policy, T0);
  };

  it('is told by the number of the shop where a SKU says nothing, and by no other', async () =>
    expect(await look({ game: {} })).toEqual([
      { kind: 'ORDERS_WAITING', subject: 'stock:game', value: WAITING, threshold: 50, level: 'ALARM', cause: 'NO_STOCK' },
    ]));

  it('is told by the number of the SKU where it says one', async () =>
    expect(await look({ game: { waitingOrders: 200 } })).toMatchObject([{ value: WAITING, threshold: 200, level: 'CALM' }]));

  it.each([
    [60, 'ALARM'],
    [61, 'BETWEEN'],
    [120, 'CALM'],
  ])('the longest wait of an hour, counted from the payment, against %i minutes is %s', async (waitingMinutes, level) =>
    expect((await look({ game: { waitingMinutes } }))[1]).toEqual({
      ...{ kind: 'ORDERS_LATE', subject: 'stock:game', value: 60, threshold: waitingMinutes, cause: 'NO_STOCK' },
      level,
    }),
  );

  it('nobody waits where none waits, for a channel as for a SKU', async () =>
    expect(await look({}, { up: { waitingOrders: 5, waitingMinutes: 10 } })).toEqual([
      { kind: 'ORDERS_WAITING', subject: 'channel:up', value: 0, threshold: 5, level: 'CALM', cause: 'NO_ANSWER' },
      { kind: 'ORDERS_LATE', subject: 'channel:up', value: 0, threshold: 10, level: 'CALM', cause: 'NO_ANSWER' },
    ]));

  it('three of twelve given back within the hour are a quarter, whatever was before it', async () => {
    const failing = async (failurePercent: number) => (await look({ video: { failurePercent } })).find(({ kind }) => kind === 'ORDERS_FAILING');
    expect(await failing(25)).toMatchObject({ subject: 'video', value: 25, level: 'ALARM', cause: 'REFUNDED' });
    expect(await failing(26)).toMatchObject({ level: 'BETWEEN' });
    expect(await failing(50)).toMatchObject({ level: 'CALM' });
  });

  it('of a few orders no share is told', async () =>
    expect((await look({ game: { failurePercent: 1 } })).at(-1)).toMatchObject({ kind: 'ORDERS_FAILING', value: 0, level: 'CALM' }));
});
