import fc from 'fast-check';
import { money } from '../../../src/domain/kernel/money';
import { toIso } from '../../../src/domain/kernel/time';
import { isLow, supply, type Balance, type SupplyCommand } from '../../../src/domain/supply/decide';
import type { Stocked, SupplyEvent } from '../../../src/domain/supply/events';
import { supply as rows, type SupplyRow } from '../../../src/projections/supply';
import { at, fold, given, minutes, T0 } from '../../support/given';

const channelId = 'up';
const rule = { stepShare: 0.05 };
const has = (available: number, costMinor = 4_500, product = 'STEAM50'): Stocked => ({ product, available, unitCost: money(costMinor, 'CNY') });
const left = (balanceMinor: number): Balance => ({ balanceMinor, currency: 'CNY' });
const hear = (products: readonly Stocked[], balance?: Balance, more = rule): SupplyCommand => ({
  type: 'Hear',
  channelId,
  products,
  rule: more,
  ...(balance === undefined ? {} : { balance }),
});
const told = (...products: readonly Stocked[]): SupplyEvent => ({ type: 'ChannelStockChanged', data: { channelId, products } });
const toldBalance = (balanceMinor: number): SupplyEvent => ({ type: 'ChannelBalanceChanged', data: { channelId, ...left(balanceMinor) } });
const stale: SupplyEvent = { type: 'ChannelSupplyStale', data: { channelId, since: toIso(T0) } };
const fresh: SupplyEvent = { type: 'ChannelSupplyFresh', data: { channelId } };

describe('what a channel has', () => {
  it('is told in full the first time, and then only as far as it changed', () => {
    given(supply, 'up.2026-01-01')()
      .when(hear([has(100), has(7, 900, 'PSN')], left(50_000)))
      .then(told(has(100), has(7, 900, 'PSN')), toldBalance(50_000));
    given(supply)(told(has(100), has(7, 900, 'PSN')), toldBalance(50_000))
      .when(hear([has(100), has(6, 900, 'PSN')], left(50_000)))
      .then(told(has(6, 900, 'PSN')));
    given(supply)(told(has(100)), toldBalance(50_000))
      .when(hear([has(100)], left(50_000)))
      .isAlreadySo();
  });
  it.each([
    ['95 of 100 are a step of 5 %', 100, 95, true],
    ['96 of 100 are not', 100, 96, false],
    ['the last one gone is always told', 1_000_000, 0, true],
    ['the first one back is always told', 0, 1, true],
  ])('%s', (_what, before, now, isTold) =>
    given(supply)(told(has(before)))
      .when(hear([has(now)]))
      .thenTypes(...(isTold ? (['ChannelStockChanged'] as const) : [])),
  );
  it('tells every change of a price, however small', () =>
    given(supply)(told(has(100, 4_500)))
      .when(hear([has(100, 4_501)]))
      .then(told(has(100, 4_501))));
  it('tells a balance that crosses its minimum, however little it moved', () => {
    const watched = { ...rule, balanceMinMinor: 10_000 };
    given(supply)(toldBalance(10_050))
      .when(hear([], left(9_990), watched))
      .then(toldBalance(9_990));
    given(supply)(toldBalance(10_050))
      .when(hear([], left(10_020), watched))
      .isAlreadySo();
  });
  it('keeps what did not answer as it was', () => {
    const { state } = given(supply)(told(has(100), has(7, 900, 'PSN')), told(has(50)));
    expect([...state.products.values()]).toEqual([has(50), has(7, 900, 'PSN')]);
  });
  it('is marked as old once, and as fresh once it is heard of', () => {
    given(supply)(told(has(1)))
      .when({ type: 'MarkStale', channelId, since: T0 })
      .then(stale);
    given(supply)(told(has(1)), stale)
      .when({ type: 'MarkStale', channelId, since: T0 + 1 })
      .isAlreadySo();
    given(supply)(told(has(1)), stale)
      .when(hear([has(1)]))
      .then(fresh);
    expect(given(supply)(stale, fresh).state.staleSince).toBeUndefined();
  });

  it('is never further from what was told than a step, and whoever says the same again tells nothing', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 3 }), fc.integer({ min: -5_000, max: 100_000 })), { maxLength: 40 }),
        (looks) => {
          const log: SupplyEvent[] = [];
          for (const [available, cost, balanceMinor] of looks) {
            const command = hear([has(available, cost)], left(balanceMinor));
            const decision = supply.decide(command, fold<SupplyEvent, ReturnType<typeof supply.initial>>(supply, 'up.day', log));
            if ('rejected' in decision) throw new Error('never');
            log.push(...decision);
            const state = fold<SupplyEvent, ReturnType<typeof supply.initial>>(supply, 'up.day', log);
            const known = state.products.get('STEAM50');
            expect(known?.unitCost.amountMinor).toBe(cost);
            expect(known?.available === 0).toBe(available === 0);
            expect(Math.abs((known?.available ?? 0) - available)).toBeLessThanOrEqual((known?.available ?? 0) * rule.stepShare);
            expect(Math.abs((state.balance?.balanceMinor ?? 0) - balanceMinor)).toBeLessThanOrEqual(
              Math.abs(state.balance?.balanceMinor ?? 0) * rule.stepShare,
            );
            expect(supply.decide(command, state)).toEqual([]);
          }
          expect(log.length).toBeLessThanOrEqual(2 * looks.length);
        },
      ),
      { numRuns: 200 },
    ));

  it('is low below its minimum, and cannot be told in another currency', () => {
    expect(isLow(left(99), money(100, 'CNY'))).toBe(true);
    expect(isLow(left(100), money(100, 'CNY'))).toBe(false);
    expect(isLow(left(1), money(100, 'USD'))).toBe(false);
    expect(isLow(left(1), undefined)).toBe(false);
  });
});

describe('the read model of what channels have', () => {
  const rowOf = (...events: readonly ReturnType<typeof at<SupplyEvent>>[]): SupplyRow | null =>
    events.reduce<SupplyRow | null>(
      (row, { event, atMs }) =>
        rows.project({ ...event, occurredAt: toIso(T0 + atMs) } as never, JSON.parse(JSON.stringify(row)) as SupplyRow | null, 'up'),
      null,
    );
  it('goes on from day to day: a new stream tells anew what it tells, and forgets nothing', () => {
    const row = rowOf(at(0, told(has(9), has(7, 900, 'PSN'))), at(minutes(1), toldBalance(5)), at(minutes(1_440), told(has(8))));
    expect(row?.products).toEqual([
      { ...has(7, 900, 'PSN'), toldAt: T0 },
      { ...has(8), toldAt: T0 + minutes(1_440) },
    ]);
    expect(row?.balance).toEqual({ ...left(5), toldAt: T0 + minutes(1) });
  });
  it('is old from the mark on, until anything is heard', () => {
    expect(rowOf(at(0, told(has(9))), at(minutes(3), stale))?.staleSince).toBe(T0);
    expect(rowOf(at(0, told(has(9))), at(minutes(3), stale), at(minutes(4), fresh))?.staleSince).toBeNull();
    expect(rowOf(at(0, stale), at(minutes(4), toldBalance(1)))?.staleSince).toBeNull();
  });
});
