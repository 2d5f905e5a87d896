import { order as decider } from '../../../src/domain/order/decide';
import { actionsOf } from '../../../src/domain/order/actions';
import { REISSUES_PER_CARD_MAX, REISSUES_PER_ORDER_MAX } from '../../../src/domain/order/decide-reissue';
import type { OrderEvent } from '../../../src/domain/order/events';
import { doubtsOf, owedMoney } from '../../../src/domain/order/open-money';
import { phaseOf } from '../../../src/domain/order/phase';
import { choicesOf } from '../../../src/domain/order/actions';
import { reviewKindOf } from '../../../src/domain/order/reviews';
import { cardsMissing, isSubmitted, type SubmittedOrder } from '../../../src/domain/order/state';
import { money } from '../../../src/domain/kernel/money';
import * as build from '../../support/given';

const { given, givenOrder, submittedState, deliveredOrder, openPage, paidOrder, refundOrdered, refundRequested, refundTimedOut } = build;
const { REF, REF_2, REFUND, T0, minutes, reviewOpened, cardReserved, cardsSecured, orderDelivered, cardsRevealed, frozen, submitted } = build;
const order = given(decider);

const reported = (cardId = 'card-a'): readonly OrderEvent[] => [
  { type: 'CardReported', data: { cardId, problem: 'used' } },
  reviewOpened(`card:${cardId}`),
];
const reissued = (cardId = 'card-a'): readonly OrderEvent[] => [
  { type: 'ReissueOrdered', data: { round: 1, deliverBy: new Date(T0 + minutes(30)).toISOString(), cause: 'REPORTED', cardId } },
  { type: 'CardsGivenUp', data: { skuId: 'sku-1', cardIds: [cardId], revealedCardIds: [cardId], cause: 'REPLACED' } },
  { type: 'ReviewResolved', data: { subject: `card:${cardId}`, resolution: 'PERSON' } },
];
const released = (cardId = 'card-a'): OrderEvent => ({ type: 'CardsReleased', data: { skuId: 'sku-1', cardIds: [cardId] } });
const reissue = { type: 'ReissueCard', cardId: 'card-a', at: T0 } as const;
const stateOf = (...events: readonly OrderEvent[]): SubmittedOrder => submittedState(...events);

