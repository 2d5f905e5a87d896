import { money } from '../../../src/domain/kernel/money';
import type { OrderEvent } from '../../../src/domain/order/events';
import { owedMoney } from '../../../src/domain/order/open-money';
import { planRows } from '../../../src/domain/order/plan';
import { defaultTiming } from '../../../src/domain/order/timing';
import {
  type At,
  at,
  cancelRequested,
  capturedAgain,
  cardReserved,
  cardsGivenUp,
  cardsSecured,
  charged,
  closeRequested,
  compensated,
  frozen,
  givenOrder,
  intent,
  methodChanged,
  minutes,
  noticeReceived,
  openPage,
  orderCancelled,
  orderDelivered,
  orderExpired,
  deliveredOrder,
  paidOrder,
  paymentChecked,
  paymentClosed,
  paymentConfirmed,
  paymentDeclined,
  paymentMismatched,
  paymentOpened,
  paymentRequested,
  paymentTimedOut,
  REF,
  REF_2,
  REFUND,
  refundOrdered,
  refundRefused,
  refundRequested,
  refundTimedOut,
  retryScheduled,
  reviewOpened,
  routed,
  seconds,
  submitted,
  submittedState,
  surplusConfirmed,
  T0,
  world,
} from '../../support/given';

const NO_CLOSE = { flags: { replay: false, lookup: true, cancel: false } };
const DUMB = { flags: { replay: false, lookup: false, cancel: false } };
const CLOSE_ONLY = { flags: { replay: false, lookup: false, cancel: true } };
const decides = (type: string, more: object = {}): object => ({ kind: 'decide', command: expect.objectContaining({ type, ...more }) });
const asks = (kind: string, more: object = {}): object => ({ kind: 'ask', call: expect.objectContaining({ kind, ...more }) });
const REFUND_2 = `${REFUND.slice(0, -1)}2`;
const price = (minor: number) => money(minor, 'CNY');
const inDoubt = [submitted(), routed(), paymentRequested(), at(seconds(5), paymentTimedOut())];

describe('row 1: a frozen order', () => {
  it('does nothing, whatever is due', () =>
    givenOrder(...paidOrder(), frozen())
      .at(minutes(60))
      .planIs('1 frozen', { kind: 'wait' }));
});

describe('row 2: an intent without outcome', () => {
  const requested = [submitted(), routed(), paymentRequested()];
  it('belongs to its performer until answerBy', () =>
    givenOrder(...requested)
      .at(seconds(8) - 1)
      .waits(seconds(8)));
  it('is doubted by whoever comes at answerBy', () =>
    givenOrder(...requested)
      .at(seconds(8))
      .planIs('3 payment in doubt', decides('RecordPaymentAnswer', { answer: { kind: 'UNKNOWN', cause: 'PERFORMER_SILENT' } })));
  it('is not doubted by an engine that has not known it that long', () =>
    givenOrder(...requested)
      .at(seconds(30), { seenForMs: () => 1_000 })
      .waits(seconds(37)));
});

describe('row 3: a payment in doubt', () => {
  it('is looked up while it is wanted', () =>
    givenOrder(...inDoubt)
      .at(seconds(6))
      .planIs('3 payment in doubt', asks('query-payment', { notFoundIsFinal: false })));
  it('is repeated under the same id when the gateway never heard of it and replays', () =>
    givenOrder(...inDoubt, paymentChecked({ status: 'NOT_FOUND' }))
      .at(seconds(6))
      .planIs('3 payment in doubt', asks('request-payment', { reference: REF, first: false })));
  it('is closed when it is no longer wanted', () =>
    givenOrder(...inDoubt, cancelRequested())
      .at(seconds(6))
      .planIs('3 payment in doubt', decides('RequestClose')));
  it('is never taken as not found where a close exists', () =>
    givenOrder(...inDoubt)
      .at(minutes(14))
      .planIs('3 payment in doubt', asks('query-payment', { notFoundIsFinal: false })));
  it('is not yet not found a millisecond before the adapter says so', () =>
    givenOrder(...inDoubt)
      .at(seconds(60) - 1, { gateway: NO_CLOSE })
      .planIs('3 payment in doubt', asks('query-payment', { notFoundIsFinal: false })));
  it('is not found for good when the adapter says so', () =>
    givenOrder(...inDoubt)
      .at(seconds(60), { gateway: NO_CLOSE })
      .planIs('3 payment in doubt', asks('query-payment', { notFoundIsFinal: true })));
  it('is asked again at the moment from which silence counts, though no check is due so soon', () =>
    givenOrder(...inDoubt)
      .at(seconds(20), { gateway: { ...NO_CLOSE, notFoundFinalAfterMs: 30_000 } })
      .planIs('3 payment in doubt', asks('query-payment', { notFoundIsFinal: false, nextCheckAt: T0 + seconds(30) })));
  it('is a matter for a person where nobody can tell', () =>
    givenOrder(...inDoubt)
      .at(seconds(6), { gateway: DUMB })
      .planIs('3 payment in doubt', decides('OpenReview', { subject: `payment:${REF}` })));
  it('is shown to a person when it is old', () =>
    givenOrder(...inDoubt)
      .at(minutes(45))
      .planIs('3 payment in doubt', decides('OpenReview', { cause: 'IN_DOUBT' })));
  it('is still asked about afterwards', () =>
    givenOrder(...inDoubt, reviewOpened(`payment:${REF}`))
      .at(minutes(46), { gateway: NO_CLOSE })
      .planIs('3 payment in doubt', asks('query-payment')));
});

