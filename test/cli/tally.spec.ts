import type { Purchase } from '../../src/cli/trial/buyer';
import { tally } from '../../src/cli/trial/tally';
import { orderIdFor, paymentReference } from '../../src/domain/kernel/ids';

const PRICE = 4_800;

function purchase(
  name: string,
  status: 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'EXPIRED' | 'gone',
  codes: readonly string[] = [],
  inReview = false,
): Purchase {
  const orderId = orderIdFor('test', name);
  const seen =
    status === 'gone'
      ? null
      : { id: orderId, number: name, status, inReview, revision: 9, amount: { amountMinor: String(PRICE) }, payment: null, refusal: null };
  return { orderId, accessToken: 't', quantity: 1, amountMinor: PRICE, seen, codes, receipts: [] };
}
const paid = (name: string, attempt = 1, refundedMinor = 0) => ({
  reference: paymentReference(orderIdFor('test', name), attempt),
  capturedMinor: PRICE,
  refundedMinor,
  currency: 'CNY',
});

const ZERO = { orders: 1, delivered: 0, refunded: 0, inReview: 0, open: 0, unpaid: {}, duplicateCharges: 0, duplicateCards: 0, lost: 0 };

describe('the count of a demo goes by the ledger and by what buyers saw', () => {
  it('paid once and revealed is delivered', () => expect(tally([purchase('a', 'COMPLETED', ['X'])], [paid('a')])).toEqual({ ...ZERO, delivered: 1 }));
  it('a receipt is as good as a code', () =>
    expect(tally([{ ...purchase('a', 'COMPLETED'), receipts: ['R'] }], [paid('a')])).toEqual({ ...ZERO, delivered: 1 }));
  it('paid twice and one returned is delivered', () =>
    expect(tally([purchase('a', 'COMPLETED', ['X'])], [paid('a'), paid('a', 2, PRICE)])).toEqual({ ...ZERO, delivered: 1 }));
  it('paid twice and both kept is a duplicate charge', () =>
    expect(tally([purchase('a', 'COMPLETED', ['X'])], [paid('a'), paid('a', 2)])).toEqual({ ...ZERO, delivered: 1, duplicateCharges: 1 }));
  it('one code shown to two buyers is a duplicate card', () =>
    expect(tally([purchase('a', 'COMPLETED', ['X']), purchase('b', 'COMPLETED', ['X'])], [paid('a'), paid('b')])).toEqual({
      ...ZERO,
      orders: 2,
      delivered: 2,
      duplicateCards: 1,
    }));
  it('paid and returned is refunded', () => expect(tally([purchase('a', 'FAILED')], [paid('a', 1, PRICE)])).toEqual({ ...ZERO, refunded: 1 }));
  it('never paid and ended is counted by what its buyer was told', () => {
    const { seen, ...sold } = purchase('b', 'FAILED');
    const soldOut = { ...sold, seen: seen && { ...seen, refusal: { code: 'OUT_OF_STOCK' } } };
    const counted = tally([purchase('a', 'EXPIRED'), soldOut, { ...soldOut, orderId: 'c' }], []);
    expect(counted).toEqual({ ...ZERO, orders: 3, unpaid: { EXPIRED: 1, OUT_OF_STOCK: 2 } });
  });
  it('money kept of an order that failed is lost', () => expect(tally([purchase('a', 'FAILED')], [paid('a')])).toEqual({ ...ZERO, lost: 1 }));
  it('completed and shown nothing is lost', () => expect(tally([purchase('a', 'COMPLETED')], [paid('a')])).toEqual({ ...ZERO, lost: 1 }));
  it('a code shown for no money is lost', () => expect(tally([purchase('a', 'COMPLETED', ['X'])], [])).toEqual({ ...ZERO, lost: 1 }));
  it('an order that the shop forgot is lost', () => expect(tally([purchase('a', 'gone')], [])).toEqual({ ...ZERO, lost: 1 }));
  it('money of an order that nobody made is lost', () => expect(tally([], [paid('ghost')])).toEqual({ ...ZERO, orders: 0, lost: 1 }));
  it('unfinished is open, unless a person has it', () => {
    expect(tally([purchase('a', 'PROCESSING')], [paid('a')])).toEqual({ ...ZERO, open: 1 });
    expect(tally([purchase('a', 'PROCESSING', [], true)], [paid('a')])).toEqual({ ...ZERO, inReview: 1 });
  });
});
