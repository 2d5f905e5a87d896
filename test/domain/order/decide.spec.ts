import { isRejection } from '../../../src/domain/kernel/rejection';
import { money } from '../../../src/domain/kernel/money';
import { order } from '../../../src/domain/order/decide';
import type { OrderCommand, PaymentAnswer, PaymentReport, RefundAnswer } from '../../../src/domain/order/commands';
import type { OrderEvent } from '../../../src/domain/order/events';
import { phaseOf, statusOf, type Phase } from '../../../src/domain/order/phase';
import {
  at,
  cancelRequested,
  cardReserved,
  cardsRevealed,
  cardsSecured,
  compensated,
  closeRequested,
  deliveredOrder,
  fold,
  frozen,
  given,
  grant,
  methodChanged,
  minutes,
  noticeReceived,
  openPage,
  orderCancelled,
  orderDelivered,
  orderExpired,
  orderFailed,
  orderOf,
  ORDER_ID,
  paidOrder,
  paymentClosed,
  paymentConfirmed,
  paymentDeclined,
  paymentMismatched,
  paymentRequested,
  paymentTimedOut,
  REF,
  REF_2,
  REFUND,
  refundChecked,
  refundOrdered,
  refundRefused,
  refundRequested,
  refundTimedOut,
  reviewOpened,
  routed,
  seconds,
  submitted,
  T0,
} from '../../support/given';

const givenOrder = given(order);
const report = (changes: Partial<PaymentReport> = {}): PaymentAnswer => ({
  kind: 'REPORTED',
  report: { status: 'PAID', merchantId: 'm1', amountMinor: 1_000, capturedMinor: 1_000, currency: 'CNY', ...changes },
});
const answered = (answer: PaymentAnswer, more: Partial<Extract<OrderCommand, { type: 'RecordPaymentAnswer' }>> = {}): OrderCommand => ({
  type: 'RecordPaymentAnswer',
  call: 'query',
  reference: REF,
  answer,
  first: false,
  at: T0 + seconds(20),
  nextCheckAt: T0 + minutes(1),
  ...more,
});
const open = report({ status: 'OPEN', capturedMinor: 0 });
const refundAnswer = (answer: RefundAnswer, more: Partial<Extract<OrderCommand, { type: 'RecordRefundAnswer' }>> = {}): OrderCommand => ({
  type: 'RecordRefundAnswer',
  refundReference: REFUND,
  answer,
  first: false,
  attempt: 1,
  nextCheckAt: T0 + minutes(1),
  ...more,
});
const requested: readonly OrderEvent[] = [submitted(), routed(), paymentRequested()];

describe('submit', () => {
  it('stores the order once', () => {
    givenOrder().when({ type: 'SubmitOrder', orderId: ORDER_ID, order: orderOf() }).thenTypes('OrderSubmitted');
    givenOrder(submitted()).when({ type: 'SubmitOrder', orderId: ORDER_ID, order: orderOf() }).rejects('ORDER_EXISTS');
  });
  it('comes before everything else', () => givenOrder().when({ type: 'RequestCancel' }).rejects('ORDER_NOT_FOUND'));
});

describe('cancel', () => {
  it('is stored once while nobody has paid', () => {
    givenOrder(...openPage())
      .when({ type: 'RequestCancel' })
      .thenTypes('CancelRequested');
    givenOrder(...openPage(), cancelRequested())
      .when({ type: 'RequestCancel' })
      .isAlreadySo();
    givenOrder(submitted(), orderCancelled()).when({ type: 'RequestCancel' }).isAlreadySo();
  });
  it('is refused once payment is confirmed', () =>
    givenOrder(...paidOrder())
      .when({ type: 'RequestCancel' })
      .rejects('CANNOT_CANCEL_PAID_ORDER'));
  it('is refused after another end', () => givenOrder(submitted(), orderExpired()).when({ type: 'RequestCancel' }).rejects('ILLEGAL_STATE'));
});