describe('a reported card', () => {
  it('is let go at once, and the plan finds one more', () => {
    order(...deliveredOrder(), cardsRevealed(), ...reported())
      .when(reissue)
      .thenTypes('ReissueOrdered', 'CardsGivenUp', 'ReviewResolved');
    const waiting = stateOf(...deliveredOrder(), cardsRevealed(), ...reported(), ...reissued());
    expect([phaseOf(waiting), cardsMissing(waiting), waiting.deliveredCardIds]).toEqual(['PAID_WAITING_CARD', 1, []]);
    givenOrder(...deliveredOrder(), ...reported(), ...reissued())
      .at(minutes(1))
      .planIs('4 settle cards', { call: { kind: 'release-cards', cards: [{ cardId: 'card-a', reservation: 1, revealed: true, reported: true }] } });
    givenOrder(...deliveredOrder(), ...reported(), ...reissued(), released())
      .at(minutes(1), { cards: ['card-b'] })
      .planIs('10 source', { command: { type: 'ReserveCards', cardIds: ['card-b'], by: 'engine-1:1' } });
  });

  it('is linked with the one that takes its place, and that settles it', () => {
    order(...deliveredOrder(), ...reported(), ...reissued(), released(), cardReserved(['card-b'], 2), cardsSecured(['card-b'], 2))
      .when({ type: 'DeliverOrder' })
      .then(
        {
          type: 'OrderDelivered',
          data: { skuId: 'sku-1', cardIds: ['card-b'], partial: false, added: ['card-b'], replaces: [{ cardId: 'card-b', replaces: 'card-a' }] },
        },
        { type: 'Compensated', data: { method: 'REISSUE', skuId: 'sku-1' } },
      );
  });

  it('is not replaced unless it is this order’s, reported, and its money is ours', () => {
    order(...deliveredOrder())
      .when(reissue)
      .rejects('CARD_NOT_REPORTED');
    order(...deliveredOrder())
      .when({ ...reissue, cardId: 'card-z' })
      .rejects('CARD_NOT_IN_ORDER');
    order(...paidOrder())
      .when(reissue)
      .rejects('CARD_NOT_IN_ORDER');
    order(...deliveredOrder(), ...reported(), refundOrdered({ takesBack: ['card-a'] }))
      .when(reissue)
      .rejects('REFUND_IN_PROGRESS');
    order(...deliveredOrder(), ...reported(), ...reissued())
      .when(reissue)
      .isAlreadySo();
  });

  it(`is replaced ${REISSUES_PER_CARD_MAX} times and no more, and one order gets ${REISSUES_PER_ORDER_MAX} at most`, () => {
    const events: OrderEvent[] = [...deliveredOrder()];
    for (let i = 0; i < REISSUES_PER_CARD_MAX; i++) {
      const [old, next] = [i === 0 ? 'card-a' : `card-${i}`, `card-${i + 1}`];
      order(...events, ...reported(old))
        .when({ ...reissue, cardId: old })
        .thenTypes('ReissueOrdered', 'CardsGivenUp', 'ReviewResolved');
      events.push(...reported(old), ...reissued(old), released(old), cardReserved([next], i + 2), cardsSecured([next], i + 2));
      events.push({
        type: 'OrderDelivered',
        data: { skuId: 'sku-1', cardIds: [next], partial: false, added: [next], replaces: [{ cardId: next, replaces: old }] },
      });
    }
    const last = `card-${REISSUES_PER_CARD_MAX}`;
    order(...events, ...reported(last))
      .when({ ...reissue, cardId: last })
      .rejects('REISSUE_LIMIT_REACHED');
    const many = Array.from({ length: REISSUES_PER_ORDER_MAX + 1 }, (_, i) => `card-x${i}`);
    const wide = [...openPage({ quantity: many.length }), build.paymentConfirmed(), cardReserved(many), cardsSecured(many), orderDelivered(many)];
    const all = many.slice(1).flatMap((cardId) => [...reported(cardId), ...reissued(cardId)]);
    order(...wide, ...all, ...reported('card-x0'))
      .when({ ...reissue, cardId: 'card-x0' })
      .rejects('REISSUE_LIMIT_REACHED');
  });

  it('that cannot be replaced in time waits for a person; its price may go back instead, and the rest stays delivered', () => {
    const late = [...openPage({ quantity: 2 }), build.paymentConfirmed({ captured: money(2_000, 'CNY'), quantity: 2 })];
    const two = [...late, cardReserved(['card-a', 'card-b']), cardsSecured(['card-a', 'card-b']), orderDelivered(['card-a', 'card-b'])];
    const waiting = [...two, ...reported(), ...reissued(), released()];
    givenOrder(...waiting)
      .at(minutes(31), { cards: [] })
      .planIs('9 deadline', { command: { type: 'OpenReview', subject: 'deadline', cause: 'NOT_REPLACED_IN_TIME' } });
    const refund = refundOrdered({ amount: money(1_000, 'CNY'), cause: 'PERSON', takesBack: ['card-a'], full: false });
    order(...waiting, reviewOpened('deadline'))
      .when({ type: 'OrderRefund', amountMinor: 1_000, cardIds: ['card-a'] })
      .then(refund);
    givenOrder(...waiting, refund, refundRequested())
      .at(1_000)
      .waits();
    const settled = order(...waiting, reviewOpened('deadline'), refund, refundRequested()).when({
      type: 'RecordRefundAnswer',
      refundReference: REFUND,
      answer: { kind: 'REFUNDED' },
      first: true,
      attempt: 1,
      nextCheckAt: T0,
    });
    settled.thenTypes('Compensated', 'ReviewResolved');
    givenOrder(...waiting, refund, refundRequested(), ...(settled.decision as readonly OrderEvent[]))
      .at(minutes(2))
      .planIs('8 deliver', { command: { type: 'DeliverOrder' } });
  });
});

describe('cards of a refund', () => {
  it('go back only with the payment that bought them, so no two refunds take the same one', () => {
    const surplus = [...deliveredOrder(), build.paymentRequested({ attempt: 2, reference: REF_2 }), build.surplusConfirmed()];
    order(...surplus)
      .when({ type: 'OrderRefund', reference: REF_2, cardIds: ['card-a'] })
      .rejects('CARDS_NOT_PAID_BY_IT');
    order(...surplus, refundOrdered({ amount: money(400, 'CNY'), takesBack: ['card-a'], full: false }))
      .when({ type: 'OrderRefund', amountMinor: 100, cardIds: ['card-a'] })
      .rejects('REFUND_IN_PROGRESS');
  });
});