describe('row 3: a close in doubt', () => {
  const closing = [...openPage(), at(minutes(16), closeRequested(intent(minutes(16))))];
  it('waits for its performer', () =>
    givenOrder(...closing)
      .at(minutes(16) + seconds(8) - 1)
      .waits(minutes(16) + seconds(8)));
  it('is repeated', () =>
    givenOrder(...closing)
      .at(minutes(16) + seconds(8))
      .planIs('3 close in doubt', asks('close-payment', { first: false })));
  it('is asked about first when a notice says something', () =>
    givenOrder(...closing, noticeReceived())
      .at(minutes(17))
      .planIs('3 close in doubt', asks('query-payment')));
});

describe('row 3: a refund in doubt', () => {
  const doubted = [...paidOrder(), refundOrdered(), refundRequested(), at(seconds(5), refundTimedOut())];
  it('comes before a close and a payment in doubt', () =>
    givenOrder(...doubted, paymentRequested({ reference: REF_2, attempt: 2 }))
      .at(minutes(1))
      .planIs('3 refund in doubt', asks('query-refund', { refundReference: REFUND })));
  it('is never not found for good where it is simply repeated', () =>
    givenOrder(...doubted)
      .at(minutes(10))
      .planIs('3 refund in doubt', asks('query-refund', { notFoundIsFinal: false })));
  it('is doubted before it is asked about', () =>
    givenOrder(...paidOrder(), refundOrdered(), refundRequested())
      .at(seconds(8))
      .planIs('3 refund in doubt', decides('RecordRefundAnswer')));
});

describe('row 4: cards between two streams', () => {
  it('are claimed when reserved', () =>
    givenOrder(...paidOrder(), cardReserved())
      .at(seconds(1))
      .planIs('4 settle cards', asks('claim-cards', { reservation: 1 })));
  it('are given up when the order ended without them', () =>
    givenOrder(...openPage(), cardReserved(), cardsSecured(), orderCancelled())
      .at(1)
      .planIs('4 settle cards', decides('GiveUpUndelivered')));
  it('are released when given up, before any refund is sent', () =>
    givenOrder(...paidOrder(), cardReserved(), refundOrdered(), cardsGivenUp())
      .at(1)
      .planIs('4 settle cards', asks('release-cards')));
});

describe('row 5: a second confirmed payment', () => {
  const two = [...paidOrder(), paymentRequested({ reference: REF_2, attempt: 2 }), surplusConfirmed()];
  it('goes back first of all', () =>
    givenOrder(...two)
      .at(1)
      .planIs('5 surplus', decides('Compensate', { reference: REF_2, cause: 'SURPLUS' })));
  it('goes back from an order that has ended too', () =>
    givenOrder(...two, cardReserved(), cardsSecured(), orderDelivered())
      .at(1)
      .planIs('5 surplus', decides('Compensate')));
});

