import { createHash } from 'node:crypto';
import { fromChannel, LiveShop } from '../support/live-shop';
import type { FaultRule } from '../support/sandbox';
import { Shopper, type SubmitInput } from '../support/shopper';
import { verify } from './support/busy-shop';

const BUYING: FaultRule = { method: 'POST', path: '/purchases', fault: 'hang' };
const hash = (code: string): string => createHash('sha256').update(code, 'utf8').digest('hex');

/** Each story over real HTTP: a server process, channels that misbehave on request, and a buyer who has paid. */
describe('stories of goods that are bought', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { a: ['replay', 'lookup', 'cancel', 'partialFill'], dumb: [], b: ['replay', 'lookup', 'cancel'], slow: ['lookup'] },
      skus: {
        bought: { sources: [fromChannel('a')] },
        either: { sources: [fromChannel('a'), fromChannel('b')] },
        late: { sources: [fromChannel('slow')], deliverWithinSeconds: 1 },
        rerouted: { sources: [fromChannel('dumb'), fromChannel('b')], onDoubt: 'REROUTE' },
        plenty: {},
        empty: { oversell: true },
        doubted: { oversell: true, deliverWithinSeconds: 1 },
        manual: { delivery: 'manual', sources: undefined },
        topup: { sources: [fromChannel('a', 'mobile-100', 9_900)], price: { amountMinor: 10_000, currency: 'CNY' }, fields: ['phone'] },
      },
    });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 20);
  }, 300_000);

  afterAll(() => shop.close());
  beforeEach(async () => {
    await shop.sandbox.faults([]);
    for (const channel of shop.channels.values()) await channel.faults([]);
  });

  /** Places the order, pays it at once, and waits for its end. */
  async function delivered(
    input: SubmitInput,
  ): Promise<{ readonly id: string; readonly codes: readonly string[]; readonly history: readonly string[] }> {
    const { id, token } = await shopper.order(input);
    await shopper.untilStatus(id, 'COMPLETED');
    const { codes } = await shopper.reveal(id, token);
    return { id, codes, history: await shopper.history(id) };
  }

  /** What the channel's own ledger says it sold to this order, one entry per purchase with goods. */
  const soldBy = async (channel: string, id: string): Promise<readonly (readonly string[])[]> =>
    (await shop.channel(channel).purchases())
      .filter(({ requestId, codeHashes }) => requestId.startsWith(id) && codeHashes.length > 0)
      .map(({ codeHashes }) => codeHashes);

  const kept = async (id: string): Promise<number> => {
    const { payments } = await shop.sandbox.ledger();
    return payments
      .filter(({ reference }) => reference.startsWith(id))
      .reduce((sum, { capturedMinor, refundedMinor }) => sum + capturedMinor - refundedMinor, 0);
  };

  /** An order with its pay page open. A channel that was away a moment ago may still be taken for it: then the buyer tries again. */
  async function payable(skuId: string): Promise<{ readonly id: string; readonly reference: string }> {
    for (;;) {
      const { id } = await shopper.order({ skuId, kind: 'REDIRECT' });
      const { payment } = await shopper.until(id, (order) => order.payment?.payUrl != null || order.refusal !== null, 'payable or refused');
      if (payment?.payUrl != null) return { id, reference: payment.reference };
    }
  }

  test('the channel hangs after selling: it is asked, and the card is bought once and delivered', async () => {
    await shop.channel('a').faults([{ ...BUYING, fault: 'commit-then-hang' }, { fault: 'no-notice' }]);
    const { id, codes, history } = await delivered({ skuId: 'bought' });
    expect(history).toContain('PurchaseTimedOut');
    expect(history.filter((type) => type === 'PurchaseRequested')).toHaveLength(1);
    expect(await soldBy('a', id)).toEqual([codes.map(hash)]);
  });

  test('the channel hangs before selling: the same purchase is repeated under its id until it is sold, once', async () => {
    await shop.channel('a').faults([{ ...BUYING, percent: 60 }], 3);
    const { id, codes } = await delivered({ skuId: 'bought' });
    expect(await soldBy('a', id)).toEqual([codes.map(hash)]);
  });

  test('the channel sells half: the rest is bought with another purchase', async () => {
    await shop.channel('a').faults([{ reference: '*.p1', fault: 'partial' }]);
    const { id, codes, history } = await delivered({ skuId: 'bought', quantity: 2 });
    expect(history).toContain('PurchasePartlyCompleted');
    expect(new Set(codes).size).toBe(2);
    expect((await soldBy('a', id)).flat().sort()).toEqual(codes.map(hash).sort());
  });

  test('the channel sells the same card twice: it counts once, is disputed, and another one is bought', async () => {
    await shop.channel('a').faults([{ reference: '*.p1', fault: 'same-card-twice' }]);
    const { codes, history } = await delivered({ skuId: 'bought', quantity: 2 });
    expect(history).toContain('PurchaseDisputed');
    expect(new Set(codes).size).toBe(2);
  });

  test('the channel charges more than it may: the card is taken and the difference is disputed', async () => {
    await shop.channel('a').faults([{ fault: 'over-price' }]);
    const { history } = await delivered({ skuId: 'bought' });
    expect(history).toContain('PurchaseDisputed');
  });

  test('the answer comes after the deadline: the order is in review and still asked, and is delivered, not refunded', async () => {
    await shop
      .channel('slow')
      .faults([{ ...BUYING, fault: 'commit-then-hang' }, { fault: 'no-notice' }, { method: 'GET', path: '/purchases/:id', fault: 'hang' }]);
    const { id, token } = await shopper.order({ skuId: 'late' });
    await shopper.until(id, ({ inReview }) => inReview, 'in review');
    expect(await kept(id)).toBe(4_800);
    await shop.channel('slow').faults([]);
    const order = await shopper.untilStatus(id, 'COMPLETED');
    expect(order.inReview).toBe(false);
    expect((await soldBy('slow', id)).flat()).toEqual((await shopper.reveal(id, token)).codes.map(hash));
    expect(await shopper.history(id)).not.toContain('RefundOrdered');
  });

  test('a channel that cannot be asked never answers: the terms reroute, the risk is booked, and what comes after all is stock', async () => {
    await shop.channel('dumb').faults([
      { ...BUYING, fault: 'commit-then-hang' },
      { fault: 'late-notice', ms: 60_000 },
    ]);
    const { id, codes, history } = await delivered({ skuId: 'rerouted' });
    expect(history).toContain('PurchaseWrittenOff');
    expect(await soldBy('b', id)).toEqual([codes.map(hash)]);
    const { id: next, token } = await shopper.order({ skuId: 'rerouted' });
    await shopper.untilStatus(next, 'COMPLETED');
    await shopper.reveal(next, token);
    await shopper.until(id, () => true, 'there');
    for (let looks = 0; !(await shopper.history(id)).includes('SurplusStocked'); looks++) expect(looks).toBeLessThan(1_000);
    expect((await soldBy('dumb', id)).flat()).not.toContain(hash(codes[0] ?? ''));
  });

  test('a dead upstream does not take the shop down: what does not need it is sold, and what needs it waits and is sold when it is back', async () => {
    await shop.channel('a').faults([{ ...BUYING, fault: 'hang' }]);
    const waiting = await Promise.all(Array.from({ length: 8 }, () => shopper.order({ skuId: 'bought' })));
    for (const { id } of waiting) await shopper.untilStatus(id, 'PROCESSING');
    await shop.channel('a').faults([{ fault: 'hang' }]);
    const others = await Promise.all(Array.from({ length: 4 }, () => shopper.order({ skuId: 'plenty' })));
    for (const { id } of others) await shopper.untilStatus(id, 'COMPLETED');
    await shop.channel('a').faults([]);
    for (const { id } of waiting) {
      await shopper.untilStatus(id, 'COMPLETED');
      expect(await soldBy('a', id)).toHaveLength(1);
    }
  });

  test('paid without a code: restocked, the order is delivered by itself', async () => {
    const { id } = await shopper.order({ skuId: 'empty' });
    await shopper.until(id, ({ phase }) => phase === 'PAID_WAITING_CARD', 'waiting for a card');
    await shop.stock('empty', 1);
    expect((await shopper.untilStatus(id, 'COMPLETED')).cards).toHaveLength(1);
  });

  test('paid without a code: the channel has goods again, and the order is delivered by itself', async () => {
    const { id, reference } = await payable('bought');
    await shop.channel('a').setStock('STEAM50', { available: 0 });
    await shop.sandbox.pay(reference);
    await shopper.until(id, ({ phase }) => phase === 'PAID_WAITING_CARD', 'waiting for a card');
    await shop.channel('a').setStock('STEAM50', { available: 1_000 });
    await shopper.untilStatus(id, 'COMPLETED');
  });

  test('restocked while a refund is in doubt: the money goes back and the card stays in stock', async () => {
    await shop.sandbox.faults([{ path: '/payments/:reference/refunds', fault: 'commit-then-hang' }]);
    const { id } = await shopper.order({ skuId: 'doubted' });
    await shopper.until(id, ({ phase }) => phase === 'REFUNDING' || phase === 'REFUND_IN_DOUBT', 'being refunded');
    await shop.stock('doubted', 1);
    const order = await shopper.until(id, ({ phase }) => phase === 'REFUNDED', 'refunded');
    expect(order.cards).toEqual([]);
    expect(await kept(id)).toBe(0);
    const next = await shopper.order({ skuId: 'doubted' });
    await shopper.untilStatus(next.id, 'COMPLETED');
  });

  test('delivered by hand: a person hands in a code, and its buyer sees exactly that', async () => {
    const { id, token } = await shopper.order({ skuId: 'manual' });
    await shopper.until(id, ({ inReview }) => inReview, 'on the desk');
    const handedIn = { orderId: id, reason: 'from the drawer', cards: [{ code: 'HAND-0001' }] };
    expect((await shopper.mutate('deliverManually', handedIn, 'support')).userErrors).toEqual([]);
    expect((await shopper.untilStatus(id, 'COMPLETED')).inReview).toBe(false);
    expect((await shopper.reveal(id, token)).codes).toEqual(['HAND-0001']);
    const other = await shopper.order({ skuId: 'manual' });
    await shopper.until(other.id, ({ inReview }) => inReview, 'on the desk');
    const again = await shopper.mutate('deliverManually', { ...handedIn, orderId: other.id }, 'support');
    expect(again.userErrors.map(({ code }) => code)).toEqual(['DUPLICATE_CARD']);
    await shopper.mutate('deliverManually', { orderId: other.id, reason: 'done at the counter', receipt: 'Receipt 77' }, 'support');
    await shopper.untilStatus(other.id, 'COMPLETED');
    expect(await shopper.reveal(other.id, other.token)).toMatchObject({ codes: [], receipts: ['Receipt 77'] });
  });

  test('a top-up ends with a receipt and no card', async () => {
    const { id, token } = await shopper.order({ skuId: 'topup', fields: [{ name: 'phone', value: '13800000000' }] });
    await shopper.untilStatus(id, 'COMPLETED');
    const { codes, receipts } = await shopper.reveal(id, token);
    expect(codes).toEqual([]);
    expect(receipts).toEqual([expect.stringMatching(/\S/)]);
    const { userErrors } = await shopper.mutate('reportCard', { orderId: id, cardId: 'none', problem: 'nothing came' }, { token });
    expect(userErrors.map(({ code }) => code)).toEqual(['DONE_WITH_RECEIPT']);
  });

  test('the price changed: nothing is bought above the cap of the terms, and another channel sells', async () => {
    await shop.channel('a').setStock('STEAM50', { unitCostMinor: 5_000 });
    const { id, codes } = await delivered({ skuId: 'either' });
    expect(await soldBy('a', id)).toEqual([]);
    expect(await soldBy('b', id)).toEqual([codes.map(hash)]);
    await shop.channel('a').setStock('STEAM50', { unitCostMinor: 4_500 });
  });

  test('at the end of the day the log holds every rule', async () => {
    expect(await verify(shop)).toMatchObject({ code: 0, violations: [] });
  });
});
