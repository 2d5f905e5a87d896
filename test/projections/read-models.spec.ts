import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Happened, StoredEvent } from '../../src/domain/kernel/event';
import { categoryOf, idOf } from '../../src/domain/kernel/ids';
import { evolveCard, noCard } from '../../src/domain/card/state';
import { order } from '../../src/domain/order/decide';
import { searchKey } from '../../src/domain/order/search-key';
import { phaseOf, statusOf } from '../../src/domain/order/phase';
import { projections } from '../../src/projections';
import { cards, type CardRow } from '../../src/projections/cards';
import { openUnpaidKey, orders, type OrderRow } from '../../src/projections/orders';
import { reviews, type ReviewRow } from '../../src/projections/reviews';
import { searchKeys } from '../../src/projections/search-keys';
import { skus } from '../../src/projections/skus';
import { History } from './history';

const FOLDER = join(__dirname, '../golden');
const golden = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, event: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as StoredEvent }));

/** Which read models an event is for, by the category of its stream; the audit trail looks at all. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  order: ['orders', 'sku-stock', 'reviews', 'search-keys', 'order-tags', 'tallies', 'demand', 'books', 'canary-orders'],
  card: ['cards', 'sku-stock', 'batch-stock', 'books'],
  batch: ['batches'],
  block: ['blocks'],
  sku: ['skus'],
  gateway: ['gateways'],
  apikey: ['api-keys'],
  notice: ['notices'],
  channel: ['channels'],
  channelnotice: ['channel-notices'],
  job: ['jobs', 'books'],
  incident: ['incidents'],
  ledger: ['ledger-days'],
  voucher: ['books'],
  chargeback: ['books'],
  discrepancy: ['discrepancies'],
  statement: ['statements'],
  approval: ['approvals'],
  supply: ['supply'],
};

/** Several rows for one stream. */
const MANY_ROWS = ['reviews', 'search-keys', 'order-tags'];

describe('every read model', () => {
  it.each(golden)('finds the rows of $name', ({ event }) => {
    for (const projection of projections) {
      const reads = projection.categories.some((prefix) => event.stream.startsWith(prefix));
      const readers = [...(READERS[categoryOf(event.stream)] ?? []), 'audit-trail'];
      expect({ [projection.name]: reads }).toEqual({ [projection.name]: readers.includes(projection.name) });
      if (!reads) continue;
      const keys = projection.keys(event);
      if (projection.name === 'tallies') expect(keys.every((key) => !key.includes(idOf(event.stream)))).toBe(true);
      else if (projection.name === 'demand') expect(keys.every((key) => /^\S+ \d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/.test(key))).toBe(true);
      else if (projection.summary === true) expect(keys.every((key) => Object.values(event.data).includes(key))).toBe(true);
      else if (MANY_ROWS.includes(projection.name)) expect(keys.every((key) => key.startsWith(`${idOf(event.stream)}/`))).toBe(true);
      else if (projection.name === 'audit-trail') expect([[], [`${event.stream}/${event.revision}`]]).toContainEqual(keys);
      else if (projection.name === 'ledger-days') expect(keys).toEqual([(event.data as { day: string }).day]);
      else if (projection.name === 'canary-orders') expect([[], [idOf(event.stream)]]).toContainEqual(keys);
      else if (projection.name === 'books') expect(keys.every((key) => key === event.stream)).toBe(true);
      else expect(keys).toEqual([idOf(event.stream)]);
    }
  });

  it('has a name of its own, and indexes over top-level fields only', () => {
    expect(new Set(projections.map(({ name }) => name)).size).toBe(projections.length);
    for (const { indexes } of projections) for (const field of indexes.flat()) expect(field).toMatch(/^[a-z][A-Za-z]*$/);
  });
});

function fold<R>(project: (event: StoredEvent, row: R | null, key: string) => R | null, events: readonly StoredEvent[]): R | null {
  // Through text and back before every event: a stored row must be as good as one in memory.
  return events.reduce<R | null>((row, event) => project(event, JSON.parse(JSON.stringify(row)) as R | null, idOf(event.stream)), null);
}

const histories = fc.integer({ min: 1, max: 2 ** 31 }).map((seed) => {
  const log = new Map<string, StoredEvent[]>();
  const history = new History((events) => events.forEach((event) => log.set(event.stream, [...(log.get(event.stream) ?? []), event])));
  history.play(seed, 1_000);
  return log;
});