describe('row 6: an ordered refund', () => {
  it('is sent', () =>
    givenOrder(...paidOrder(), refundOrdered())
      .at(1)
      .planIs('6 refund', decides('RequestRefund', { refundReference: REFUND })));
  it('waits while a payment that could still take money is in doubt', () =>
    givenOrder(...paidOrder(), refundOrdered(), paymentRequested({ reference: REF_2, attempt: 2 }))
      .at(1)
      .planIs('15 wait', { kind: 'wait' }));
  it('is not sent before its retry is due', () =>
    givenOrder(...paidOrder(), refundOrdered(), refundRequested(), retryScheduled({ step: 'refund', reference: REFUND }))
      .at(seconds(2) - 1)
      .waits(seconds(2)));
  it('is sent again when its retry is due', () =>
    givenOrder(...paidOrder(), refundOrdered(), refundRequested(), retryScheduled({ step: 'refund', reference: REFUND }))
      .at(seconds(2))
      .planIs('6 refund', decides('RequestRefund')));
  const fifth = [...paidOrder(), refundOrdered(), refundRequested({ attempt: 5 }), retryScheduled({ step: 'refund', reference: REFUND })];
  it('is shown to a person after the fifth sending, not after the fourth', () => {
    givenOrder(...paidOrder(), refundOrdered(), refundRequested({ attempt: 4 }), retryScheduled({ step: 'refund', reference: REFUND }))
      .at(seconds(2))
      .planIs('6 refund', decides('RequestRefund'));
    givenOrder(...fifth)
      .at(seconds(2))
      .planIs('6 refund', decides('OpenReview', { subject: `refund:${REFUND}` }));
  });
  const inVain = (attempt: number, cause: string) => [
    refundRequested({ attempt }),
    retryScheduled({ step: 'refund', reference: REFUND, attempt, cause }),
  ];
  const late = (...attempts: readonly number[]) => attempts.flatMap((attempt) => inVain(attempt, 'TOO_LATE'));
  const sent = (...attempts: readonly number[]) => attempts.flatMap((attempt) => inVain(attempt, 'HTTP_429'));
  it('is not used up by what our own engine came too late to send', () => {
    givenOrder(...paidOrder(), refundOrdered(), ...late(1, 2, 3, 4, 5, 6))
      .at(minutes(29))
      .planIs('6 refund', decides('RequestRefund'));
    givenOrder(...paidOrder(), refundOrdered(), ...sent(1, 2), ...late(3), ...sent(4, 5))
      .at(minutes(29))
      .planIs('6 refund', decides('RequestRefund'));
    givenOrder(...paidOrder(), refundOrdered(), ...sent(1, 2), ...late(3), ...sent(4, 5, 6))
      .at(minutes(29))
      .planIs('6 refund', decides('OpenReview', { subject: `refund:${REFUND}`, cause: 'GATEWAY_UNAVAILABLE' }));
  });
  it('is shown to a person when it has not left this shop for half an hour, and tried every half hour from then on', () => {
    const owed = [...paidOrder(), refundOrdered(), ...late(1, 2, 3, 4, 5, 6, 7)];
    const shown = [...owed, at(minutes(30), reviewOpened(`refund:${REFUND}`))];
    const again = [...shown, ...late(8).map((event) => at(minutes(31), event))];
    givenOrder(...owed)
      .at(minutes(30))
      .planIs('6 refund', decides('OpenReview', { subject: `refund:${REFUND}`, cause: 'NO_PROGRESS' }));
    givenOrder(...shown)
      .at(minutes(30))
      .planIs('6 refund', decides('RequestRefund'));
    givenOrder(...again)
      .at(minutes(61) - 1)
      .waits(minutes(61));
    givenOrder(...again)
      .at(minutes(61))
      .planIs('6 refund', decides('RequestRefund'));
  });
  it('is not shown before the fifth time, however old it is', () =>
    givenOrder(...paidOrder(), refundOrdered(), ...late(1, 2, 3, 4))
      .at(minutes(600))
      .planIs('6 refund', decides('RequestRefund')));
  it('is still tried afterwards, each time after twice as long', () => {
    givenOrder(...fifth, reviewOpened(`refund:${REFUND}`))
      .at(minutes(29))
      .planIs('15 wait', { kind: 'wait' });
    givenOrder(...fifth, reviewOpened(`refund:${REFUND}`))
      .at(minutes(30))
      .planIs('6 refund', decides('RequestRefund'));
  });
});

describe('row 7: a cancel', () => {
  it('closes what is open', () =>
    givenOrder(...openPage(), cancelRequested())
      .at(1)
      .planIs('7 cancel', decides('RequestClose', { cause: 'CANCELLED' })));
  it('cancels once it is closed', () =>
    givenOrder(...openPage(), cancelRequested(), paymentClosed())
      .at(1)
      .planIs('7 cancel', decides('CancelOrder', { cause: 'REQUESTED' })));
  it('cancels at once when no payment is open', () => givenOrder(submitted(), cancelRequested()).at(1).planIs('7 cancel', decides('CancelOrder')));
  it('asks a gateway that cannot close', () =>
    givenOrder(...openPage(), cancelRequested())
      .at(1, { gateway: NO_CLOSE })
      .planIs('7 cancel', asks('query-payment')));
  it('cancels when that gateway says "not paid"', () =>
    givenOrder(...openPage(), at(1, cancelRequested()), at(2, paymentChecked()))
      .at(3, { gateway: NO_CLOSE })
      .planIs('7 cancel', decides('CancelOrder')));
  it('is a matter for a person where the gateway can neither be asked nor told', () =>
    givenOrder(...openPage(), cancelRequested())
      .at(1, { gateway: DUMB })
      .planIs('7 cancel', decides('OpenReview', { cause: 'CANNOT_BE_ASKED' })));
  it('returns the money that shows', () =>
    givenOrder(...openPage(), cancelRequested(), paymentConfirmed())
      .at(1)
      .planIs('7 cancel', decides('Compensate', { cause: 'CANCELLED' })));
  it('is a matter for a person when the gateway refuses to return it', () =>
    givenOrder(...openPage(), cancelRequested(), paymentConfirmed(), refundOrdered({ cause: 'CANCELLED' }), refundRefused())
      .at(1)
      .planIs('7 cancel', decides('OpenReview', { cause: 'REFUND_REFUSED' })));
});