describe('a change of payment method', () => {
  const change = (canAsk = true): OrderCommand => ({
    type: 'ChangePaymentMethod',
    payment: { gatewayId: 'other', kind: 'REDIRECT' },
    gatewayCanCloseOrBeAsked: canAsk,
  });
  it('names the page that must be closed first', () =>
    givenOrder(...openPage())
      .when(change())
      .then(methodChanged()));
  it('is already so while it is under way', () =>
    givenOrder(...openPage(), methodChanged())
      .when(change())
      .isAlreadySo());
  it('is refused while a page is open that can neither be closed nor asked about', () =>
    givenOrder(...openPage())
      .when(change(false))
      .rejects('PAYMENT_PAGE_OPEN'));
  it('is dropped when the old page turns out to be paid', () =>
    givenOrder(...openPage(), methodChanged())
      .when(answered(report()))
      .thenTypes('PaymentConfirmed', 'PaymentMethodChangeDropped'));
});

describe('requesting a payment', () => {
  const request: OrderCommand = { type: 'RequestPayment', merchantId: 'm1', notifyUrl: 'u', ...grant() };
  it('is refused while another could take money', () => {
    givenOrder(...requested)
      .when(request)
      .rejects('ILLEGAL_STATE');
    givenOrder(...openPage())
      .when(request)
      .rejects('ILLEGAL_STATE');
    givenOrder(...openPage(), methodChanged(), closeRequested())
      .when(request)
      .rejects('ILLEGAL_STATE');
    givenOrder(...openPage(), paymentMismatched())
      .when(request)
      .rejects('ILLEGAL_STATE');
  });
  it('leaves a page behind that was left by a change of method, also on the attempt after the next', () => {
    givenOrder(...openPage(), methodChanged())
      .when(request)
      .thenTypes('PaymentRequested');
    givenOrder(...openPage(), methodChanged(), paymentRequested({ attempt: 2, reference: REF_2 }), paymentDeclined({ reference: REF_2 }))
      .when(request)
      .thenTypes('PaymentRequested');
  });
  it('is refused once a cancel was asked for', () => givenOrder(submitted(), cancelRequested()).when(request).rejects('ILLEGAL_STATE'));
});

