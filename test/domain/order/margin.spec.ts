import fc from 'fast-check';
import { money } from '../../../src/domain/kernel/money';
import { explainRoute } from '../../../src/domain/order/explain-route';
import { costLimit, minMarginOf } from '../../../src/domain/order/margin';
import { order as orders } from '../../../src/domain/order/decide';
import type { OrderEvent, OrderTerms } from '../../../src/domain/order/events';
import { planOrder, type Offer } from '../../../src/domain/order/plan';
import type { PassedOver } from '../../../src/domain/order/purchase-events';
import { at, given, givenOrder, minutes, paidOrder, refundOrdered, seconds, submittedState, T0, terms, world } from '../../support/given';

const PRICE_MINOR = 1_000;
const CAP_MINOR = 920;
const cny = (amountMinor: number) => money(amountMinor, 'CNY');
const source = (channelId: string, maxUnitCost = cny(CAP_MINOR)) => ({ kind: 'CHANNEL', channelId, product: 'p', maxUnitCost }) as const;
const asks = (amountMinor: number, available = 9): Offer => ({ kind: 'SOME', available, unitCost: cny(amountMinor) });
/** What one card must leave: 100 of 1000, so it may cost 900. */
const guarded = (changes: Partial<OrderTerms> = {}): readonly OrderEvent[] =>
  paidOrder({ terms: { sources: [source('up'), source('other')], minMargin: cny(100), ...changes } });
const tooDear: PassedOver = { channelId: 'up', product: 'p', why: 'MARGIN_TOO_LOW', unitCost: cny(910) };
const held: OrderEvent = { type: 'PurchaseHeld', data: { skuId: 'sku-1', minMargin: cny(100), channels: [tooDear] } };
const decides = (type: string, more: object = {}): object => ({ kind: 'decide', command: expect.objectContaining({ type, ...more }) });

describe('the least that a sale must leave', () => {
  it('is an amount or a share of the price, whichever is more, rounded up for the shop', () => {
    expect(minMarginOf(cny(999), { percent: 10 })).toEqual(cny(100));
    expect(minMarginOf(cny(1_000), { percent: 12.5, amountMinor: 80 })).toEqual(cny(125));
    expect(minMarginOf(cny(1_000), { percent: 1, amountMinor: 80 })).toEqual(cny(80));
    expect(minMarginOf(cny(1_000), {})).toEqual(cny(0));
  });
  it('is never more than the price: then only what costs nothing may be bought', () => {
    expect(minMarginOf(cny(50), { amountMinor: 80 })).toEqual(cny(50));
    expect(costLimit(terms({ unitPrice: cny(50), minMargin: cny(50) }), source('up'))).toEqual(cny(0));
  });
  it('lowers the cap of a source and never raises it; between two currencies the cap alone holds', () => {
    expect(costLimit(terms({ minMargin: cny(100) }), source('up'))).toEqual(cny(900));
    expect(costLimit(terms({ minMargin: cny(10) }), source('up'))).toEqual(cny(CAP_MINOR));
    expect(costLimit(terms({ minMargin: cny(900) }), source('up', money(500, 'USD')))).toEqual(money(500, 'USD'));
    expect(costLimit(terms(), source('up'))).toEqual(cny(CAP_MINOR));
  });
  it('is kept by every purchase that the plan makes, whatever channels ask', () =>
    fc.assert(
      fc.property(fc.nat(PRICE_MINOR), fc.nat(1_000), fc.nat(1_000), fc.boolean(), (marginMinor, first, second, isFirstKnown) => {
        const order = submittedState(...guarded({ minMargin: cny(marginMinor) }));
        const seen = world({ cards: [], offer: { up: isFirstKnown ? asks(first) : { kind: 'UNKNOWN' }, other: asks(second) } });
        const { step } = planOrder(order, T0, seen);
        const { chosen } = explainRoute(order, T0, seen);
        if (step.kind !== 'decide' || step.command.type !== 'RequestPurchase') return expect(chosen).toBeUndefined();
        const { channelId } = step.command;
        const cost = channelId === 'other' ? second : isFirstKnown ? first : 0;
        expect(PRICE_MINOR - cost).toBeGreaterThanOrEqual(marginMinor);
        const { decision } = given(orders)(...guarded({ minMargin: cny(marginMinor) })).when(step.command);
        // A channel whose price is not known is told the limit, and refuses rather than sell above it.
        expect(decision).toEqual([
          expect.objectContaining({ data: expect.objectContaining({ maxUnitCost: cny(Math.min(CAP_MINOR, PRICE_MINOR - marginMinor)) }) }),
        ]);
      }),
      { numRuns: 300 },
    ));
});

