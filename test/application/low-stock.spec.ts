import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LowStockWatch } from '../../src/application/incidents/low-stock';
import type { LowStock } from '../../src/domain/catalog/events';
import { defaultIncidentPolicy as policy } from '../../src/domain/incident/policy';
import { HOUR_MS, toIso } from '../../src/domain/kernel/time';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { demand } from '../../src/projections/demand';
import { T0 } from '../support/given';

const PER_HOUR = 10;
const HISTORY_HOURS = 4 * 168;

/** Over real read models: ten cards were sold in each hour of the last four weeks. */
describe('a stock that is to last for days', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-low-stock-'));
  const readModels = openSqliteReadModels({ file: join(folder, 'read-models.db') });

  beforeAll(async () => {
    await readModels.prepare([demand]);
    const [generation] = await readModels.generations('demand');
    if (generation === undefined) throw new Error('no read model');
    const rows = Array.from({ length: HISTORY_HOURS }, (_, ago) => {
      const hour = toIso(T0 - (ago + 1) * HOUR_MS);
      return { key: `game ${hour}`, value: { skuId: 'game', hour, orders: PER_HOUR, units: PER_HOUR }, position: '1' };
    });
    await readModels.write(generation, { rows, checkpoint: '1' });
  });
  afterAll(async () => {
    await readModels.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const watchFor = (lowStock: LowStock | undefined, { active = true, kind = 'POOL' } = {}): LowStockWatch => {
    const settings = { sources: [{ kind }], ...(lowStock === undefined ? {} : { lowStock }) };
    return new LowStockWatch({ allSkus: () => [{ id: 'game', active, settings: settings as never }] }, readModels);
  };
  const look = (watch: LowStockWatch, available: number, atMs = 0) => watch.signals(new Map([['game', available]]), policy, T0 + atMs);

  it('is low below what those days are expected to sell', async () => {
    const watch = watchFor({ days: 2 });
    expect(await look(watch, 479)).toEqual([
      { kind: 'STOCK_LOW', subject: 'game', value: 479, threshold: 480, level: 'ALARM', cause: 'BELOW_RUNWAY' },
    ]);
    expect(await look(watch, 480)).toMatchObject([{ level: 'BETWEEN' }]);
    expect(await look(watch, 576)).toMatchObject([{ level: 'CALM' }]);
  });
  it('is low below the greater of the two where both are said', async () => {
    expect(await look(watchFor({ days: 1, units: 300 }), 299)).toMatchObject([{ threshold: 300, cause: 'BELOW_UNITS', level: 'ALARM' }]);
    expect(await look(watchFor({ days: 1, units: 30 }), 239)).toMatchObject([{ threshold: 240, cause: 'BELOW_RUNWAY', level: 'ALARM' }]);
  });
  it('is expected anew each hour', async () => {
    const watch = watchFor({ days: 1 });
    expect(await look(watch, 1)).toMatchObject([{ threshold: 240 }]);
    // Three hours in which nothing was sold: of the last day seven eighths came, so as much less is expected.
    expect(await look(watch, 1, 3 * HOUR_MS)).toMatchObject([{ threshold: 210 }]);
  });
  it('is nothing to tell of a SKU that is paused, has no pool, never had a card, or was not asked about', async () => {
    expect(await look(watchFor({ units: 9 }, { active: false }), 1)).toMatchObject([{ level: 'CALM' }]);
    expect(await look(watchFor({ units: 9 }, { kind: 'CHANNEL' }), 1)).toEqual([]);
    expect(await watchFor({ units: 9 }).signals(new Map(), policy, T0)).toEqual([]);
    expect(await look(watchFor(undefined), 1)).toEqual([]);
  });
});
