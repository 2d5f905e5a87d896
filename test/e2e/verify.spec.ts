import Database from 'better-sqlite3';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aggregates } from '../../src/application/aggregates';
import { CommandHandling } from '../../src/application/handle-command';
import { StoreClock } from '../../src/application/store-clock';
import type { VerifyReport } from '../../src/application/verify/violation';
import { streams } from '../../src/domain/kernel/ids';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore } from '../../src/infrastructure/sqlite/event-store';
import { RECORD_COLUMNS, sealOf, type LogRecord } from '../../src/infrastructure/sqlite/event-store/record';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { BusyBuyers } from './support/busy-buyers';
import { BAD_DAY, pause, seedOf, verify } from './support/busy-shop';

const ORDERS = 6;

/** A real shop that sold a few cards and was stopped; each test damages a copy of its folder. */
describe('cardrail verify', () => {
  let shop: LiveShop;
  let orderId: string;
  let cardId: string;
  let copies = 0;

  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { plenty: {} } });
    const shopper = new Shopper(shop);
    await shop.stock('plenty', 10);
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => shopper.order({ skuId: 'plenty' })));
    for (const { id, token } of orders) {
      await shopper.untilStatus(id, 'COMPLETED');
      await shopper.reveal(id, token);
    }
    orderId = orders[2]?.id ?? '';
    cardId = (await shopper.see(orderId)).cards[0]?.id ?? '';
    await shop.stop();
  }, 300_000);
  afterAll(() => shop.close());

  const freshCopy = (): string => {
    const folder = join(shop.folder, `copy-${++copies}`);
    cpSync(join(shop.folder, 'data'), folder, { recursive: true });
    return folder;
  };

  async function verified(folder: string): Promise<VerifyReport & { readonly code: number | null }> {
    const { code, stdout, stderr } = await shop.cli(['verify', '--json'], { CARDRAIL_DATA_DIR: folder });
    if (stdout === '') throw new Error(stderr);
    return { ...(JSON.parse(stdout) as VerifyReport), code };
  }

  async function damaged(damage: (db: Database.Database) => void): Promise<VerifyReport & { readonly code: number | null }> {
    const folder = freshCopy();
    const db = new Database(join(folder, 'events.db'));
    db.transaction(() => damage(db))();
    db.close();
    const report = await verified(folder);
    expect(report.code).toBe(1);
    return report;
  }

  const naming = (place: object): unknown => expect.arrayContaining([expect.objectContaining(place)]);
  /** Fails when the test damaged nothing. */
  const changes = (db: Database.Database, sql: string, ...values: unknown[]): void => expect(db.prepare(sql).run(...values).changes).toBe(1);

  it('finds nothing on a sound store', async () => {
    expect(await verified(freshCopy())).toMatchObject({ code: 0, violations: [], skipped: [], checked: { orders: ORDERS, cards: 10 } });
  });

  it('names the event and the field that somebody changed', async () => {
    const { violations } = await damaged((db) =>
      changes(db, `UPDATE events SET data = json_set(data, '$.amount.amountMinor', 1) WHERE stream = ? AND revision = 0`, streams.order(orderId)),
    );
    expect(violations).toEqual(naming({ kind: 'store', stream: streams.order(orderId), revision: 0, field: 'data' }));
    expect(violations).toEqual(naming({ kind: 'hash', stream: streams.order(orderId), revision: 0, field: 'data' }));
  });

  it('names the event also when whoever changed it made all checksums and the whole log chain anew', async () => {
    const { violations } = await damaged((db) => {
      changes(db, `UPDATE events SET data = json_set(data, '$.amount.amountMinor', 1) WHERE stream = ? AND revision = 0`, streams.order(orderId));
      reseal(db);
    });
    expect(violations).toEqual(naming({ kind: 'hash', stream: streams.order(orderId), revision: 0 }));
    expect(violations.filter(({ kind }) => kind === 'store')).toEqual([]);
  });

  it('names the event that is missing', async () => {
    const { violations } = await damaged((db) => changes(db, `DELETE FROM events WHERE stream = ? AND revision = 2`, streams.order(orderId)));
    expect(violations).toEqual(naming({ kind: 'store', message: expect.stringContaining('missing-record') }));
    expect(violations).toEqual(naming({ kind: 'revision-gap', stream: streams.order(orderId), revision: 3 }));
  });

  it('names the stream whose tail is missing, and the place in the log also when the index was made to agree', async () => {
    const cut = (db: Database.Database): void =>
      changes(db, `DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE stream = ?)`, streams.order(orderId));
    expect((await damaged(cut)).violations).toEqual(
      naming({ kind: 'store', stream: streams.order(orderId), message: expect.stringContaining('head-mismatch') }),
    );
    const agreeing = await damaged((db) => {
      cut(db);
      changes(db, 'UPDATE streams SET revision = revision - 1 WHERE name = ?', streams.order(orderId));
    });
    expect(agreeing.violations).toEqual(naming({ kind: 'store', message: expect.stringContaining('missing-record') }));
  });

  it('names a log whose end was cut off', async () => {
    const { violations } = await damaged((db) => changes(db, 'DELETE FROM events WHERE position = (SELECT max(position) FROM events)'));
    expect(violations).toEqual(naming({ kind: 'store', message: expect.stringContaining('missing-tail') }));
  });

  it.each([
    ['a head in the stream index', 'UPDATE streams SET revision = revision + 1 WHERE name = ?', 'head-mismatch'],
    ['a name in the stream index', `UPDATE streams SET name = name || 'x' WHERE name = ?`, 'head-mismatch'],
    ['an id that cannot be found any more', 'DELETE FROM event_ids WHERE position = (SELECT max(position) FROM events WHERE stream = ?)', 'index'],
    [
      'an id that leads to another event',
      'UPDATE event_ids SET position = 1 WHERE position = (SELECT max(position) FROM events WHERE stream = ?)',
      'index',
    ],
  ])('names a damaged index entry: %s', async (_name, sql, finding) => {
    const { violations } = await damaged((db) => changes(db, sql, streams.order(orderId)));
    expect(violations).toEqual(naming({ kind: 'store', stream: streams.order(orderId), message: expect.stringContaining(finding) }));
  });

  it('names a card that a second order claimed, though every hash and checksum is right', async () => {
    const folder = freshCopy();
    const runtime = new SystemRuntime();
    const store = await openSqliteEventStore({ file: join(folder, 'events.db'), runtime });
    const commands = new CommandHandling(store, createCodec(codecCatalog), new StoreClock(runtime), runtime);
    const before = await commands.load(aggregates.card, cardId, true);
    const { skuId, batchId } = before.state;
    const context = { commandId: runtime.newId(), correlationId: 'thief', causationId: 'test', actor: { kind: 'ENGINE', id: 'test' } } as const;
    await commands.commit(
      aggregates.card,
      cardId,
      before,
      [{ type: 'CardClaimed', data: { skuId, batchId, orderId: 'thief', reservation: 1 } }],
      context,
      commands.clock.now(),
    );
    await store.close();
    const report = await verified(folder);
    expect(report.code).toBe(1);
    expect(report.violations).toEqual(naming({ kind: 'claim', stream: streams.card(cardId), revision: before.revision + 1 }));
    expect(report.violations.every(({ kind }) => kind === 'claim')).toBe(true);
  });

  it('never shows a code, a contact or the text of an event', async () => {
    const { violations } = await damaged((db) => db.prepare(`UPDATE events SET data = replace(data, '4800', '4801')`).run());
    expect(violations.length).toBeGreaterThan(ORDERS);
    expect(JSON.stringify(violations)).not.toContain('"ct"');
  });
});