describe('money that a person vouches for', () => {
  it('goes back when another payment was kept already', () => {
    const second = [...paidOrder(), build.paymentRequested({ attempt: 2, reference: REF_2 })];
    order(...second)
      .when({ type: 'ConfirmPayment', reference: REF_2, at: T0 })
      .thenTypes('SurplusPaymentConfirmed');
    order(...second)
      .when({ type: 'ConfirmPayment', reference: REF, at: T0 })
      .rejects('PAYMENT_ALREADY_CONFIRMED');
    givenOrder(...second, build.surplusConfirmed())
      .at(minutes(1))
      .planIs('5 surplus', { command: { type: 'Compensate', reference: REF_2, cause: 'SURPLUS' } });
  });
});

describe('a refund that nobody can ask about', () => {
  const inDoubt = [...deliveredOrder(), refundOrdered({ takesBack: ['card-a'] }), refundRequested(), refundTimedOut()];
  const confirm = (outcome: 'REFUNDED' | 'NOT_REFUNDED') => ({ type: 'ConfirmRefund', refundReference: REFUND, outcome }) as const;

  it('ends by a person’s word, with the person as evidence', () => {
    const { decision } = order(...inDoubt, reviewOpened(`refund:${REFUND}`)).when(confirm('REFUNDED'));
    expect(decision).toMatchObject([
      { type: 'Compensated', data: { evidence: 'PERSON', full: true } },
      { type: 'CardsGivenUp' },
      { type: 'ReviewResolved' },
    ]);
    order(...inDoubt, reviewOpened(`refund:${REFUND}`))
      .when(confirm('NOT_REFUNDED'))
      .thenTypes('RefundRefused', 'ReviewResolved', 'ReviewOpened');
  });

  it('is not for people while it is only under way, or when its outcome is known', () => {
    order(...inDoubt)
      .when(confirm('REFUNDED'))
      .rejects('REFUND_NOT_IN_DOUBT');
    order(...deliveredOrder(), refundOrdered(), refundRequested(), reviewOpened(`refund:${REFUND}`))
      .when(confirm('REFUNDED'))
      .rejects('REFUND_NOT_IN_DOUBT');
    order(...inDoubt, build.compensated(), reviewOpened(`refund:${REFUND}`))
      .when(confirm('REFUNDED'))
      .rejects('REFUND_NOT_IN_DOUBT');
    order(...deliveredOrder())
      .when(confirm('REFUNDED'))
      .rejects('REFUND_NOT_FOUND');
  });

  it('is counted with its money while nobody knows, and is owed until it is done', () => {
    const state = stateOf(...inDoubt);
    expect(doubtsOf(state)).toMatchObject([{ kind: 'refund', partyId: 'main', amount: { amountMinor: 1_000 } }]);
    expect(owedMoney(state)).toMatchObject([{ why: 'IN_DOUBT', refundReference: REFUND }]);
    expect(owedMoney(stateOf(...inDoubt, build.compensated()))).toEqual([]);
    expect(owedMoney(stateOf(...paidOrder(), refundOrdered(), refundRequested(), build.refundRefused()))).toMatchObject([{ why: 'REFUSED' }]);
  });
});