describe('orders', () => {
  it('hold the very state that the order process folds, with fields that agree with it', () => {
    fc.assert(
      fc.property(histories, (log) => {
        for (const [stream, events] of log) {
          if (!stream.startsWith('order-')) continue;
          const state = events.reduce((before, event) => order.evolve(before, event as unknown as Happened<never>), order.initial(idOf(stream)));
          const row = fold<OrderRow>(orders.project.bind(orders), events);
          expect(row?.state).toEqual(state);
          expect(row).toMatchObject({
            phase: phaseOf(state),
            status: statusOf(phaseOf(state)),
            revision: events.length - 1,
            attempts: state.payments.length,
            inReview: state.reviews.length > 0 || state.frozen ? 1 : 0,
          });
          expect(row?.openUnpaid === null).toBe(state.paidAt !== undefined || state.end !== undefined || state.cancelRequestedAt !== undefined);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('refuse a stream that does not begin with its submission, so that it is parked and not guessed', () => {
    const cancel = golden.find(({ event }) => event.type === 'CancelRequested');
    if (cancel === undefined) throw new Error('no golden CancelRequested');
    expect(() => orders.project(cancel.event, null, idOf(cancel.event.stream))).toThrow('does not begin');
  });

  it('tell apart purchases whose parts read the same when joined', () => {
    const base = { clientId: 'shop', skuId: 's', quantity: 1 };
    expect(openUnpaidKey({ ...base, buyerRef: 'a|s' })).not.toBe(openUnpaidKey({ ...base, buyerRef: 'a', skuId: 's|s' }));
    expect(openUnpaidKey({ ...base, buyerRef: 'a' })).toBe(openUnpaidKey({ ...base, buyerRef: 'a' }));
  });
});

describe('reviews', () => {
  it('are one row for each open question, and a freeze is one', () => {
    fc.assert(
      fc.property(histories, (log) => {
        for (const [stream, events] of log) {
          if (!stream.startsWith('order-')) continue;
          const rows = new Map<string, ReviewRow>();
          for (const event of events) {
            for (const key of reviews.keys(event)) {
              const row = reviews.project(event, rows.get(key) ?? null, key);
              if (row === null) rows.delete(key);
              else rows.set(key, row);
            }
          }
          const { reviews: open, frozen } = events.reduce(
            (before, event) => order.evolve(before, event as unknown as Happened<never>),
            order.initial(idOf(stream)),
          );
          const expected = [...open.map(({ subject }) => subject), ...(frozen === undefined ? [] : ['frozen'])];
          expect([...rows.values()].map(({ subject }) => subject).sort()).toEqual(expected.sort());
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('search keys', () => {
  it('find an order by its contact’s digest and by a transaction, and hold nothing else', () => {
    const of = (type: string, data: object): StoredEvent => {
      const found = golden.find(({ event }) => event.type === type);
      if (found === undefined) throw new Error(`no golden ${type}`);
      return { ...found.event, data: { ...found.event.data, ...data } };
    };
    const submitted = of('OrderSubmitted', { buyer: { ref: 'b', tier: 'STANDARD', contactKeys: ['digest'] } });
    const paid = of('PaymentConfirmed', { transactionId: 'T-1' });
    const rows = [submitted, paid].flatMap((event) => searchKeys.keys(event).map((key) => searchKeys.project(event, null, key)));
    expect(rows.map((row) => row?.find)).toEqual([searchKey('contact', 'digest'), searchKey('transaction', 'T-1')]);
    expect(rows.map((row) => row?.orderId)).toEqual([idOf(submitted.stream), idOf(paid.stream)]);
  });
});

describe('cards', () => {
  it('stand as their streams say, and hold no code', () => {
    fc.assert(
      fc.property(histories, (log) => {
        for (const [stream, events] of log) {
          if (!stream.startsWith('card-')) continue;
          const state = events.reduce((before, event) => evolveCard(before, event as unknown as Happened<never>), noCard);
          const row = fold<CardRow>(cards.project.bind(cards), events);
          expect(row).toMatchObject({
            status: state.status,
            skuId: state.skuId,
            batchId: state.batchId,
            orderId: state.status === 'CLAIMED' ? state.claim?.orderId : null,
          });
          expect(JSON.stringify(row)).not.toContain('"ct"');
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('skus', () => {
  it('are paused and resumed, and remember since when', () => {
    const of = (type: string, revision: number): StoredEvent => {
      const found = golden.find(({ event }) => event.type === type);
      if (found === undefined) throw new Error(`no golden ${type}`);
      return { ...found.event, stream: 'sku-steam-50', revision };
    };
    const configured = skus.project(of('SkuConfigured', 0), null, 'steam-50');
    expect(configured).toMatchObject({ id: 'steam-50', active: true, revision: 0 });
    const paused = skus.project(of('SkuPaused', 1), configured, 'steam-50');
    expect(paused).toMatchObject({ active: false, revision: 1, configuredAt: configured?.configuredAt });
    expect(skus.project(of('SkuResumed', 2), paused, 'steam-50')).toMatchObject({ active: true });
  });
});