/** What a forger with the file and our source could do: all that the store says of itself is right again. */
function reseal(db: Database.Database): void {
  let chain = '0'.repeat(64);
  for (const record of db.prepare<[], LogRecord>(`SELECT ${RECORD_COLUMNS} FROM events e ORDER BY e.position`).all()) {
    const seal = sealOf(record, chain);
    db.prepare('UPDATE events SET envelope_crc = ?, data_crc = ?, metadata_crc = ?, chain = ? WHERE position = ?').run(
      seal.envelopeCrc,
      seal.dataCrc,
      seal.metadataCrc,
      seal.chain,
      record.position,
    );
    chain = seal.chain;
  }
  db.prepare('UPDATE anchor SET chain = ?').run(chain);
}

it('a copy taken under load and restored into another folder verifies, and a shop starts on it', async () => {
  const seed = seedOf('backup under load');
  const shop = await LiveShop.start({ skus: { plenty: { payWithinSeconds: 8 } } });
  try {
    await shop.stock('plenty', 300);
    await shop.sandbox.faults(BAD_DAY, seed);
    const buyers = new BusyBuyers(shop, ['plenty'], seed);
    buyers.start(8, 10);
    await pause(500);
    const copy = join(shop.folder, 'copy.db');
    await shop.must(['backup', 'create', copy]);
    await buyers.stop();
    await shop.sandbox.faults([]);
    expect(await verify(shop)).toMatchObject({ code: 0, violations: [] });
    await shop.kill();

    const folder = join(shop.folder, 'restored');
    mkdirSync(folder);
    writeFileSync(join(folder, 'keyring.json'), readFileSync(join(shop.folder, 'data', 'keyring.json')), { mode: 0o600 });
    const over = { CARDRAIL_DATA_DIR: folder };
    expect(await shop.cli(['backup', 'restore', copy, '--yes'], over)).toMatchObject({ code: 0 });
    const { stdout } = await shop.cli(['verify', '--json'], over);
    const report = JSON.parse(stdout) as VerifyReport;
    expect(report.violations).toEqual([]);
    expect(report.checked.orders).toBeGreaterThan(0);
    const server = await shop.spawnServer([], over);
    shop.url = server.url;
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const shopper = new Shopper(shop);
    const { id } = await shopper.order({ skuId: 'plenty' });
    await shopper.untilStatus(id, 'COMPLETED');
    server.child.kill('SIGKILL');
  } finally {
    await shop.close();
  }
}, 300_000);