describe('a notice', () => {
  const notice: OrderCommand = {
    type: 'RecordNotice',
    reference: REF,
    gatewayId: 'main',
    noticeId: 'n',
    claimedStatus: 'PAID',
    claimedCapturedMinor: 1_000,
  };
  it('ten times is one hint', () => {
    givenOrder(...openPage())
      .when(notice)
      .thenTypes('PaymentNoticeReceived');
    givenOrder(...openPage(), noticeReceived())
      .when(notice)
      .isAlreadySo();
  });
  it('credits nobody', () => expect(phaseOf(givenOrder(...openPage(), noticeReceived()).state)).toBe('AWAITING_BUYER'));
  it('about what a query has proven is already so', () =>
    givenOrder(...paidOrder())
      .when(notice)
      .isAlreadySo());
  it('of more money than is known is a question again', () =>
    givenOrder(...paidOrder())
      .when({ ...notice, claimedCapturedMinor: 2_000 })
      .thenTypes('PaymentNoticeReceived'));
  it('that claims more money than the one that waits is a hint of its own', () =>
    givenOrder(...openPage(), noticeReceived())
      .when({ ...notice, claimedCapturedMinor: 2_000 })
      .thenTypes('PaymentNoticeReceived'));
  it('is not answered by what was asked before it came: money may have moved in between', () => {
    const before = givenOrder(...paidOrder()).state.events;
    const noticed = givenOrder(...paidOrder(), noticeReceived({ claimedCapturedMinor: 2_000 }));
    noticed.when(answered(report(), { asOf: before })).isAlreadySo();
    noticed.when(answered(report(), { asOf: before + 1, noticeIsOld: true })).thenTypes('PaymentChecked');
    noticed.when(answered(report({ capturedMinor: 2_000 }), { asOf: before })).thenTypes('PaymentMismatched', 'OrderFrozen', 'ReviewOpened');
  });
  it.each([
    [1_000, false],
    [2_000, true],
  ])('that claims %i still waits when 1000 are confirmed: %s', (claimedCapturedMinor, waits) =>
    expect(givenOrder(...openPage(), noticeReceived({ claimedCapturedMinor }), paymentConfirmed()).state.payments[0]?.noticePending).toBe(waits),
  );
  it("about another gateway is not this order's", () =>
    givenOrder(...openPage())
      .when({ ...notice, gatewayId: 'x' })
      .rejects('PAYMENT_NOT_FOUND'));
  it.each([
    ['nothing more is captured', report()],
    ['it is still open', report({ status: 'OPEN', capturedMinor: 0 })],
    ['it was closed', report({ status: 'CLOSED', capturedMinor: 0 })],
    ['it was never heard of', { kind: 'NOT_FOUND', final: false } as const],
  ])('of more money than is known still waits when %s, until that cannot be an old answer', (_what, answer) => {
    const noticed = givenOrder(...paidOrder(), noticeReceived({ claimedCapturedMinor: 2_000 }));
    noticed.when(answered(answer)).isAlreadySo();
    noticed.when(answered(answer, { noticeIsOld: true })).thenTypes('PaymentChecked');
  });
  it('of money on a closed payment waits as well', () => {
    const noticed = givenOrder(...openPage(), paymentClosed(), noticeReceived());
    noticed.when(answered(report({ status: 'CLOSED', capturedMinor: 0 }))).isAlreadySo();
    noticed.when(answered(report({ status: 'CLOSED', capturedMinor: 0 }), { noticeIsOld: true })).thenTypes('PaymentChecked');
  });
  it('of no more money than is known is answered by whatever the gateway says', () =>
    givenOrder(...paidOrder(), noticeReceived())
      .when(answered(report({ status: 'OPEN', capturedMinor: 0 })))
      .thenTypes('PaymentChecked'));
  it('is answered by "never heard of it" too, also on a payment whose end is known', () =>
    givenOrder(...openPage(), paymentClosed(), noticeReceived())
      .when(answered({ kind: 'NOT_FOUND', final: false }, { noticeIsOld: true }))
      .thenTypes('PaymentChecked'));
});

