import { History } from './history';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { fromIso, toIso } from '../../src/domain/kernel/time';
import { RETRY_BUDGET } from '../../src/domain/order/retries';
import { tallies, type TallyRow } from '../../src/projections/tallies';

function fold(events: readonly StoredEvent[]): ReadonlyMap<string, TallyRow> {
  const rows = new Map<string, TallyRow>();
  for (const event of events)
    for (const key of tallies.keys(event)) {
      const row = tallies.project(event, rows.get(key) ?? null, key);
      if (row !== null) rows.set(key, row);
    }
  return rows;
}

const count = (events: readonly StoredEvent[], isCounted: (event: StoredEvent) => boolean): number => events.filter(isCounted).length;
const sumOf = (rows: ReadonlyMap<string, TallyRow>, tally: TallyRow['tally'], ...words: readonly string[]): number =>
  [...rows.values()]
    .filter((row) => row.tally === tally && words.every((word, i) => row.words[i] === word))
    .reduce((sum, { value }) => sum + value, 0);

const seed = 20_261_121;
const events: StoredEvent[] = [];
new History((appended) => events.push(...appended.filter(({ stream }) => stream.startsWith('order-')))).play(seed, 2_000);
const rows = fold(events);

describe(`what is counted over the life of a shop (seed ${seed})`, () => {
  it('every order once, by admission and by SKU', () => {
    const submitted = count(events, ({ type }) => type === 'OrderSubmitted');
    expect(submitted).toBeGreaterThan(10);
    expect(sumOf(rows, 'accepted')).toBe(submitted);
    expect(sumOf(rows, 'skuOrders')).toBe(submitted);
  });

  it('ends by how they ended', () => {
    expect(sumOf(rows, 'ended', 'DELIVERED')).toBe(
      count(events, ({ type, data }) => type === 'OrderDelivered' && !(data as { partial: boolean }).partial),
    );
    expect(sumOf(rows, 'ended', 'EXPIRED')).toBe(count(events, ({ type }) => type === 'OrderExpired'));
    expect(sumOf(rows, 'ended', 'CANCELLED')).toBe(count(events, ({ type }) => type === 'OrderCancelled'));
  });

  it('refunds ordered, done and refused, so that the difference is the queue', () => {
    expect(sumOf(rows, 'refundsOrdered')).toBe(count(events, ({ type }) => type === 'RefundOrdered'));
    const settled = count(
      events,
      ({ type, data }) => type === 'RefundRefused' || (type === 'Compensated' && (data as { method: string }).method === 'REFUND'),
    );
    expect(sumOf(rows, 'refundsSettled')).toBe(settled);
  });

  it('retries by step and attempt', () => {
    expect(sumOf(rows, 'retries')).toBe(count(events, ({ type }) => type === 'RetryScheduled'));
  });

  it('what a retry budget moved is no retry of its own, and no failure', () => {
    const [event] = events;
    if (event === undefined) throw new Error('the history is empty');
    const dueAt = toIso(fromIso(event.occurredAt) + 4_000);
    const data = { step: 'payment', reference: 'r', attempt: 1, dueAt, cause: RETRY_BUDGET };
    const made = fold([{ ...event, type: 'RetryScheduled', data }]);
    expect([...made.values()].map(({ tally, words, value }) => [tally, ...words, value])).toEqual([
      ['retriesMoved', 'payment', 1],
      ['retryDelayMs', 'payment', 4_000],
    ]);
  });

  it('in a bounded number of rows, and never by order', () => {
    expect(rows.size).toBeLessThan(200);
    for (const key of rows.keys()) expect(key).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it("a cause in a gateway's own words makes no row of its own", () => {
    const [event] = events;
    if (event === undefined) throw new Error('the history is empty');
    const declined = (cause: string): StoredEvent => ({ ...event, type: 'PaymentDeclined', data: { reference: 'r', gatewayId: 'g', cause } });
    const made = fold([declined('insufficient funds of card 4111'), declined('<script>'), declined('INSUFFICIENT_FUNDS')]);
    expect([...made.values()].map(({ words, value }) => [...words, value])).toEqual([
      ['payment', 'OTHER', 2],
      ['payment', 'INSUFFICIENT_FUNDS', 1],
    ]);
  });
});