describe('a review', () => {
  it.each<readonly [string, readonly OrderEvent[], string, readonly string[]]>([
    ['a paid order past its time', [...paidOrder(), reviewOpened('deadline')], 'deadline', ['RETRY', 'REFUND']],
    ['a payment that nobody can ask about', [...openPage(), reviewOpened(`payment:${REF}`)], `payment:${REF}`, ['CONFIRM_PAYMENT', 'NOT_PAID']],
    [
      'money that does not fit',
      [...openPage(), build.paymentMismatched(), reviewOpened(`payment:${REF}`)],
      `payment:${REF}`,
      ['CONFIRM_PAYMENT', 'REFUND', 'DISMISS'],
    ],
    [
      'a refused refund',
      [...paidOrder(), refundOrdered(), refundRequested(), build.refundRefused(), reviewOpened(`refund:${REFUND}`)],
      `refund:${REFUND}`,
      ['REFUND_AGAIN', 'DISMISS'],
    ],
    ['a reported card', [...deliveredOrder(), ...reported()], 'card:card-a', ['REISSUE', 'REFUND', 'DISMISS']],
    ['a frozen order', [...openPage(), frozen()], 'frozen', ['UNFREEZE']],
    ['an order that has grown too long', [submitted(), reviewOpened('events')], 'events', ['DISMISS']],
    ['something newer than this program', [submitted(), reviewOpened('comet:1')], 'comet:1', ['DISMISS']],
  ])('of %s offers what answers it', (_what, events, subject, choices) => {
    expect(choicesOf(stateOf(...events), subject, T0)).toEqual(choices);
  });

  it('is answered by its own choices only', () => {
    order(...deliveredOrder(), ...reported())
      .when({ type: 'AnswerReview', subject: 'card:card-a', choice: 'RETRY', at: T0 })
      .rejects('CHOICE_NOT_OFFERED');
    order(...deliveredOrder())
      .when({ type: 'AnswerReview', subject: 'card:card-a', choice: 'REISSUE', at: T0 })
      .rejects('REVIEW_NOT_FOUND');
    order(...paidOrder(), reviewOpened('deadline'))
      .when({ type: 'ResolveReview', subject: 'deadline' })
      .rejects('REVIEW_NEEDS_ANSWER');
  });

  it('is of a known kind, whatever its subject', () => {
    expect(['deadline', 'payment:x.1', 'refund:x.r1', 'card:1', 'frozen', 'events', 'purchase:p', 'comet:1'].map(reviewKindOf)).toEqual([
      'deadline',
      'payment',
      'refund',
      'card',
      'frozen',
      'events',
      'purchase',
      'other',
    ]);
  });
});

describe('the actions of an order', () => {
  const world = { at: T0, gatewayCanCloseOrBeAsked: true };
  it.each([
    ['open', openPage()],
    ['paid', paidOrder()],
    ['delivered', deliveredOrder()],
    ['reported', [...deliveredOrder(), ...reported()]],
    ['frozen', [...paidOrder(), frozen()]],
    ['expired', [...openPage(), build.paymentClosed(), build.orderExpired()]],
    ['refunding', [...deliveredOrder(), refundOrdered({ takesBack: ['card-a'] })]],
  ] as readonly (readonly [string, readonly OrderEvent[]])[])(
    'of an order that is %s are allowed or refused with a reason, never both',
    (_what, events) => {
      const state = stateOf(...events);
      if (!isSubmitted(state)) throw new Error('no order');
      for (const { allowed, refusal, targets } of actionsOf(state, world)) {
        expect(allowed).toBe(refusal === null);
        if (!allowed) expect(targets).toEqual([]);
      }
    },
  );

  it('name what they may be done to', () => {
    const verdicts = new Map(actionsOf(stateOf(...deliveredOrder(), ...reported()), world).map((verdict) => [verdict.action, verdict]));
    expect(verdicts.get('reissueCard')).toMatchObject({ allowed: true, targets: ['card-a'] });
    expect(verdicts.get('refundOrder')).toMatchObject({ allowed: true, targets: [REF] });
    expect(verdicts.get('resolveReview')).toMatchObject({ allowed: true, targets: ['card:card-a'] });
    expect(verdicts.get('retryOrder')).toMatchObject({ allowed: false, refusal: { code: 'NOTHING_TO_RETRY' } });
    expect(verdicts.get('unfreezeOrder')).toMatchObject({ allowed: false, refusal: { code: 'ALREADY_SO' } });
  });

  it('say of what was done with a receipt that there is no code, and not that it is still to come', () => {
    const receipt = { units: 1, sealed: build.sealedText };
    const handedIn: OrderEvent = { type: 'GoodsHandedIn', data: { requestId: 'm1', skuId: 'sku-1', reservation: 1, cards: [], receipt } };
    const done = [...paidOrder(), handedIn, build.orderDelivered([])];
    const verdicts = new Map(actionsOf(stateOf(...done), world).map(({ action, refusal }) => [action, refusal?.code]));
    expect([verdicts.get('reportCard'), verdicts.get('reissueCard')]).toEqual(['DONE_WITH_RECEIPT', 'DONE_WITH_RECEIPT']);
    order(...done)
      .when({ type: 'ReportCard', cardId: 'card-a', problem: 'nothing came' })
      .rejects('DONE_WITH_RECEIPT');
  });
});
