import { join } from 'node:path';
import Database from 'better-sqlite3';
import { runProjections } from '../../src/application/run-projections';
import { verifyProjection, type ProjectionReport } from '../../src/application/verify/verify-projection';
import { openSqliteReadModels, type SqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { openShop, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
let readModels: SqliteReadModels;
const file = (): string => join(shop.folder, 'read-models.db');

async function open(): Promise<void> {
  shop = await openShop();
  await shop.stock('CODE-1', 'CODE-2', 'CODE-3');
  for (let i = 0; i < 3; i++) await shop.pay(submitted(await shop.submit()).orderId);
  readModels = openSqliteReadModels({ file: file() });
  await project();
}

async function close(): Promise<void> {
  await readModels.close();
  await shop.close();
}

/** Brings the read models up to the log and stops. */
async function project(): Promise<void> {
  const stop = new AbortController();
  const running = runProjections({ store: shop.store, readModels, projections, codec: shop.codec, runtime: shop.runtime, signal: stop.signal });
  const head = await shop.store.head();
  if (head !== null) for (const { name } of projections) expect(await running.waitFor(name, head, 10_000)).toBe(true);
  stop.abort();
  await running.done;
}

function verify(name: string): Promise<ProjectionReport> {
  const projection = projections.find((one) => one.name === name);
  if (projection === undefined) throw new Error(`no projection ${name}`);
  return verifyProjection({ projection, store: shop.store, codec: shop.codec, readModels, signal: new AbortController().signal });
}

function tamper(name: string, sql: (table: string) => string): void {
  const db = new Database(file());
  const { number } = db.prepare(`SELECT number FROM generations WHERE model = ? AND state = 'active'`).get(name) as { number: number };
  expect(db.prepare(sql(`"rows_${name}_${number}"`)).run().changes).toBeGreaterThan(0);
  db.close();
}

describe('a read model', () => {
  beforeAll(open);
  afterAll(close);

  it.each(projections.map(({ name }) => name))('%s equals what the log says, as one hash', async (name) => {
    const report = await verify(name);
    expect(report).toMatchObject({ equal: true, differences: [], parked: 0 });
    expect(report.liveHash).toBe(report.rebuiltHash);
    expect(report.rows).toBe(
      {
        orders: 3,
        cards: 3,
        'sku-stock': 1,
        skus: 1,
        gateways: 1,
        batches: 1,
        'batch-stock': 1,
        'search-keys': 3,
        tallies: 2,
        demand: 1,
        books: 3,
        'audit-trail': 4,
      }[name] ?? 0,
    );
  });
});

describe('a read model', () => {
  beforeEach(open);
  afterEach(close);

  it('that lags is compared up to where it is', async () => {
    submitted(await shop.submit());
    expect(await verify('orders')).toMatchObject({ equal: true, rows: 3 });
    expect(await verify('sku-stock')).toMatchObject({ equal: true });
  });

  it.each(['orders', 'sku-stock'])('%s with a changed row differs, and the field is named', async (name) => {
    tamper(name, (table) => `UPDATE ${table} SET value = json_set(value, '$.tampered', 1) WHERE rowid = 1`);
    const report = await verify(name);
    expect(report.equal).toBe(false);
    expect(report.differences).toMatchObject([{ why: 'differs in tampered' }]);
  });

  it('with a missing or an invented row differs', async () => {
    tamper('cards', (table) => `DELETE FROM ${table} WHERE rowid = 1`);
    expect((await verify('cards')).differences).toMatchObject([{ why: 'is missing' }]);
    const [skus] = await readModels.generations('skus');
    if (skus?.checkpoint == null) throw new Error('skus were not projected');
    await readModels.write(skus, { rows: [{ key: 'invented', position: skus.checkpoint, value: {} }], checkpoint: skus.checkpoint });
    expect((await verify('skus')).differences).toEqual([{ key: 'invented', why: 'is not in the log' }]);
  });
});
