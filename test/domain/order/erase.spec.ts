import { order } from '../../../src/domain/order/decide';
import type { OrderCommand } from '../../../src/domain/order/commands';
import type { OrderEvent } from '../../../src/domain/order/events';
import { subjectIdFor, subjectKid } from '../../../src/domain/kernel/subject';
import { DAY_MS, toIso } from '../../../src/domain/kernel/time';
import { orders } from '../../../src/projections/orders';
import { searchKeys } from '../../../src/projections/search-keys';
import {
  deliveredOrder,
  frozen,
  given,
  minutes,
  openPage,
  orderExpired,
  orderOf,
  ORDER_ID,
  paidOrder,
  paymentClosed,
  paymentRequested,
  refundOrdered,
  reviewOpened,
  submitted,
  T0,
} from '../../support/given';

const givenOrder = given(order);
const SUBJECT = subjectIdFor(orderOf().clientId, orderOf().buyer.ref);
const sealed = (generation: number) => ({ kid: subjectKid({ subject: SUBJECT, generation }), iv: 'aXY', tag: 'dGFn', ct: 'Y3Q' });
const erase = (more: Partial<Extract<OrderCommand, { type: 'EraseBuyer' }>> = {}): OrderCommand => ({
  type: 'EraseBuyer',
  generation: 1,
  orderedAt: T0 + DAY_MS,
  at: T0 + 30 * DAY_MS,
  ...more,
});
const buyerErased = (contactKeys: readonly string[] = []): OrderEvent => ({ type: 'BuyerErased', data: { skuId: orderOf().skuId, contactKeys } });
const personal = {
  buyer: { ...orderOf().buyer, contact: sealed(1), contactKeys: ['digest-of-mail'] },
  fields: sealed(1),
  client: { addressKey: 'digest-of-address' },
  payment: { gatewayId: 'main', kind: 'CHARGE', instrument: sealed(1) },
} as const;

describe('an order whose buyer is erased', () => {
  it('forgets when it is at rest, and says by what it was found', () => {
    givenOrder(...deliveredOrder())
      .when(erase())
      .then(buyerErased());
    givenOrder(submitted(personal), orderExpired())
      .when(erase())
      .then(buyerErased(['digest-of-mail']));
    givenOrder(...deliveredOrder(), buyerErased())
      .when(erase())
      .isAlreadySo();
  });

  it.each<readonly [string, readonly OrderEvent[]]>([
    ['unpaid', [submitted(), paymentRequested()]],
    ['paid and not delivered', paidOrder()],
    ['delivered, with a refund under way', [...deliveredOrder(), refundOrdered()]],
    ['delivered, with a review open', [...deliveredOrder(), reviewOpened('deadline')]],
    ['delivered, and frozen', [...deliveredOrder(), frozen()]],
  ])('does not while it is %s', (_what, events) => {
    givenOrder(...events)
      .when(erase())
      .rejects('BUYER_HAS_OPEN_ORDERS');
  });

  it('does not while money may still come in on a page that nobody could close, and does when that was proven or is two days ago', () => {
    const expired = [...openPage(), orderExpired()];
    givenOrder(...expired)
      .when(erase({ at: T0 + 2 * DAY_MS - 1 }))
      .rejects('BUYER_HAS_OPEN_ORDERS');
    givenOrder(...expired)
      .when(erase({ at: T0 + 3 * DAY_MS }))
      .then(buyerErased());
    givenOrder(...openPage(), paymentClosed(), orderExpired())
      .when(erase({ at: T0 + minutes(30) }))
      .then(buyerErased());
  });

  it('is not one of later: sealed with a key that stays, or, with nothing sealed, submitted after the erasure was ordered', () => {
    const later = { ...personal, buyer: { ...personal.buyer, contact: sealed(2) }, fields: sealed(2), payment: orderOf().payment };
    givenOrder(submitted(later), orderExpired()).when(erase()).isAlreadySo();
    givenOrder(submitted(), orderExpired())
      .when(erase({ orderedAt: T0 - 1 }))
      .isAlreadySo();
    givenOrder(submitted(personal), orderExpired())
      .when(erase({ orderedAt: T0 - 1 }))
      .thenTypes('BuyerErased');
  });

  it('shows, replaces and tries nothing again for anybody', () => {
    const commands: readonly OrderCommand[] = [
      { type: 'RevealCards', at: T0 },
      { type: 'ResendDelivery' },
      { type: 'RotateAccessToken' },
      { type: 'ReportCard', cardId: 'c', problem: 'x' },
      { type: 'ReissueCard', cardId: 'c', at: T0 },
      { type: 'RetryOrder', at: T0 },
    ];
    for (const command of commands)
      givenOrder(...deliveredOrder(), buyerErased())
        .when(command)
        .rejects('BUYER_ERASED');
  });

  it('gives late money back, for nobody could take the goods', () => {
    const late = { type: 'ConfirmPayment', reference: `${ORDER_ID}.1`, at: T0 + DAY_MS } as const;
    givenOrder(...openPage(), orderExpired(), buyerErased())
      .when(late)
      .thenTypes('LatePaymentReceived', 'OrderReopened', 'RefundOrdered');
  });

  it('holds nothing of its buyer in its fold, nor in its rows', () => {
    const events = [submitted(personal), orderExpired(), buyerErased(['digest-of-mail'])];
    const { state } = givenOrder(...events);
    expect(JSON.stringify(state)).not.toMatch(new RegExp(`digest-of|${SUBJECT}|${orderOf().buyer.ref}`));
    expect(state).toMatchObject({ submitted: { buyer: { ref: 'erased' }, skuId: orderOf().skuId }, erasedAt: expect.any(Number) });
    const stored = events.map((event, revision) => ({ ...event, stream: `order-${ORDER_ID}`, revision, occurredAt: toIso(T0 + revision) }) as never);
    const row = stored.reduce<ReturnType<typeof orders.project>>((before, event) => orders.project(event, before, ORDER_ID), null);
    expect(row).toMatchObject({ subject: null, buyerRef: 'erased' });
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`digest-of|${SUBJECT}`));
    const [first, , last] = stored;
    const [key = ''] = searchKeys.keys(last as never);
    expect(searchKeys.keys(first as never)).toEqual([key]);
    expect(searchKeys.project(last as never, searchKeys.project(first as never, null, key), key)).toBeNull();
  });
});