describe('row 8: delivery', () => {
  const secured = [...paidOrder(), cardReserved(), cardsSecured()];
  it('follows when every card is secured', () =>
    givenOrder(...secured)
      .at(1)
      .planIs('8 deliver', decides('DeliverOrder')));
  it('comes even after the deadline', () =>
    givenOrder(...secured)
      .at(minutes(60))
      .planIs('8 deliver', decides('DeliverOrder')));
  it('does not follow while the whole is being refunded', () =>
    givenOrder(...secured, refundOrdered())
      .at(1)
      .planIs('4 settle cards', decides('GiveUpUndelivered')));
});

describe('row 9: the deadline', () => {
  const none = { cards: [] };
  it('is not there a millisecond before', () =>
    givenOrder(...paidOrder())
      .at(minutes(30) - 1, none)
      .waits(minutes(30)));
  it('orders the money back', () =>
    givenOrder(...paidOrder())
      .at(minutes(30), none)
      .planIs('9 deadline', decides('Compensate', { cause: 'DEADLINE' })));
  it('fills from the pool what can be filled now', () =>
    givenOrder(...paidOrder())
      .at(minutes(30))
      .planIs('9 deadline', decides('ReserveCards')));
  it('does not count while the clock is in doubt', () =>
    givenOrder(...paidOrder())
      .at(minutes(30), { ...none, hasCome: () => false })
      .waits(minutes(30) + seconds(10)));
  it('delivers a part where the terms split, and refunds the rest', () =>
    givenOrder(...paidOrder({ quantity: 2, terms: { partial: 'SPLIT' } }), cardReserved(), cardsSecured())
      .at(minutes(30), none)
      .planIs('9 deadline', decides('DeliverPart')));
  it('starts one more round where the terms say REISSUE', () =>
    givenOrder(...paidOrder({ terms: { compensation: 'REISSUE' } }))
      .at(minutes(30), none)
      .planIs('9 deadline', decides('ReissueOrder')));
  it('is a matter for a person where the terms say REVIEW', () =>
    givenOrder(...paidOrder({ terms: { compensation: 'REVIEW' } }))
      .at(minutes(30), none)
      .planIs('9 deadline', decides('OpenReview', { subject: 'deadline' })));
  it('is a matter for a person when the gateway refused the refund', () =>
    givenOrder(...paidOrder(), refundOrdered(), refundRefused())
      .at(minutes(30), none)
      .planIs('9 deadline', decides('OpenReview', { subject: 'deadline', cause: 'REFUND_REFUSED' })));
});

describe('row 10: cards for a paid order', () => {
  it('come from the pool when it fills the whole need', () =>
    givenOrder(...paidOrder())
      .at(1)
      .planIs('10 source', decides('ReserveCards', { cardIds: ['card-a'] })));
  it('are waited for when it does not', () =>
    givenOrder(...paidOrder({ quantity: 5 }))
      .at(1)
      .planIs('15 wait', { waitsFor: ['stock:sku-1'] }));
  it('are not looked for while a person decides about the deadline', () =>
    givenOrder(...paidOrder(), reviewOpened('deadline'))
      .at(minutes(31))
      .planIs('15 wait', { kind: 'wait' }));
});

describe('row 11: an order that came when others were before it', () => {
  const later = submitted({ admission: 'LATER', enterAt: new Date(T0 + seconds(40)).toISOString() });
  it('waits for its time and takes no money and no card before', () => {
    givenOrder(later)
      .at(0)
      .planIs('11 line', { kind: 'wait', waitUntil: T0 + seconds(40) });
    givenOrder(later).at(seconds(39)).planIs('11 line', { kind: 'wait' });
    givenOrder(later)
      .at(seconds(40))
      .planIs('11 route', decides('RouteOrder', { lane: 'default' }));
  });
  it('has all of its time to pay from then on', () => {
    const entered = givenOrder(later, at(seconds(40), routed()));
    expect(entered.state.payBy).toBe(T0 + seconds(40) + minutes(15));
    entered.at(minutes(15)).planIs('14 pay', decides('RequestPayment'));
  });
  it('may be cancelled while it waits', () =>
    givenOrder(later, at(seconds(1), cancelRequested()))
      .at(seconds(1))
      .planIs('7 cancel', decides('CancelOrder', { cause: 'REQUESTED' })));
});

