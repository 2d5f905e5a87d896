import { CloseDay } from '../../src/application/commands/close-day';
import { OutcomeUnknown } from '../../src/application/errors';
import type { EventStore } from '../../src/application/ports/event-store';
import { finance, type LedgerShop, openLedgerShop } from './ledger-shop';
import { freshKey } from './commands-shop';

let shop: LedgerShop;
afterEach(() => shop.close());

const close = (day: string, idempotencyKey = freshKey()) => shop.desk.close(CloseDay, finance, { idempotencyKey, reason: 'the day is over', day });
async function fees(day: string) {
  expect(await shop.desk.isCaughtUp()).toBe(true);
  const ledger = await shop.desk.ledger(day);
  const line = ledger.accounts.find(({ account }) => account === 'gatewayFees');
  return { state: ledger.state, moved: line?.debitMinor ?? 0, balance: line?.balanceMinor ?? 0, late: ledger.late };
}

describe('a day of the ledger', () => {
  it('is told by the calendar of the shop: in Shanghai it begins eight hours before UTC', async () => {
    shop = await openLedgerShop();
    await shop.fee('2026-11-20T15:59:59.999Z', 1);
    await shop.fee('2026-11-20T16:00:00.000Z', 20);
    await shop.fee('2026-11-21T15:59:59.999Z', 300);
    await shop.fee('2026-11-21T16:00:00.000Z', 4_000);
    expect(await fees('2026-11-20')).toMatchObject({ state: 'OPEN', moved: 1, balance: 1 });
    expect(await fees('2026-11-21')).toMatchObject({ moved: 320, balance: 321 });
    expect(await fees('2026-11-22')).toMatchObject({ moved: 4_000, balance: 4_321 });
  });

  it('closes once it is over: debits equal credits, and what comes late belongs to the next open day', async () => {
    shop = await openLedgerShop();
    await shop.fee('2026-11-21T02:00:00Z', 100);
    expect(await close('2026-11-21')).toMatchObject({ ok: false, refusal: { code: 'DAY_NOT_OVER' } });
    await shop.fee('2026-11-21T17:00:00Z', 7);
    expect(await close('2026-11-21')).toMatchObject({ ok: true, ledger: { state: 'CLOSED', entries: 1, late: 0 } });
    await shop.fee('2026-11-21T03:00:00Z', 30);
    expect(await fees('2026-11-21')).toEqual({ state: 'CLOSED', moved: 100, balance: 100, late: 0 });
    expect(await fees('2026-11-22')).toEqual({ state: 'OPEN', moved: 37, balance: 137, late: 1 });
    shop.clock.at = Date.parse('2026-11-22T18:00:00Z');
    await close('2026-11-22');
    await shop.fee('2026-11-21T03:00:00Z', 5);
    await shop.fee('2026-11-22T03:00:00Z', 6);
    expect(await fees('2026-11-22')).toEqual({ state: 'CLOSED', moved: 37, balance: 137, late: 1 });
    expect(await fees('2026-11-23')).toEqual({ state: 'OPEN', moved: 11, balance: 148, late: 2 });
    const { accounts } = await shop.desk.ledger('2026-11-22');
    expect(accounts.reduce((sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor, 0)).toBe(0);
  });

  it('is closed in its order, once, whoever asks again with whatever key', async () => {
    shop = await openLedgerShop();
    await shop.fee('2026-11-21T02:00:00Z', 100);
    shop.clock.at = Date.parse('2026-11-25T00:00:00Z');
    const key = freshKey();
    const first = await close('2026-11-21', key);
    expect(await close('2026-11-23')).toMatchObject({ ok: false, refusal: { code: 'EARLIER_DAY_OPEN', details: { day: '2026-11-22' } } });
    expect(await close('2026-11-21', key)).toEqual({ ...first, replayed: true });
    expect(await close('2026-11-21')).toEqual(first);
    expect(await close('2026-11-22', key)).toMatchObject({ ok: false, refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect((await shop.store.read('ledger-shop')).map(({ type }) => type)).toEqual(['DayCloseOrdered', 'DayClosed']);
  });

  it('asked for by two at once is closed once, with the same sums', async () => {
    shop = await openLedgerShop();
    await shop.fee('2026-11-21T02:00:00Z', 100);
    shop.clock.at = Date.parse('2026-11-22T00:00:00Z');
    const results = await Promise.all([close('2026-11-21'), close('2026-11-21'), close('2026-11-21')]);
    expect(new Set(results.map((result) => JSON.stringify(result.ok && result.ledger.accounts))).size).toBe(1);
    expect((await shop.store.read('ledger-shop')).map(({ type }) => type)).toEqual(['DayCloseOrdered', 'DayClosed']);
  });

  it('whose close was cut off between its two steps comes to the same sums later, whatever was booked meanwhile', async () => {
    let dies = false;
    const around = (store: EventStore): EventStore =>
      new Proxy(store, {
        get(target, name) {
          if (name !== 'append') return Reflect.get(target, name, target) as unknown;
          const append: EventStore['append'] = (stream, expected, events) => {
            if (dies && events[0]?.type === 'DayClosed') throw new OutcomeUnknown(stream);
            return target.append(stream, expected, events);
          };
          return append;
        },
      });
    shop = await openLedgerShop({ around });
    await shop.fee('2026-11-21T02:00:00Z', 100);
    shop.clock.at = Date.parse('2026-11-22T00:00:00Z');
    dies = true;
    await expect(close('2026-11-21')).rejects.toThrow(OutcomeUnknown);
    dies = false;
    await shop.fee('2026-11-21T04:00:00Z', 50);
    shop.clock.at = Date.parse('2026-11-22T00:10:00Z');
    expect(await fees('2026-11-21')).toMatchObject({ state: 'OPEN', moved: 100 });
    expect(await fees('2026-11-22')).toMatchObject({ state: 'OPEN', moved: 50, late: 1 });
    await close('2026-11-21');
    expect(await fees('2026-11-21')).toEqual({ state: 'CLOSED', moved: 100, balance: 100, late: 0 });
  });
});