describe('an answer about a payment', () => {
  it('PAID confirms when merchant, reference, currency and amount fit', () =>
    givenOrder(...openPage())
      .when(answered(report()))
      .thenTypes('PaymentConfirmed'));
  it.each([{ merchantId: 'x' }, { currency: 'USD' }, { amountMinor: 999 }, { capturedMinor: 999 }, { capturedMinor: 2_000 }])(
    'PAID that does not fit freezes: %j',
    (wrong) =>
      givenOrder(...openPage())
        .when(answered(report(wrong)))
        .thenTypes('PaymentMismatched', 'OrderFrozen', 'ReviewOpened'),
  );
  it('PAID after the end is late money and reopens', () =>
    givenOrder(...openPage(), paymentClosed(), orderExpired())
      .when(answered(report()))
      .thenTypes('LatePaymentReceived', 'OrderReopened'));
  it('PAID after a cancel goes back', () =>
    givenOrder(...openPage(), paymentClosed(), orderCancelled())
      .when(answered(report()))
      .thenTypes('LatePaymentReceived', 'OrderReopened', 'RefundOrdered'));
  it('PAID twice is a surplus', () =>
    givenOrder(...paidOrder(), paymentRequested({ attempt: 2, reference: REF_2 }))
      .when(answered(report(), { reference: REF_2 }))
      .thenTypes('SurplusPaymentConfirmed'));
  it('DECLINED, then PAID: the later queried fact counts', () =>
    givenOrder(...openPage(), paymentDeclined())
      .when(answered(report()))
      .thenTypes('PaymentConfirmed'));
  it('OPEN or DECLINED after PAID is stale, also as the answer to a close', () => {
    givenOrder(...paidOrder())
      .when(answered(open))
      .isAlreadySo();
    givenOrder(...paidOrder())
      .when(answered(report({ status: 'DECLINED' }), { call: 'close' }))
      .isAlreadySo();
  });
  it('OPEN opens the page that was in doubt and closes the review of the doubt', () => {
    givenOrder(...requested)
      .when(answered(open, { call: 'request', first: true }))
      .thenTypes('PaymentOpened');
    givenOrder(...requested, paymentTimedOut(), reviewOpened(`payment:${REF}`))
      .when(answered(open))
      .thenTypes('PaymentOpened', 'ReviewResolved');
  });
  it('OPEN to a close is no fact: the close is asked again', () =>
    givenOrder(...openPage(), closeRequested())
      .when(answered(open, { call: 'close' }))
      .isAlreadySo());
  it('that is no due stage writes no event', () => {
    givenOrder(...openPage())
      .when(answered(open, { at: T0 + seconds(15) - 1 }))
      .isAlreadySo();
    givenOrder(...openPage())
      .when(answered(open, { at: T0 + seconds(15) }))
      .thenTypes('PaymentChecked');
  });
  it('is news as the first one since the buyer cancelled', () =>
    givenOrder(...openPage(), at(seconds(2), cancelRequested()))
      .when(answered(open, { at: T0 + seconds(3) }))
      .thenTypes('PaymentChecked'));
  it('REFUSED or NOT_DONE of the first sending counts', () => {
    givenOrder(...requested)
      .when(answered({ kind: 'REFUSED', code: 'X' }, { call: 'request', first: true }))
      .thenTypes('PaymentDeclined');
    givenOrder(...requested)
      .when(answered({ kind: 'NOT_DONE', code: 'X', retryAt: T0 }, { call: 'request', first: true }))
      .thenTypes('PaymentClosed', 'RetryScheduled');
  });
  it('REFUSED or NOT_DONE proves nothing once others took the doubt over', () => {
    givenOrder(...requested, paymentTimedOut())
      .when(answered({ kind: 'REFUSED', code: 'X' }, { call: 'request', first: true }))
      .isAlreadySo();
    givenOrder(...requested, paymentTimedOut())
      .when(answered({ kind: 'NOT_DONE', code: 'X', retryAt: T0 }, { call: 'request', first: true }))
      .isAlreadySo();
  });
  it('NOT_FOUND is no "no" unless it is final', () => {
    givenOrder(...requested, paymentTimedOut())
      .when(answered({ kind: 'NOT_FOUND', final: false }))
      .thenTypes('PaymentChecked');
    givenOrder(...requested, paymentTimedOut())
      .when(answered({ kind: 'NOT_FOUND', final: true }))
      .then(paymentClosed({ proof: 'NEVER_SEEN' }));
  });
});