describe('rows 11 and 12: before any money', () => {
  it('an order is routed first', () =>
    givenOrder(submitted())
      .at(0)
      .planIs('11 route', decides('RouteOrder', { lane: 'default' })));
  const early = submitted({ terms: { reserve: 'AT_SUBMIT' } });
  it('cards are reserved where the terms say so', () => givenOrder(early, routed()).at(0).planIs('12 reserve at submit', decides('ReserveCards')));
  it('it is cancelled as out of stock when there are none', () =>
    givenOrder(early, routed())
      .at(0, { cards: [] })
      .planIs('12 reserve at submit', decides('CancelOrder', { cause: 'OUT_OF_STOCK' })));
  it('it is not cancelled while the stock is being counted', () =>
    givenOrder(early, routed()).at(0, { cards: 'LOADING' }).planIs('15 wait', { kind: 'wait' }));
});

describe('row 13: watching', () => {
  it('asks about a notice', () =>
    givenOrder(...openPage(), noticeReceived())
      .at(1)
      .planIs('13 watch', asks('query-payment')));
  it('takes "no such money" for an answer only so long after the notice', () => {
    const noticed = givenOrder(...deliveredOrder(), at(seconds(20), noticeReceived({ claimedCapturedMinor: 2_000 })));
    noticed.at(seconds(21)).planIs('13 watch', asks('query-payment', { notFoundIsFinal: false }));
    noticed.at(minutes(3)).planIs('13 watch', asks('query-payment', { notFoundIsFinal: false, noticeIsOld: true }));
  });
  it('closes after a notice where the gateway can only be told', () =>
    givenOrder(...openPage(), noticeReceived())
      .at(1, { gateway: CLOSE_ONLY })
      .planIs('13 watch', decides('RequestClose')));
  it('calls a person after a notice where it can neither be asked nor told', () =>
    givenOrder(...openPage(), noticeReceived())
      .at(1, { gateway: DUMB })
      .planIs('13 watch', decides('OpenReview')));
  it('asks when a check is due and not a millisecond before', () => {
    givenOrder(...openPage())
      .at(seconds(15) - 1)
      .waits(seconds(15));
    givenOrder(...openPage())
      .at(seconds(15))
      .planIs('13 watch', asks('query-payment'));
  });
  it('asks once more when pay-within has passed', () =>
    givenOrder(...openPage())
      .at(minutes(15))
      .planIs('13 watch', asks('query-payment')));
  it('closes then', () =>
    givenOrder(...openPage(), at(minutes(15), paymentChecked()))
      .at(minutes(15))
      .planIs('13 watch', decides('RequestClose', { cause: 'EXPIRED' })));
  it('closes nothing for a clock that is in doubt', () =>
    givenOrder(...openPage(), paymentChecked({ nextCheckAt: new Date(T0 + minutes(20)).toISOString() }))
      .at(minutes(15), { hasCome: () => false })
      .waits(minutes(15) + seconds(10)));
  it('expires when nothing is open', () =>
    givenOrder(...openPage(), paymentClosed())
      .at(minutes(15))
      .planIs('13 expire', decides('ExpireOrder')));
  it('expires with after-care where the gateway cannot close', () =>
    givenOrder(...openPage(), at(minutes(15), paymentChecked()))
      .at(minutes(15), { gateway: NO_CLOSE })
      .planIs('13 expire', decides('ExpireOrder')));
  it('does not expire an order whose charge is still under way', () =>
    givenOrder(charged(), routed(), paymentRequested({ kind: 'CHARGE' }), paymentOpened(), at(minutes(15), paymentChecked()))
      .at(minutes(15), { gateway: NO_CLOSE })
      .planIs('13 watch', decides('OpenReview')));
  it('asks in after-care 5 minutes, 1 hour and 24 hours after pay-within, and then no more', () => {
    const expired = [...openPage(), at(minutes(15), orderExpired())];
    const next = (afterMs: number) => givenOrder(...expired, at(afterMs, paymentChecked({ nextCheckAt: new Date(T0 + minutes(20)).toISOString() })));
    next(minutes(15))
      .at(minutes(20) - 1, { gateway: NO_CLOSE })
      .waits(minutes(20));
    next(minutes(15))
      .at(minutes(20), { gateway: NO_CLOSE })
      .planIs('13 watch', asks('query-payment', { nextCheckAt: T0 + minutes(75) }));
    next(minutes(15))
      .at(minutes(75), { gateway: NO_CLOSE })
      .planIs('13 watch', asks('query-payment', { nextCheckAt: T0 + minutes(15 + 24 * 60) }));
    givenOrder(...expired, at(minutes(15 + 24 * 60), paymentChecked()))
      .at(minutes(15 + 24 * 60), { gateway: NO_CLOSE })
      .planIs('15 wait', { kind: 'wait' });
  });
  it('shows money that does not fit to a person as long as it is not put right', () =>
    givenOrder(...openPage(), paymentMismatched())
      .at(1)
      .planIs('13 watch', decides('OpenReview', { cause: 'PAYMENT_MISMATCHED' })));
  it('shows what a partly delivered order was paid too much until no more is left than the price of that part', () => {
    const back = (refund: number, cause: 'PARTIAL' | 'PERSON', amount = money(1_000, 'CNY')): readonly OrderEvent[] => {
      const refundReference = `${REF.slice(0, -2)}.r${refund}`;
      const done = {
        type: 'Compensated',
        data: { method: 'REFUND', skuId: 'sku-1', refundReference, gatewayId: 'main', amount, cause, full: false },
      } as const;
      return [refundOrdered({ refund, refundReference, amount, cause, full: false }), done];
    };
    const twice = [
      ...openPage({ quantity: 2, terms: { partial: 'SPLIT' } }),
      paymentConfirmed({ captured: money(2_000, 'CNY') }),
      ...[cardReserved(), cardsSecured(), orderDelivered(['card-a'], true), ...back(1, 'PARTIAL')],
      ...[paymentMismatched({ expected: '2000', reported: '4000', captured: money(4_000, 'CNY') }), ...back(2, 'PERSON')],
    ];
    expect(owedMoney(submittedState(...twice))).toMatchObject([{ why: 'MISMATCHED', amount: money(1_000, 'CNY') }]);
    givenOrder(...twice)
      .at(1)
      .planIs('13 watch', decides('OpenReview', { cause: 'PAYMENT_MISMATCHED' }));
    expect(owedMoney(submittedState(...twice, ...back(3, 'PERSON')))).toEqual([]);
    givenOrder(...twice, ...back(3, 'PERSON'))
      .at(1)
      .planIs('15 wait', { kind: 'wait' });
  });

  describe('what a person gave of the price is a gift:', () => {
    const back = (refund: number, amountMinor: number, changes: Parameters<typeof refundOrdered>[0] = {}): readonly OrderEvent[] => {
      const about = { refundReference: `${REF.slice(0, -2)}.r${refund}`, amount: money(amountMinor, 'CNY'), cause: 'PERSON', full: false } as const;
      const { takesBack = [], ...data } = changes;
      const taken = takesBack.length === 0 ? [] : [cardsGivenUp(takesBack)];
      return [
        refundOrdered({ refund, ...about, takesBack, ...data }),
        { type: 'Compensated', data: { method: 'REFUND', skuId: 'sku-1', gatewayId: 'main', ...about } },
        ...taken,
      ];
    };
    const paidAgain = (capturedMinor = 2_000): OrderEvent => paymentMismatched({ captured: money(capturedMinor, 'CNY') });
    const owed = (...events: readonly OrderEvent[]): readonly number[] =>
      owedMoney(submittedState(...events)).map(({ amount: { amountMinor } }) => amountMinor);

    it('what is paid again on the same page goes back whole, whether the gift came before the goods or after them', () => {
      expect(owed(...deliveredOrder(), ...back(1, 300), paidAgain())).toEqual([1_000]);
      expect(owed(...paidOrder(), ...back(1, 300), paidAgain())).toEqual([1_000]);
    });
    it('it is shown to a person until all of that is back, to the cent', () => {
      const left = (minor: number) => givenOrder(...deliveredOrder(), ...back(1, 300), paidAgain(), ...back(2, minor)).at(1);
      left(999).planIs('13 watch', decides('OpenReview', { cause: 'PAYMENT_MISMATCHED' }));
      left(1_000).planIs('15 wait', { kind: 'wait' });
    });
    it('what is given back once too much is there settles that first, and is given only beyond it', () => {
      const given = [...deliveredOrder(), paidAgain(), ...back(1, 400)];
      expect(owed(...given)).toEqual([600]);
      expect(owed(...given, ...back(2, 900))).toEqual([]);
      expect(owed(...given, ...back(2, 900), paidAgain(3_000))).toEqual([1_000]);
    });
    it('what is named for a card is its price, also while too much is there', () => {
      const two = [
        ...openPage({ quantity: 2 }),
        paymentConfirmed({ captured: money(2_000, 'CNY') }),
        orderDelivered(['card-a', 'card-b']),
        paidAgain(4_000),
      ];
      expect(owed(...two, ...back(1, 1_000, { takesBack: ['card-a'] }))).toEqual([2_000]);
    });
    it('a gift that the gateway refused was none', () => {
      const refused = [refundOrdered({ amount: money(300, 'CNY'), cause: 'PERSON', full: false }), refundRefused()];
      expect(owed(...deliveredOrder(), ...refused, paidAgain())).toEqual([1_000]);
      expect(owed(...deliveredOrder(), ...refused, paidAgain(), ...back(2, 1_000))).toEqual([]);
    });
    it('what was to put it right and was refused leaves it owed', () => {
      const refused = [refundOrdered({ amount: price(1_000), cause: 'PERSON', full: false }), refundRefused()];
      expect(owed(...deliveredOrder(), paidAgain(), ...refused)).toEqual([1_000]);
    });
    it('a part that was not delivered is owed also when its refund was refused, and what was given before stays given', () => {
      const part = [
        ...openPage({ quantity: 2, terms: { partial: 'SPLIT' } }),
        paymentConfirmed({ captured: money(2_000, 'CNY') }),
        ...back(1, 300),
        ...[cardReserved(), cardsSecured(), orderDelivered(['card-a'], true)],
        refundOrdered({ refund: 2, refundReference: REFUND_2, amount: price(1_000), cause: 'PARTIAL', full: false }),
      ];
      const refused: OrderEvent = { type: 'RefundRefused', data: { refundReference: REFUND_2, gatewayId: 'main', cause: 'NO' } };
      expect(owed(...part, refused)).toEqual([1_000]);
      expect(owed(...part, refused, paidAgain(4_000), ...back(3, 3_000))).toEqual([]);
      expect(owed(...part, refused, paidAgain(4_000), ...back(3, 2_900))).toEqual([100]);
    });
    it('money that a person found on a statement is no gift either, and not returned twice', () => {
      const found = [...deliveredOrder(), capturedAgain()];
      expect(owed(...deliveredOrder(), ...back(1, 300), capturedAgain())).toEqual([1_000]);
      expect(owed(...found, ...back(1, 1_000))).toEqual([]);
      expect(owed(...found, ...back(1, 400))).toEqual([600]);
    });
  });
});

