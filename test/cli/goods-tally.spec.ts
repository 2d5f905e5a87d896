import { createHash } from 'node:crypto';
import type { Purchase } from '../../src/cli/trial/buyer';
import { goodsOff, tallyGoods } from '../../src/cli/trial/goods-tally';
import type { LedgerPurchase } from '../../src/cli/trial/sandbox-control';
import { type OrderBooks, ShopBooks } from '../../src/cli/trial/shop-books';
import { orderIdFor, purchaseRequestId } from '../../src/domain/kernel/ids';

const COST = 4_500;
const ORDER = orderIdFor('test', 'a');

const bought = (codes: readonly string[], shown: Partial<Purchase> = {}): Purchase => ({
  orderId: ORDER,
  accessToken: 't',
  quantity: 1,
  amountMinor: 4_800,
  seen: { id: ORDER, number: 'a', status: 'COMPLETED', inReview: false, revision: 9, amount: { amountMinor: '4800' }, payment: null, refusal: null },
  codes,
  receipts: [],
  ...shown,
});
const sold = (codes: readonly string[], attempt = 1, status = 'COMPLETED'): LedgerPurchase => ({
  requestId: purchaseRequestId(ORDER, attempt),
  status,
  codeHashes: codes.map((code) => createHash('sha256').update(code).digest('hex')),
  unitCostMinor: COST,
  currency: 'CNY',
});

function books(order: Partial<OrderBooks>, cards: { readonly stocked: number; readonly claimed: number }): ShopBooks {
  const made = new ShopBooks();
  made.orders.set(ORDER, { boughtMinor: 0, spareUnits: 0, unanswered: new Set(), writtenOff: new Set(), ...order });
  return Object.assign(made, cards);
}

const nothingOff = { duplicatePurchases: 0, strayGoods: 0, cardsOff: 0, costOffMinor: 0 };

describe('the goods of a demo are counted by the ledgers of the channels, the file of cards and what buyers saw', () => {
  it('a card from the pool and one from a channel are told apart, and all adds up', () => {
    const purchases = [bought(['POOL', 'SOLD'], { quantity: 2 })];
    const counted = tallyGoods({
      purchases,
      ledger: [sold(['SOLD'])],
      imported: ['POOL'],
      books: books({ boughtMinor: COST }, { stocked: 2, claimed: 2 }),
    });
    expect(counted).toMatchObject({ ...nothingOff, fromPool: 1, fromChannels: 1, toppedUp: 0, channelCostMinor: COST });
    expect(goodsOff(counted)).toBe(0);
  });

  it('a top-up is a purchase without a card, and its receipt needs one', () => {
    const purchases = [bought([], { receipts: ['R'] })];
    const kept = tallyGoods({ purchases, ledger: [sold([])], imported: [], books: books({ boughtMinor: COST }, { stocked: 0, claimed: 0 }) });
    expect(kept).toMatchObject({ ...nothingOff, toppedUp: 1 });
    expect(tallyGoods({ purchases, ledger: [], imported: [], books: books({}, { stocked: 0, claimed: 0 }) })).toMatchObject({
      ...nothingOff,
      strayGoods: 1,
    });
  });

  it('a code that nobody sold to the shop is stray', () =>
    expect(tallyGoods({ purchases: [bought(['MADE-UP'])], ledger: [], imported: [], books: books({}, { stocked: 0, claimed: 0 }) })).toMatchObject({
      strayGoods: 1,
    }));

  it('bought twice and both kept is a duplicate purchase, unless the second is booked as stock', () => {
    const ledger = [sold(['ONE']), sold(['TWO'], 2)];
    const twice = { boughtMinor: 2 * COST };
    const kept = tallyGoods({ purchases: [bought(['ONE'])], ledger, imported: [], books: books(twice, { stocked: 2, claimed: 2 }) });
    expect(kept).toMatchObject({ duplicatePurchases: 1, cardsOff: 1 });
    const spare = books({ ...twice, spareUnits: 1 }, { stocked: 2, claimed: 1 });
    expect(tallyGoods({ purchases: [bought(['ONE'])], ledger, imported: [], books: spare })).toMatchObject({ ...nothingOff, spareUnits: 1 });
  });

  it('what a channel sold and the shop never booked is off by its card and its cost, unless it was written off', () => {
    const ledger = [sold(['ONE']), sold(['TWO'], 2)];
    const unanswered = new Set([purchaseRequestId(ORDER, 2)]);
    const forgotten = books({ boughtMinor: COST, unanswered }, { stocked: 1, claimed: 1 });
    expect(tallyGoods({ purchases: [bought(['ONE'])], ledger, imported: [], books: forgotten })).toMatchObject({
      duplicatePurchases: 1,
      cardsOff: 1,
      costOffMinor: COST,
    });
    const writtenOff = books({ boughtMinor: COST, unanswered, writtenOff: unanswered }, { stocked: 1, claimed: 1 });
    expect(tallyGoods({ purchases: [bought(['ONE'])], ledger, imported: [], books: writtenOff })).toMatchObject(nothingOff);
  });

  it('a card of the file that is nowhere is off', () =>
    expect(tallyGoods({ purchases: [], ledger: [], imported: ['A', 'B'], books: books({}, { stocked: 1, claimed: 0 }) })).toMatchObject({
      cardsOff: 1,
    }));
});
