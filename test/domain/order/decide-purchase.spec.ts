import { card } from '../../../src/domain/card/decide';
import type { CardCommand } from '../../../src/domain/card/decide';
import type { CardEvent } from '../../../src/domain/card/events';
import { money } from '../../../src/domain/kernel/money';
import type { OrderCommand } from '../../../src/domain/order/commands';
import { order } from '../../../src/domain/order/decide';
import type { OrderEvent } from '../../../src/domain/order/events';
import type { PurchaseReport } from '../../../src/domain/order/purchase-commands';
import { given, grant, intent, orderDelivered, ORDER_ID, paidOrder, refundOrdered, sealedText, T0, type SubmittedChanges } from '../../support/given';

const cap = money(920, 'CNY');
const P1 = `${ORDER_ID}.p1`;
const about = { requestId: P1, channelId: 'up' };
const source = { kind: 'CHANNEL', channelId: 'up', product: 'p', maxUnitCost: cap } as const;
const goods = (cardId: string) => ({ cardId, fingerprint: cardId, sealed: sealedText });
const paid = (changes: SubmittedChanges = {}): readonly OrderEvent[] => paidOrder({ ...changes, terms: { sources: [source], ...changes.terms } });
const requested = (quantity = 1): OrderEvent => ({
  type: 'PurchaseRequested',
  data: { attempt: 1, ...about, skuId: 'sku-1', product: 'p', quantity, maxUnitCost: cap, ...intent() },
});
const request: OrderCommand = { type: 'RequestPurchase', channelId: 'up', product: 'p', ...grant() };
const timedOut: OrderEvent = { type: 'PurchaseTimedOut', data: { ...about, cause: 'TIME_OUT' } };
const refused: OrderEvent = { type: 'PurchaseRefused', data: { ...about, skuId: 'sku-1', reason: 'OUT_OF_STOCK', proof: 'STATUS' } };
const writtenOff: OrderEvent = { type: 'PurchaseWrittenOff', data: { ...about, skuId: 'sku-1', costAtRisk: cap, cause: 'TERMS' } };
const completed = (...cardIds: readonly string[]): OrderEvent => ({
  type: 'PurchaseCompleted',
  data: { ...about, skuId: 'sku-1', reservation: 1, cards: cardIds.map(goods), unitCost: money(900, 'CNY') },
});
const says = (report: Partial<PurchaseReport>, first = true): OrderCommand => ({
  type: 'RecordPurchaseAnswer',
  requestId: P1,
  answer: { kind: 'REPORTED', report: { status: 'COMPLETED', cards: [], malformed: 0, unitCostMinor: 900, currency: 'CNY', ...report } },
  first,
  at: T0,
});
const answers = (answer: Extract<OrderCommand, { type: 'RecordPurchaseAnswer' }>['answer'], first = true): OrderCommand => ({
  type: 'RecordPurchaseAnswer',
  requestId: P1,
  answer,
  first,
  at: T0,
  retryAt: T0 + 1_000,
});

describe('requestPurchase', () => {
  it('stores the right to send exactly this purchase, under an id made of order and attempt', () =>
    given(order)(...paid())
      .when(request)
      .then(requested()));
  it('is refused while another purchase could still give goods', () =>
    given(order)(...paid(), requested(), timedOut)
      .when(request)
      .rejects('ILLEGAL_STATE'));
  it('is refused while goods are on their way in', () =>
    given(order)(...paid({ quantity: 2 }), requested(1), completed('x'))
      .when(request)
      .rejects('ILLEGAL_STATE'));
  it('is refused at a channel that the terms do not name', () =>
    given(order)(...paid())
      .when({ ...request, product: 'q' })
      .rejects('ILLEGAL_STATE'));
  it('is refused while the money is on its way back', () =>
    given(order)(...paid(), refundOrdered())
      .when(request)
      .rejects('ILLEGAL_STATE'));
});