describe('row 14: the next payment', () => {
  it('is requested', () =>
    givenOrder(submitted(), routed())
      .at(0)
      .planIs('14 pay', { ...decides('RequestPayment'), call: expect.objectContaining({ kind: 'request-payment', first: true, reference: REF }) }));
  it('is refused as out of stock when nothing can be promised', () =>
    givenOrder(submitted(), routed())
      .at(0, { cards: [] })
      .planIs('14 pay', decides('CancelOrder', { cause: 'OUT_OF_STOCK' })));
  it('waits for a channel that does not answer, for it may not be sold out; but not for longer than a retry may wait', () => {
    const source = { kind: 'CHANNEL', channelId: 'up', product: 'P', maxUnitCost: money(900, 'CNY') } as const;
    const unpaid = givenOrder(submitted({ terms: { sources: [{ kind: 'POOL' }, source] } }), routed());
    const silent = { cards: [], offer: { kind: 'AWAY' } as const };
    expect(unpaid.at(0, silent).planned).toMatchObject({ row: '15 wait', step: { waitsFor: ['channel:up'] } });
    unpaid.at(defaultTiming.retryCapMs - 1, silent).waits(defaultTiming.retryCapMs);
    unpaid.at(defaultTiming.retryCapMs, silent).planIs('14 pay', decides('CancelOrder', { cause: 'OUT_OF_STOCK' }));
    unpaid.at(0, { ...silent, channel: { paused: true } }).planIs('14 pay', decides('CancelOrder', { cause: 'OUT_OF_STOCK' }));
    const soldOut = { kind: 'SOME', available: 0, unitCost: money(900, 'CNY') } as const;
    unpaid.at(0, { ...silent, offer: soldOut }).planIs('14 pay', decides('CancelOrder', { cause: 'OUT_OF_STOCK' }));
  });
  it('is requested all the same where the SKU oversells', () =>
    givenOrder(submitted({ terms: { oversell: true } }), routed())
      .at(0, { cards: [] })
      .planIs('14 pay', decides('RequestPayment')));
  it('waits for a paused gateway', () =>
    givenOrder(submitted(), routed())
      .at(0, { gateway: { paused: true } })
      .planIs('15 wait', { waitsFor: ['gateway:main'] }));
  it('follows a declined page, once that is closed', () =>
    givenOrder(...openPage(), paymentDeclined())
      .at(1)
      .planIs('13 watch', decides('RequestClose', { cause: 'DECLINED' })));
  it('does not follow a declined charge: the order fails', () =>
    givenOrder(charged(), routed(), paymentRequested({ kind: 'CHARGE' }), paymentDeclined())
      .at(1)
      .planIs('14 pay', decides('FailOrder', { cause: 'NO_FUNDS' })));
  it('waits until its retry is due', () =>
    givenOrder(submitted(), routed(), paymentRequested(), paymentClosed({ proof: 'NOT_DONE' }), retryScheduled())
      .at(seconds(2) - 1)
      .waits(seconds(2)));
  it('is allowed four times after the first, not five', () => {
    const attempts = (count: number) =>
      [1, 2, 3, 4, 5]
        .slice(0, count)
        .flatMap((attempt) => [paymentRequested({ attempt, reference: `r${attempt}` }), paymentClosed({ reference: `r${attempt}` })]);
    givenOrder(submitted(), routed(), ...attempts(4))
      .at(1)
      .planIs('14 pay', decides('RequestPayment'));
    givenOrder(submitted(), routed(), ...attempts(5))
      .at(1)
      .planIs('14 pay', decides('FailOrder'));
  });
  it('does not count what our own engine came too late to send', () => {
    const late = [1, 2, 3, 4, 5].flatMap((attempt) => [
      paymentRequested({ attempt, reference: `r${attempt}` }),
      paymentClosed({ reference: `r${attempt}`, proof: 'NOT_DONE' }),
      retryScheduled({ reference: `r${attempt}`, attempt, cause: 'TOO_LATE' }),
    ]);
    givenOrder(submitted(), routed(), ...late)
      .at(minutes(1))
      .planIs('14 pay', decides('RequestPayment'));
  });
  it('follows a change of method once the old page is closed', () => {
    givenOrder(...openPage(), methodChanged())
      .at(1)
      .planIs('13 watch', decides('RequestClose', { cause: 'METHOD_CHANGED' }));
    givenOrder(...openPage(), methodChanged(), paymentClosed())
      .at(1)
      .planIs('14 pay', decides('RequestPayment'));
  });
  it('follows a change of method while a page that cannot be closed is watched', () =>
    givenOrder(...openPage(), at(1, methodChanged()), at(2, paymentChecked()))
      .at(3, { gateway: NO_CLOSE })
      .planIs('14 pay', decides('RequestPayment')));
  it('is not requested when pay-within has passed', () =>
    givenOrder(submitted(), routed()).at(minutes(15)).planIs('13 expire', decides('ExpireOrder')));
});

