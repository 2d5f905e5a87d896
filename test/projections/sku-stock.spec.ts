import fc from 'fast-check';
import { categoryOf } from '../../src/domain/kernel/ids';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { stockNumbersOf } from '../../src/application/queries/stock-numbers';
import { noStock, skuStock, type SkuStockRow } from '../../src/projections/sku-stock';
import { History, SKU } from './history';

/** The numbers counted from scratch over every folded stream. */
function counted(history: History): SkuStockRow {
  const cards = [...history.cards.entries()];
  const having = (status: string): number => cards.filter(([, card]) => card.status === status).length;
  const sold = [...history.orders.values()].reduce((sum, { deliveredCardIds }) => sum + deliveredCardIds.length, 0);
  return {
    available: having('AVAILABLE'),
    claimed: having('CLAIMED'),
    sold,
    quarantined: having('QUARANTINED'),
    voided: having('VOIDED'),
    expired: having('EXPIRED'),
  };
}

const projected = (row: SkuStockRow, events: readonly StoredEvent[]): SkuStockRow =>
  events.reduce((before, event) => skuStock.project(event, before, SKU) ?? before, row);
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

describe('sku-stock', () => {
  it('counts what a count over all orders and cards gives, after every decision of random histories', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(seeds, (seed) => {
        let row = noStock;
        const history: History = new History((events) => {
          for (const { type } of events) seen.add(type);
          row = projected(row, events);
          expect(row).toEqual(counted(history));
        });
        history.play(seed, 1_000);
      }),
      { numRuns: 24 },
    );
    // The histories went where it is hard.
    const hard = [
      'OrderDelivered',
      'CardsGivenUp',
      'CardsReleased',
      'CardReservationLost',
      'LatePaymentReceived',
      'RefundRefused',
      'Compensated',
      'CardQuarantined',
      'CardVoided',
    ];
    expect([...seen]).toEqual(expect.arrayContaining(hard));
  });

  it('is not moved by any event that it does not ask for', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        let row = noStock;
        const history = new History((events) => {
          for (const event of events) {
            const next = skuStock.project(event, row, SKU) ?? row;
            if (!skuStock.keys(event).includes(SKU)) expect(next).toBe(row);
            row = next;
          }
        });
        history.play(seed, 1_000);
      }),
      { numRuns: 8 },
    );
  });

  it('tells cards that orders hold and have not delivered apart from those sold', () => {
    expect(stockNumbersOf({ ...noStock, available: 3, claimed: 5, sold: 4 })).toEqual({
      available: 3,
      reserved: 1,
      sold: 4,
      quarantined: 0,
      voided: 0,
      expired: 0,
    });
    expect(stockNumbersOf(null)).toEqual({ available: 0, reserved: 0, sold: 0, quarantined: 0, voided: 0, expired: 0 });
  });

  it('does not change the row it was given', () => {
    let row: SkuStockRow = noStock;
    const history = new History((events) => {
      for (const event of events) {
        const before = JSON.stringify(row);
        const next = skuStock.project(event, row, SKU) ?? row;
        expect(JSON.stringify(row)).toBe(before);
        expect(categoryOf(event.stream)).toMatch(/order|card/);
        row = next;
      }
    });
    history.play(1, 1_000);
  });
});
