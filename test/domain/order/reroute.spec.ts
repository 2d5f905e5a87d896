import { money } from '../../../src/domain/kernel/money';
import { order } from '../../../src/domain/order/decide';
import type { OrderEvent, Source } from '../../../src/domain/order/events';
import { given, intent, ORDER_ID, paidOrder, refundOrdered } from '../../support/given';

const cap = money(920, 'CNY');
const about = { requestId: `${ORDER_ID}.p1`, channelId: 'up' };
const up: Source = { kind: 'CHANNEL', channelId: 'up', product: 'p', maxUnitCost: cap };
const other: Source = { ...up, channelId: 'other' };
const paid = (...sources: readonly Source[]): readonly OrderEvent[] => paidOrder({ terms: { sources } });
const requested: OrderEvent = {
  type: 'PurchaseRequested',
  data: { attempt: 1, ...about, skuId: 'sku-1', product: 'p', quantity: 1, maxUnitCost: cap, ...intent() },
};
const timedOut: OrderEvent = { type: 'PurchaseTimedOut', data: { ...about, cause: 'TIME_OUT' } };
const asked: OrderEvent = { type: 'PurchaseCancelRequested', data: { ...about, cause: 'REROUTE' } };
const reroute = { type: 'RerouteOrder' } as const;

describe('sending an order elsewhere', () => {
  it('asks the channel to forget a purchase in doubt; nothing is bought elsewhere by this alone', () =>
    given(order)(...paid(up, other), requested, timedOut)
      .when(reroute)
      .then(asked));

  it('is already so when the channel is being told', () =>
    given(order)(...paid(up, other), requested, timedOut, asked)
      .when(reroute)
      .isAlreadySo());

  it('leaves a purchase alone whose performer is still at work', () =>
    given(order)(...paid(up, other), requested)
      .when(reroute)
      .rejects('NOTHING_TO_REROUTE'));

  it('is refused where the terms name no other source', () =>
    given(order)(...paid(up), requested, timedOut)
      .when(reroute)
      .rejects('NO_OTHER_SOURCE'));

  it('is refused when the money is on its way back', () =>
    given(order)(...paid(up, other), requested, timedOut, refundOrdered())
      .when(reroute)
      .rejects('NOTHING_TO_REROUTE'));
});