describe('a person', () => {
  it('vouches for money on a payment that nobody can ask about', () =>
    givenOrder(...openPage())
      .when({ type: 'ConfirmPayment', reference: REF, at: T0 })
      .thenTypes('PaymentConfirmed'));
  it('cannot vouch for no money, twice, or for money that went back', () => {
    givenOrder(...openPage())
      .when({ type: 'ConfirmPayment', reference: REF, capturedMinor: 0, at: T0 })
      .rejects('ILLEGAL_STATE');
    givenOrder(...paidOrder())
      .when({ type: 'ConfirmPayment', reference: REF, at: T0 })
      .rejects('PAYMENT_ALREADY_CONFIRMED');
    givenOrder(...paidOrder(), paymentMismatched({ captured: money(2_000, 'CNY') }))
      .when({ type: 'ConfirmPayment', reference: REF, at: T0 })
      .rejects('PAYMENT_ALREADY_CONFIRMED');
    givenOrder(...openPage(), paymentMismatched(), refundOrdered({ amount: money(400, 'CNY'), full: false }))
      .when({ type: 'ConfirmPayment', reference: REF, at: T0 })
      .rejects('ILLEGAL_STATE');
  });
  it('ends a payment that nobody can ask about by answering its review', () => {
    givenOrder(...openPage(), reviewOpened(`payment:${REF}`))
      .when({ type: 'ResolveReview', subject: `payment:${REF}` })
      .thenTypes('PaymentClosed', 'ReviewResolved');
    givenOrder(...openPage())
      .when({ type: 'ResolveReview', subject: `payment:${REF}` })
      .rejects('REVIEW_NOT_FOUND');
  });
  it('tries a paid order again, and that overrules the wish to cancel', () => {
    givenOrder(...paidOrder(), reviewOpened('deadline'))
      .when({ type: 'RetryOrder', at: T0 })
      .thenTypes('OrderReopened', 'ReviewResolved');
    givenOrder(submitted()).when({ type: 'RetryOrder', at: T0 }).rejects('NOT_PAID');
    const reopened: OrderEvent = { type: 'OrderReopened', data: { skuId: 'sku-1', cause: 'PERSON', deliverBy: new Date(T0).toISOString() } };
    expect(givenOrder(...openPage(), cancelRequested(), paymentConfirmed(), reopened).state.cancelRequestedAt).toBeUndefined();
  });
  it('freezes and thaws once', () => {
    givenOrder(submitted()).when({ type: 'FreezeOrder', cause: 'x' }).thenTypes('OrderFrozen');
    givenOrder(submitted(), frozen()).when({ type: 'FreezeOrder', cause: 'x' }).isAlreadySo();
    givenOrder(submitted()).when({ type: 'UnfreezeOrder' }).isAlreadySo();
  });
});