describe('a channel whose price leaves too little', () => {
  const dearAndCheap = { cards: [], offer: { up: asks(901), other: asks(900) } };
  it('is passed over, and the purchase elsewhere says why', () =>
    givenOrder(...guarded())
      .at(0, dearAndCheap)
      .planIs(
        '10 source',
        decides('RequestPurchase', {
          channelId: 'other',
          passedOver: [{ channelId: 'up', product: 'p', why: 'MARGIN_TOO_LOW', unitCost: cny(901) }],
        }),
      ));
  it('is explained in the same words', () =>
    expect(explainRoute(submittedState(...guarded()), T0, world(dearAndCheap)).sources).toEqual([
      expect.objectContaining({ channelId: 'other' }),
      { kind: 'CHANNEL', channelId: 'up', product: 'p', why: 'MARGIN_TOO_LOW' },
    ]));
  it('is none for an order that was agreed on without a margin', () =>
    givenOrder(...paidOrder({ terms: { sources: [source('up')] } }))
      .at(0, { cards: [], offer: asks(CAP_MINOR) })
      .planIs('10 source', decides('RequestPurchase', { channelId: 'up' })));
});

describe('an order that only such channels could fill', () => {
  const onlyDear = { cards: [], offer: { up: asks(910), other: asks(910, 0) } };
  it('waits, and that it does is stored once', () => {
    givenOrder(...guarded())
      .at(0, onlyDear)
      .planIs(
        '10 source',
        decides('HoldPurchase', { channels: [tooDear, { channelId: 'other', product: 'p', why: 'SOLD_OUT', unitCost: cny(910) }] }),
      );
    givenOrder(...guarded(), held)
      .at(0, onlyDear)
      .waits();
    given(orders)(...guarded())
      .when({ type: 'HoldPurchase', channels: [tooDear] })
      .then(held);
    given(orders)(...guarded(), held)
      .when({ type: 'HoldPurchase', channels: [tooDear] })
      .isAlreadySo();
  });
  it('is looked at again at any news of the channel, and buys as soon as the price is right', () =>
    givenOrder(...guarded(), held)
      .at(0, { cards: [], offer: asks(900) })
      .planIs('10 source', decides('RequestPurchase')));
  it('may be held again after a purchase that came to nothing', () => {
    const requested = { attempt: 1, requestId: 'r', channelId: 'up', skuId: 'sku-1', product: 'p', quantity: 1, maxUnitCost: cny(900) };
    const iso = (ms: number): string => new Date(T0 + ms).toISOString();
    const bought: OrderEvent = { type: 'PurchaseRequested', data: { ...requested, by: 'e', performBy: iso(1), answerBy: iso(2) } };
    expect(givenOrder(...guarded(), held, bought).state.margin).toBeUndefined();
  });
  it('is not held while another channel is only busy', () =>
    givenOrder(...guarded())
      .at(0, { cards: [], offer: { up: asks(910), other: asks(800) }, channel: { up: {}, other: { busy: true } } })
      .waits());
  it('is not held for what has nothing to do with its margin', () =>
    givenOrder(...guarded())
      .at(0, { cards: [], offer: asks(CAP_MINOR + 1) })
      .waits());
  it('ends by its deadline like any other', () =>
    givenOrder(...guarded(), at(seconds(1), held))
      .at(minutes(31), onlyDear)
      .planIs('9 deadline', decides('Compensate')));
  it('refuses to be held once it is unpaid, unwanted or has no margin to keep', () => {
    const command = { type: 'HoldPurchase', channels: [tooDear] } as const;
    given(orders)(...guarded(), refundOrdered())
      .when(command)
      .rejects('ILLEGAL_STATE');
    given(orders)(...paidOrder({ terms: { sources: [source('up')] } }))
      .when(command)
      .rejects('ILLEGAL_STATE');
  });
});
