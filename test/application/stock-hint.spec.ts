import { Background } from '../../src/application/background';
import { StockHint } from '../../src/application/processes/order/stock-hint';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { skuStock, type SkuStockRow } from '../../src/projections/sku-stock';

const position = (n: number): string => String(n).padStart(16, '0');
const claimed = (cardId: string, orderId: string, at: number): StoredEvent =>
  ({
    stream: `card-${cardId}`,
    revision: 1,
    type: 'CardClaimed',
    position: position(at),
    data: { skuId: 'sku', batchId: 'b', orderId, reservation: 1 },
  }) as unknown as StoredEvent;

/** A SKU of which so many are for sale, as the model says up to position 10. */
async function hintWith(available: number): Promise<StockHint> {
  const row = { skuId: 'sku', available } as unknown as SkuStockRow;
  const read = async () => ({ row, upTo: position(10) });
  const fail = (error: unknown): never => {
    throw error;
  };
  return new Promise((resolve) => {
    const hint = new StockHint(skuStock, read, { sleep: () => Promise.resolve() }, new Background(), () => resolve(hint), fail);
    hint.sellable('sku', 'first-look');
  });
}

describe('what can still be promised', () => {
  it('is the stock less what others were promised, and never less what an order was promised itself', async () => {
    const hint = await hintWith(2);
    hint.promise('sku', 'a', 1);
    expect(hint.sellable('sku', 'a')).toBe(2);
    expect(hint.sellable('sku', 'b')).toBe(1);
  });

  it('counts a card once while its order goes from promised to claimed: the last card is sellable', async () => {
    const hint = await hintWith(2);
    hint.promise('sku', 'a', 1);
    hint.observe(claimed('card-1', 'a', 11));
    // The order has not been planned again yet; the other one must not be told that everything is sold.
    expect(hint.sellable('sku', 'b')).toBe(1);
    hint.promise('sku', 'a', 0);
    expect(hint.sellable('sku', 'b')).toBe(1);
  });

  it('keeps what is still owed to an order of which one card of two is claimed', async () => {
    const hint = await hintWith(3);
    hint.promise('sku', 'a', 2);
    hint.observe(claimed('card-1', 'a', 11));
    expect(hint.sellable('sku', 'b')).toBe(1);
  });
});