describe('refunds', () => {
  it('never exceed what is left', () => {
    givenOrder(...paidOrder())
      .when({ type: 'OrderRefund', amountMinor: 1_001 })
      .rejects('AMOUNT_TOO_LARGE');
    givenOrder(...paidOrder())
      .when({ type: 'OrderRefund', amountMinor: 400 })
      .thenTypes('RefundOrdered');
    givenOrder(submitted()).when({ type: 'OrderRefund' }).rejects('NOTHING_TO_REFUND');
  });
  it('go one at a time, so that none is left behind when another is refused', () => {
    const half = refundOrdered({ amount: money(500, 'CNY'), full: false });
    givenOrder(...paidOrder(), half)
      .when({ type: 'OrderRefund' })
      .rejects('REFUND_IN_PROGRESS');
    givenOrder(...paidOrder(), half)
      .when({ type: 'Compensate', reference: REF, cause: 'DEADLINE' })
      .rejects('REFUND_IN_PROGRESS');
  });
  it('of the whole withhold the delivered cards and take them in the append that compensates', () => {
    givenOrder(...deliveredOrder(), refundOrdered({ takesBack: ['card-a'] }))
      .when({ type: 'RevealCards', at: T0 })
      .rejects('REFUND_IN_PROGRESS');
    givenOrder(...deliveredOrder(), refundOrdered({ takesBack: ['card-a'] }), refundRequested())
      .when(refundAnswer({ kind: 'REFUNDED' }))
      .thenTypes('Compensated', 'CardsGivenUp');
    givenOrder(...deliveredOrder(), refundOrdered({ takesBack: ['card-a'] }), refundRefused())
      .when({ type: 'RevealCards', at: T0 })
      .thenTypes('CardsRevealed');
  });
  it('of a part that was delivered are no more than is still ours', () => {
    const split = submitted({ quantity: 2, amount: money(2_000, 'CNY'), terms: { partial: 'SPLIT' } });
    const events = [
      split,
      routed(),
      paymentRequested({ amount: money(2_000, 'CNY') }),
      paymentConfirmed({ captured: money(2_000, 'CNY') }),
      refundOrdered({ amount: money(1_800, 'CNY'), full: false }),
      compensated(false),
      cardReserved(),
      cardsSecured(),
    ];
    expect(givenOrder(...events).when({ type: 'DeliverPart' }).decision).toMatchObject([
      { type: 'OrderDelivered' },
      { type: 'RefundOrdered', data: { amount: { amountMinor: 200 } } },
    ]);
  });
  const twice = [
    ...paidOrder(),
    refundOrdered(),
    refundRequested(),
    refundTimedOut(),
    {
      type: 'RetryScheduled',
      data: { step: 'refund', reference: REFUND, attempt: 1, dueAt: new Date(T0).toISOString(), cause: 'NEVER_SEEN' },
    } as OrderEvent,
    refundRequested({ attempt: 2 }),
  ];
  it('are not judged by what an earlier sending was told', () => {
    for (const answer of [
      { kind: 'NOT_DONE', code: 'TOO_LATE', retryAt: T0 },
      { kind: 'REFUSED', code: 'X', definite: false },
      { kind: 'NOT_FOUND', final: true, retryAt: T0 },
    ] as const) {
      const first = answer.kind !== 'NOT_FOUND';
      givenOrder(...twice)
        .when(refundAnswer(answer, { first, attempt: 1 }))
        .thenTypes(...(answer.kind === 'NOT_FOUND' ? [] : []));
      expect((givenOrder(...twice).when(refundAnswer(answer, { first, attempt: 2 })).decision as readonly OrderEvent[]).length).toBeGreaterThan(0);
    }
  });
  it('that are pending for days write one event, not one per question', () =>
    givenOrder(...paidOrder(), refundOrdered(), refundRequested(), refundChecked('PENDING', 1))
      .when(refundAnswer({ kind: 'PENDING' }))
      .isAlreadySo());
});

describe('cards', () => {
  it('are reserved only for the need and while they are wanted', () => {
    givenOrder(...paidOrder())
      .when({ type: 'ReserveCards', cardIds: ['a'], by: 'e' })
      .thenTypes('CardReserved');
    givenOrder(...paidOrder())
      .when({ type: 'ReserveCards', cardIds: ['a', 'b'], by: 'e' })
      .rejects('ILLEGAL_STATE');
    givenOrder(...paidOrder(), cardReserved())
      .when({ type: 'ReserveCards', cardIds: ['a'], by: 'e' })
      .rejects('ILLEGAL_STATE');
    givenOrder(submitted(), cancelRequested())
      .when({ type: 'ReserveCards', cardIds: ['a'], by: 'e' })
      .rejects('ILLEGAL_STATE');
  });
  it('are not given up while they are wanted', () =>
    givenOrder(...paidOrder(), cardReserved(), cardsSecured())
      .when({ type: 'GiveUpUndelivered' })
      .rejects('ILLEGAL_STATE'));
  it('are not delivered while a reservation is open', () =>
    givenOrder(...paidOrder(), cardReserved())
      .when({ type: 'DeliverOrder' })
      .rejects('ILLEGAL_STATE'));
  it('get one more round, not two', () => {
    givenOrder(...paidOrder())
      .when({ type: 'ReissueOrder', at: T0 })
      .thenTypes('ReissueOrdered');
    givenOrder(...paidOrder(), { type: 'ReissueOrdered', data: { round: 1, deliverBy: new Date(T0).toISOString(), cause: 'DEADLINE' } })
      .when({ type: 'ReissueOrder', at: T0 })
      .rejects('ILLEGAL_STATE');
  });
  it('are one fact when looked at again within ten minutes', () => {
    givenOrder(...deliveredOrder(), cardsRevealed())
      .when({ type: 'RevealCards', at: T0 + minutes(10) - 1 })
      .isAlreadySo();
    givenOrder(...deliveredOrder(), cardsRevealed())
      .when({ type: 'RevealCards', at: T0 + minutes(10) })
      .thenTypes('CardsRevealed');
    const often = Array.from({ length: 200 }, () => cardsRevealed());
    givenOrder(...deliveredOrder(), ...often)
      .when({ type: 'RevealCards', at: T0 + minutes(60) })
      .isAlreadySo();
  });
  it('are not shown before delivery or while frozen', () => {
    givenOrder(...paidOrder())
      .when({ type: 'RevealCards', at: T0 })
      .rejects('NOT_DELIVERED');
    givenOrder(...deliveredOrder(), frozen())
      .when({ type: 'RevealCards', at: T0 })
      .rejects('ORDER_FROZEN');
  });
});

