import { join } from 'node:path';
import Database from 'better-sqlite3';
import { aggregates } from '../../src/application/aggregates';
import type { ReadOptions } from '../../src/application/ports/event-store';
import { recordsOf, verifyStore } from '../../src/application/verify/verify-store';
import type { VerifyReport } from '../../src/application/verify/violation';
import type { CardEvent } from '../../src/domain/card/events';
import type { OrderEvent } from '../../src/domain/order/events';
import { streams } from '../../src/domain/kernel/ids';
import { checkStore, scanForVerify } from '../../src/infrastructure/sqlite/event-store/check-store';
import { EventReader } from '../../src/infrastructure/sqlite/event-store/event-reader';
import { EVENT_FILE } from '../../src/infrastructure/sqlite/event-store/schema';
import type { SqliteEventStore } from '../../src/infrastructure/sqlite/event-store/sqlite-event-store';
import { openDatabase } from '../../src/infrastructure/sqlite/open-database';
import { openShop, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const context = () =>
  ({ commandId: shop.runtime.newId(), correlationId: 'test', causationId: 'test', actor: { kind: 'ENGINE', id: 'test' } }) as const;

/** Stores what no decision would ever give: a defect that verification has to find. */
async function forceOrder(orderId: string, ...events: readonly OrderEvent[]): Promise<void> {
  const before = await shop.commands.load(aggregates.order, orderId, true);
  await shop.commands.commit(aggregates.order, orderId, before, events, context(), shop.commands.clock.now());
}
async function forceCard(cardId: string, ...events: readonly CardEvent[]): Promise<void> {
  const before = await shop.commands.load(aggregates.card, cardId, true);
  await shop.commands.commit(aggregates.card, cardId, before, events, context(), shop.commands.clock.now());
}

async function verify(): Promise<VerifyReport> {
  const head = await shop.store.head();
  return verifyStore({ ...shop, head, records: recordsOf(shop.store, head, new AbortController().signal) });
}
const kinds = (report: VerifyReport): readonly string[] => report.violations.map(({ kind }) => kind);

async function cardIds(): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const { stream } of recordsOf(shop.store, await shop.store.head(), new AbortController().signal))
    if (stream.startsWith('card-')) found.add(stream.slice('card-'.length));
  return [...found];
}

async function delivered(cardId: string): Promise<string> {
  const { orderId } = submitted(await shop.submit());
  await shop.deliver(orderId, cardId);
  return orderId;
}

describe('verify', () => {
  it('finds nothing wrong with a sound shop, and says what it looked at', async () => {
    await shop.stock('CODE-1', 'CODE-2');
    const [first = ''] = await cardIds();
    await delivered(first);
    submitted(await shop.submit());
    const report = await verify();
    expect(report.violations).toEqual([]);
    expect(report.checked).toMatchObject({ orders: 2, cards: 2 });
    expect(report.money).toEqual({ CNY: { charged: 4_800, refunded: 0, delivered: 4_800, open: 0 } });
  });

  it('finds nothing at all in an empty store', async () => {
    const report = await verifyStore({ ...shop, head: null, records: recordsOf(shop.store, null, new AbortController().signal) });
    expect(report).toMatchObject({ checked: { streams: 0, events: 0 }, violations: [] });
  });

  it('I2: a card claimed while another order holds it', async () => {
    await shop.stock('CODE-1');
    const [cardId = ''] = await cardIds();
    await delivered(cardId);
    const { orderId } = submitted(await shop.submit());
    await forceCard(cardId, { type: 'CardClaimed', data: { skuId: 'steam-50', batchId: 'b', orderId, reservation: 1 } });
    const report = await verify();
    expect(report.violations).toContainEqual(
      expect.objectContaining({
        kind: 'claim',
        stream: streams.card(cardId),
        revision: 2,
        message: expect.stringContaining('while CLAIMED') as string,
      }),
    );
    // The new holder knows nothing of it, and the old one still counts on it.
    expect(kinds(report)).toEqual(['claim', 'claim', 'claim']);
  });

  it('I2: one code shown to two buyers', async () => {
    await shop.stock('CODE-1');
    const [cardId = ''] = await cardIds();
    const first = await delivered(cardId);
    await shop.decide(first, (at) => ({ type: 'RevealCards', at }));
    const { orderId: second } = submitted(await shop.submit());
    await shop.pay(second);
    const facts = { skuId: 'steam-50', reservation: 1, cardIds: [cardId] };
    await forceOrder(
      second,
      { type: 'CardReserved', data: { ...facts, by: 'x' } },
      { type: 'CardsSecured', data: facts },
      { type: 'OrderDelivered', data: { skuId: 'steam-50', cardIds: [cardId], partial: false } },
    );
    await shop.decide(second, (at) => ({ type: 'RevealCards', at }));
    await forceCard(cardId, {
      type: 'CardReleased',
      data: { skuId: 'steam-50', batchId: 'b', orderId: first, reservation: 1, claimed: true, available: true },
    });
    await forceCard(cardId, { type: 'CardClaimed', data: { skuId: 'steam-50', batchId: 'b', orderId: second, reservation: 1 } });
    expect(await verify()).toMatchObject({
      violations: expect.arrayContaining([expect.objectContaining({ kind: 'reveal', stream: streams.card(cardId) })]) as unknown,
    });
  });

  it('I9: an order that holds a card which nobody claimed', async () => {
    await shop.stock('CODE-1');
    const [cardId = ''] = await cardIds();
    const { orderId } = submitted(await shop.submit());
    const facts = { skuId: 'steam-50', reservation: 1, cardIds: [cardId] };
    await forceOrder(orderId, { type: 'CardReserved', data: { ...facts, by: 'x' } }, { type: 'CardsSecured', data: facts });
    expect((await verify()).violations).toMatchObject([{ kind: 'claim', stream: streams.order(orderId) }]);
  });

  it('I3: an order that was called refunded without any money going back', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.pay(orderId);
    await forceOrder(orderId, {
      type: 'Compensated',
      data: {
        method: 'REFUND',
        skuId: 'steam-50',
        refundReference: `${orderId}.r1`,
        gatewayId: 'main',
        amount: { amountMinor: 4_800, currency: 'CNY' },
        cause: 'PERSON',
        full: true,
      },
    });
    const report = await verify();
    expect(report.violations).toMatchObject([
      { kind: 'money', stream: streams.order(orderId), message: '4800 CNY (minor units) are neither delivered, returned nor open' },
    ]);
  });

  it('I16: an end that is left in a way that does not exist', async () => {
    await shop.stock('CODE-1');
    const [cardId = ''] = await cardIds();
    const orderId = await delivered(cardId);
    await forceOrder(orderId, { type: 'OrderExpired', data: { skuId: 'steam-50' } });
    expect((await verify()).violations).toContainEqual(
      expect.objectContaining({ kind: 'continuation', stream: streams.order(orderId), message: 'DELIVERED became EXPIRED by OrderExpired' }),
    );
  });

  it('money that is under way is open, not missing', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.pay(orderId);
    await shop.decide(orderId, { type: 'OrderRefund' });
    const report = await verify();
    expect(report.violations).toEqual([]);
    expect(report.money).toEqual({ CNY: { charged: 4_800, refunded: 0, delivered: 0, open: 4_800 } });
  });
});