/** A net below the other rows, into which few orders fall: so the row is asked by itself. */
describe('row 15: an order that makes no progress', () => {
  const row = planRows.find((one) => one.row === '15 no progress');
  const asked = (after: number, changes: Parameters<typeof world>[0], ...events: readonly (OrderEvent | At<OrderEvent>)[]) => {
    const state = submittedState(...events);
    return row?.step({ state, now: T0 + minutes(after), world: world(changes), wakes: [], waitsFor: [] }) ?? null;
  };
  const answered = at(minutes(100), { type: 'ReviewResolved', data: { subject: 'progress', resolution: 'PERSON' } } as const);
  it('is shown to a person an hour after its times, and not while the clock is in doubt', () => {
    expect(asked(89, {}, ...paidOrder())).toBeNull();
    expect(asked(91, {}, ...paidOrder())).toMatchObject(decides('OpenReview', { subject: 'progress', cause: 'NO_PROGRESS' }));
    expect(asked(91, { hasCome: () => false }, ...paidOrder())).toBeNull();
  });
  it('is not shown twice, and is left alone for another hour after the answer', () => {
    const shown = [...paidOrder(), at(minutes(91), reviewOpened('progress'))];
    expect(asked(500, {}, ...shown)).toBeNull();
    expect(asked(159, {}, ...shown, answered)).toBeNull();
    expect(asked(161, {}, ...shown, answered)).toMatchObject(decides('OpenReview'));
  });
  it('is left alone at rest', () => expect(asked(500, {}, ...paidOrder(), cardReserved(), cardsSecured(), orderDelivered())).toBeNull());
});

describe('row 15: an order at rest', () => {
  it('waits for nothing when all is done', () =>
    givenOrder(...paidOrder(), cardReserved(), cardsSecured(), orderDelivered())
      .at(minutes(60))
      .planIs('15 wait', { kind: 'wait' }));
  it('waits for nothing when all went back', () =>
    givenOrder(...paidOrder(), refundOrdered({ amount: money(1_000, 'CNY') }), refundRequested(), compensated())
      .at(minutes(60))
      .planIs('15 wait', { kind: 'wait' }));
});