/** Commands of people and buyers that each time do something anew are repeats by their command id, which the stream knows. */
const REPEATED: readonly (readonly [readonly OrderEvent[], OrderCommand])[] = [
  [[], { type: 'SubmitOrder', orderId: ORDER_ID, order: orderOf() }],
  [openPage(), { type: 'RequestCancel' }],
  [openPage(), { type: 'ChangePaymentMethod', payment: { gatewayId: 'x', kind: 'REDIRECT' }, gatewayCanCloseOrBeAsked: true }],
  [deliveredOrder(), { type: 'RevealCards', at: T0 }],
  [openPage(), { type: 'RecordNotice', reference: REF, gatewayId: 'main', noticeId: 'n', claimedStatus: 'PAID', claimedCapturedMinor: 1 }],
  [paidOrder(), { type: 'OrderRefund' }],
  [openPage(), { type: 'ConfirmPayment', reference: REF, at: T0 }],
  [openPage(), { type: 'FreezeOrder', cause: 'x' }],
  [[submitted(), frozen()], { type: 'UnfreezeOrder' }],
  [[submitted(), reviewOpened('deadline')], { type: 'ResolveReview', subject: 'deadline' }],
  [[submitted()], { type: 'RouteOrder', lane: 'default', policyVersion: 'v', why: 'w' }],
  [[submitted()], { type: 'RequestPayment', merchantId: 'm', notifyUrl: 'u', ...grant() }],
  ...(
    [
      open,
      report(),
      report({ status: 'DECLINED' }),
      report({ status: 'CLOSED' }),
      { kind: 'NOT_FOUND', final: false },
      { kind: 'NOT_FOUND', final: true },
      { kind: 'UNKNOWN', cause: 'x' },
    ] as const
  ).flatMap((answer) =>
    (
      [
        [...requested, paymentTimedOut()],
        openPage(),
        [...openPage(), paymentDeclined()],
        paidOrder(),
        [...openPage(), cancelRequested()],
        [...openPage(), paymentClosed(), orderExpired()],
      ] as const
    ).flatMap((events) => [answered(answer), answered(answer, { call: 'close' })].map((command) => [events, command] as const)),
  ),
  [openPage(), { type: 'RequestClose', reference: REF, cause: 'EXPIRED', ...grant() }],
  [paidOrder(), { type: 'ReserveCards', cardIds: ['a'], by: 'e' }],
  [[...paidOrder(), cardReserved()], { type: 'SettleReservation', reservation: 1 }],
  [[...openPage(), cardReserved(), orderCancelled()], { type: 'GiveUpUndelivered' }],
  [[...paidOrder(), cardReserved(), cardsSecured()], { type: 'DeliverOrder' }],
  [paidOrder(), { type: 'ReissueOrder', at: T0 }],
  [paidOrder(), { type: 'Compensate', reference: REF, cause: 'DEADLINE' }],
  [[...paidOrder(), refundOrdered()], { type: 'RequestRefund', refundReference: REFUND, ...grant() }],
  ...(
    [
      { kind: 'REFUNDED' },
      { kind: 'PENDING' },
      { kind: 'REFUSED', code: 'x', definite: true },
      { kind: 'NOT_FOUND', final: false, retryAt: T0 },
      { kind: 'NOT_FOUND', final: true, retryAt: T0 },
      { kind: 'UNKNOWN', cause: 'x' },
    ] as const
  ).map((answer) => [[...paidOrder(), refundOrdered(), refundRequested()], refundAnswer(answer)] as const),
  [[submitted()], { type: 'CancelOrder', cause: 'REQUESTED' }],
  [[submitted()], { type: 'ExpireOrder' }],
  [[submitted()], { type: 'FailOrder', cause: 'x' }],
  [[submitted()], { type: 'OpenReview', subject: 'deadline', cause: 'x' }],
];