describe('verify on a file that somebody changed', () => {
  async function reopenedAfter(change: (db: Database.Database) => void): Promise<VerifyReport> {
    const file = join(shop.folder, 'events.db');
    await (shop.store as SqliteEventStore).close();
    const db = new Database(file);
    change(db);
    db.close();
    // A damaged file is refused by the store itself, so it is read without one.
    const reader = new EventReader(openDatabase({ ...EVENT_FILE, file, readonly: true }));
    try {
      const store = { read: async (stream: string, options: ReadOptions = {}) => reader.read(stream, options) };
      return await verifyStore({ store, codec: shop.codec, head: reader.head(), records: scanForVerify(file), storeFindings: checkStore(file) });
    } finally {
      reader.close();
    }
  }

  it.each([
    ['data', `UPDATE events SET data = replace(data, '"quantity":1', '"quantity":2') WHERE type = 'OrderSubmitted'`, 'data'],
    ['metadata', `UPDATE events SET metadata = json_set(metadata, '$.actor.id', 'somebody') WHERE type = 'OrderSubmitted'`, 'metadata'],
    ['envelope', `UPDATE events SET occurred_at = '2020-01-01T00:00:00.000Z' WHERE type = 'OrderSubmitted'`, 'envelope'],
  ])('I4: names the record and the part of it: %s', async (_part, sql, field) => {
    const { orderId } = submitted(await shop.submit());
    await shop.requestPayment(orderId);
    const report = await reopenedAfter((db) => expect(db.prepare(sql).run().changes).toBe(1));
    const where = { stream: streams.order(orderId), revision: 0 };
    expect(report.violations).toContainEqual(expect.objectContaining({ kind: 'store', ...where, field }));
    expect(report.violations.filter(({ kind }) => kind === 'hash')).toMatchObject([{ ...where, field }]);
  });

  it('I4: without the checksums, the schema still names the field', async () => {
    submitted(await shop.submit());
    const broken = await reopenedAfter((db) =>
      db.prepare(`UPDATE events SET data = replace(data, '"skuId":"steam-50"', '"skuIdd":"steam-50"') WHERE type = 'OrderSubmitted'`).run(),
    );
    expect(broken.violations.filter(({ kind }) => kind === 'hash')).toHaveLength(1);
  });

  it('an event of a type that this program does not know is said to be skipped, and what it can check is checked', async () => {
    const { orderId } = submitted(await shop.submit());
    const report = await reopenedAfter((db) => db.prepare(`UPDATE events SET type = 'OrderBlessed' WHERE type = 'OrderSubmitted'`).run());
    expect(report.skipped).toContainEqual(
      expect.objectContaining({ stream: streams.order(orderId), why: expect.stringContaining('UNKNOWN_TYPE') as string }),
    );
    expect(kinds(report)).toContain('hash');
  });

  it('a record that is gone is missed', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.requestPayment(orderId);
    await shop.decide(orderId, { type: 'AddNote', text: 'a note' });
    const report = await reopenedAfter((db) => db.prepare(`DELETE FROM events WHERE type = 'PaymentRequested'`).run());
    expect(kinds(report)).toEqual(expect.arrayContaining(['store', 'revision-gap']));
    expect(report.violations).toContainEqual(expect.objectContaining({ kind: 'revision-gap', stream: streams.order(orderId), revision: 2 }));
  });
});