describe('recordPurchaseAnswer', () => {
  it('records goods before anything is done with them', () =>
    given(order)(...paid(), requested())
      .when(says({ cards: [goods('x')] }))
      .then(completed('x')));
  it.each([
    ['a refusal', refused],
    ['a write-off', writtenOff],
    ['an end', orderDelivered(['other'])],
  ])('records them after %s as well', (_what, before) =>
    given(order)(...paid(), requested(), before)
      .when(says({ cards: [goods('x')] }, false))
      .thenTypes('PurchaseCompleted'),
  );
  it('is already so when every card is known', () =>
    given(order)(...paid(), requested(), completed('x'))
      .when(says({ cards: [goods('x')] }, false))
      .isAlreadySo());
  it('disputes a card that was sold twice in one answer, and counts it once', () =>
    given(order)(...paid({ quantity: 2 }), requested(2))
      .when(says({ cards: [goods('x'), goods('x')] }))
      .then(completed('x'), {
        type: 'PurchaseDisputed',
        data: { ...about, skuId: 'sku-1', problem: 'SAME_CARD_TWICE', cards: 1, amount: money(900, 'CNY'), cardIds: [] },
      }));
  it('disputes entries that are no cards, and cards that are missing', () => {
    const { decision } = given(order)(...paid({ quantity: 3 }), requested(3)).when(says({ cards: [goods('x')], malformed: 1 }));
    expect(decision).toMatchObject([
      { type: 'PurchaseCompleted' },
      { data: { problem: 'MALFORMED_CARD', cards: 1 } },
      { data: { problem: 'MISSING_CARD', cards: 1 } },
    ]);
  });
  it('takes a card above the cap of the terms and disputes the difference, and nothing at the cap', () => {
    const { when } = given(order)(...paid(), requested());
    expect(when(says({ cards: [goods('x')], unitCostMinor: 950 })).decision).toMatchObject([
      { type: 'PurchaseCompleted' },
      { data: { problem: 'OVER_PRICE', amount: money(30, 'CNY') } },
    ]);
    when(says({ cards: [goods('x')], unitCostMinor: 920 })).thenTypes('PurchaseCompleted');
  });
  it('takes a receipt for goods only where the buyer filled something in', () => {
    given(order)(...paid({ fields: sealedText }), requested())
      .when(says({ receipt: sealedText }))
      .thenTypes('PurchaseCompleted');
    given(order)(...paid(), requested())
      .when(says({ receipt: sealedText }))
      .thenTypes('PurchaseCompleted', 'PurchaseDisputed');
  });
  it('takes a receipt for a part for no answer: nobody can tell how much of it is still owed', () => {
    const { when } = given(order)(...paid({ quantity: 3, fields: sealedText }), requested(3));
    expect(when(says({ status: 'PARTIAL', receipt: sealedText })).decision).toEqual([
      { type: 'PurchaseTimedOut', data: { ...about, cause: 'PARTIAL_TOP_UP' } },
    ]);
  });
  it('shows a top-up that nobody wants any more to a person: it cannot become stock', () =>
    given(order)(...paid({ fields: sealedText }), requested(), refundOrdered({ cause: 'PERSON' }))
      .when(says({ receipt: sealedText }))
      .thenTypes('PurchaseCompleted', 'ReviewOpened'));
  it('ends it by a refusal, and says when the channel may be tried again', () =>
    given(order)(...paid(), requested())
      .when(answers({ kind: 'NOT_DONE', code: 'REFUSED_CONNECTION' }))
      .thenTypes('PurchaseRefused', 'RetryScheduled'));
  it('takes a refusal of a later sending for nothing: an earlier one is unknown', () =>
    given(order)(...paid(), requested(), timedOut)
      .when(answers({ kind: 'REFUSED', code: 'HTTP_422' }, false))
      .isAlreadySo());
  it('takes the performer’s refusal for nothing once others doubt it', () =>
    given(order)(...paid(), requested(), timedOut)
      .when(answers({ kind: 'NOT_DONE', code: 'TOO_LATE' }))
      .isAlreadySo());
  it('books "never heard of it" as a risk when it is final, and only then', () => {
    const { when } = given(order)(...paid(), requested(), timedOut);
    when(answers({ kind: 'NOT_FOUND', final: false }, false)).thenTypes('PurchaseChecked');
    when(answers({ kind: 'NOT_FOUND', final: true }, false)).then({
      type: 'PurchaseWrittenOff',
      data: { ...about, skuId: 'sku-1', costAtRisk: cap, cause: 'NEVER_SEEN' },
    });
  });
  it('takes a booked risk back when the channel refuses after all', () => {
    const { state } = given(order)(...paid(), requested(), writtenOff, refused);
    expect(state.purchases[0]).not.toHaveProperty('costAtRisk');
  });
});