describe('a repeated command changes nothing', () => {
  it.each(REPEATED.map(([events, command], index) => [`${index} ${command.type}`, events, command] as const))('%s', (_name, events, command) => {
    const state = fold(order, ORDER_ID, events);
    const first = order.decide(command, state);
    const once = isRejection(first)
      ? state
      : first.reduce((folded, event) => order.evolve(folded, { ...event, occurredAt: new Date(T0 + seconds(20)).toISOString() }), state);
    const second = order.decide(command, once);
    expect(isRejection(second) ? [] : second).toEqual([]);
  });
});

describe('phases', () => {
  const phases: readonly (readonly [Phase, readonly (OrderEvent | ReturnType<typeof at<OrderEvent>>)[]])[] = [
    ['QUEUED', [submitted()]],
    ['OPENING_PAYMENT', requested],
    ['PAYMENT_IN_DOUBT', [...requested, paymentTimedOut()]],
    ['AWAITING_BUYER', openPage()],
    ['PAID_WAITING_CARD', paidOrder()],
    ['REFUNDING', [...paidOrder(), refundOrdered()]],
    ['REFUND_IN_DOUBT', [...paidOrder(), refundOrdered(), refundRequested(), refundTimedOut()]],
    ['DELIVERED', deliveredOrder()],
    ['PARTLY_DELIVERED', [...paidOrder(), cardReserved(), cardsSecured(), orderDelivered(['card-a'], true)]],
    ['DECLINED', [...openPage(), paymentDeclined(), orderFailed()]],
    ['CANCELLED', [submitted(), orderCancelled()]],
    ['REFUNDED', [...paidOrder(), refundOrdered(), refundRequested(), compensated()]],
    ['EXPIRED', [submitted(), orderExpired()]],
  ];
  it.each(phases)('%s', (phase, events) => expect(phaseOf(fold<OrderEvent, ReturnType<typeof order.initial>>(order, ORDER_ID, events))).toBe(phase));
  it('an end is not left by an engine command (I16)', () => {
    for (const [phase, events] of phases.filter(([p]) => statusOf(p) === 'FAILED' || statusOf(p) === 'EXPIRED' || statusOf(p) === 'COMPLETED')) {
      const state = fold<OrderEvent, ReturnType<typeof order.initial>>(order, ORDER_ID, events);
      const commands: readonly OrderCommand[] = [
        { type: 'CancelOrder', cause: 'REQUESTED' },
        { type: 'ExpireOrder' },
        { type: 'FailOrder', cause: 'x' },
        { type: 'DeliverOrder' },
        { type: 'DeliverPart' },
        { type: 'ReissueOrder', at: T0 },
        { type: 'RequestPayment', merchantId: 'm', notifyUrl: 'u', ...grant() },
        { type: 'ReserveCards', cardIds: ['z'], by: 'e' },
      ];
      for (const command of commands)
        expect([phase, command.type, order.decide(command, state)]).toMatchObject([phase, command.type, { rejected: true, code: 'ILLEGAL_STATE' }]);
    }
  });
});