describe('settleGoods', () => {
  const settle = (became: object): OrderCommand => ({ type: 'SettleGoods', reservation: 1, claimed: [], surplus: [], known: [], ...became });
  it('secures what was claimed and tells what went to the pool', () =>
    given(order)(...paid(), requested(), completed('x', 'y'))
      .when(settle({ claimed: ['x'], surplus: ['y'] }))
      .then(
        { type: 'CardsSecured', data: { skuId: 'sku-1', reservation: 1, cardIds: ['x'] } },
        { type: 'SurplusStocked', data: { ...about, skuId: 'sku-1', cardIds: ['y'], cost: money(900, 'CNY') } },
      ));
  it('disputes a code that was known: it is no goods, and the order still lacks a card', () => {
    const { when } = given(order)(...paid(), requested(), completed('x'));
    when(settle({ known: ['x'] })).thenTypes('PurchaseDisputed');
    const disputed: OrderEvent = { type: 'PurchaseDisputed', data: { ...about, skuId: 'sku-1', problem: 'KNOWN_CODE', cards: 1, cardIds: ['x'] } };
    const { state } = given(order)(...paid(), requested(), completed('x'), disputed);
    expect(state).toMatchObject({ arriving: [], held: [], purchases: [{ units: 0, disputed: 1 }] });
  });
  it('claims a known code back at the agreed price: what it was dearer is in dispute already', () => {
    const dear: OrderEvent = { type: 'PurchaseCompleted', data: { ...completed('x').data, unitCost: money(950, 'CNY') } } as OrderEvent;
    expect(given(order)(...paid(), requested(), dear).when(settle({ known: ['x'] })).decision).toMatchObject([{ data: { amount: cap } }]);
    expect(given(order)(...paid(), requested(), completed('x')).when(settle({ known: ['x'] })).decision).toMatchObject([
      { data: { amount: money(900, 'CNY') } },
    ]);
  });
  it('is already so for cards that were settled before', () =>
    given(order)(...paid())
      .when(settle({ claimed: ['x'] }))
      .isAlreadySo());
});

describe('resolveReview of a purchase', () => {
  it('is a person who gives it up: what it may have cost is booked', () =>
    given(order)(...paid(), requested(), timedOut, { type: 'ReviewOpened', data: { subject: `purchase:${P1}`, cause: 'CANNOT_BE_ASKED' } })
      .when({ type: 'ResolveReview', subject: `purchase:${P1}` })
      .thenTypes('PurchaseWrittenOff', 'ReviewResolved'));
  it('that has given its goods writes nothing off: a top-up that nobody wanted any more was sold all the same', () =>
    given(order)(...paid(), requested(), completed(), { type: 'ReviewOpened', data: { subject: `purchase:${P1}`, cause: 'TOP_UP_NOT_WANTED' } })
      .when({ type: 'ResolveReview', subject: `purchase:${P1}` })
      .thenTypes('ReviewResolved'));
});

describe('deliverManually', () => {
  const hands = (...cardIds: readonly string[]): OrderCommand => ({ type: 'DeliverManually', cards: cardIds.map(goods) });
  it('records what a person hands in', () =>
    given(order)(...paid())
      .when(hands('x'))
      .thenTypes('GoodsHandedIn'));
  it('is refused while a channel could still give the goods', () =>
    given(order)(...paid(), requested(), timedOut)
      .when(hands('x'))
      .rejects('PURCHASE_IN_DOUBT'));
  it('is refused for more than the order lacks', () =>
    given(order)(...paid())
      .when(hands('x', 'y'))
      .rejects('TOO_MANY_CARDS'));
  it('lets a receipt stand for everything that the cards do not fill', () => {
    const { decision } = given(order)(...paid({ quantity: 3 })).when({ type: 'DeliverManually', cards: [goods('x')], receipt: sealedText });
    expect(decision).toMatchObject([{ data: { receipt: { units: 2 } } }]);
  });
});

describe('a card that was bought', () => {
  const receive = (claim: boolean): CardCommand => ({
    type: 'ReceiveCard',
    skuId: 'sku-1',
    requestId: P1,
    sealed: sealedText,
    fingerprint: 'x',
    orderId: ORDER_ID,
    reservation: 1,
    claim,
  });
  const born = (claim: boolean): readonly CardEvent[] => given(card)().when(receive(claim)).decision as readonly CardEvent[];
  it('is born claimed, by one append', () => given(card)().when(receive(true)).thenTypes('CardStocked', 'CardClaimed'));
  it('is born available when nobody wants it, and its reservation is released with it', () =>
    given(card)().when(receive(false)).thenTypes('CardStocked', 'CardReleased'));
  it('that went to the pool is refused to an engine that still wants it', () =>
    given(card)(...born(false))
      .when(receive(true))
      .rejects('RESERVATION_RELEASED'));
  it('that was claimed is released by an engine that knows better', () =>
    given(card)(...born(true))
      .when(receive(false))
      .thenTypes('CardReleased'));
  it('is already so when it stands as wanted', () => {
    given(card)(...born(true))
      .when(receive(true))
      .isAlreadySo();
    given(card)(...born(false))
      .when(receive(false))
      .isAlreadySo();
  });
  it('is a duplicate when the code was known before', () =>
    given(card)({ type: 'CardStocked', data: { skuId: 'sku-1', batchId: 'b', sealed: sealedText, fingerprint: 'x' } })
      .when(receive(true))
      .rejects('DUPLICATE_CARD'));
});
