import { money } from '../../../src/domain/kernel/money';
import type { OrderEvent, OrderEventData } from '../../../src/domain/order/events';
import type { ChannelView } from '../../../src/domain/order/plan';
import { defaultHealthPolicy, type Health } from '../../../src/domain/routing/health';
import {
  at,
  givenOrder,
  grant,
  intent,
  minutes,
  ORDER_ID,
  paidOrder,
  refundOrdered,
  routed,
  sealedText,
  seconds,
  submitted,
  T0,
  type SubmittedChanges,
  type WorldChanges,
} from '../../support/given';

const cap = money(920, 'CNY');
const buys = (channelId: string) => ({ kind: 'CHANNEL', channelId, product: 'p', maxUnitCost: cap }) as const;
const P1 = `${ORDER_ID}.p1`;
const decides = (type: string, more: object = {}): object => ({ kind: 'decide', command: expect.objectContaining({ type, ...more }) });
const asks = (kind: string, more: object = {}): object => ({ kind: 'ask', call: expect.objectContaining({ kind, ...more }) });
const flags = (...on: readonly (keyof ChannelView['flags'])[]): WorldChanges => ({
  cards: [],
  channel: {
    flags: { replay: on.includes('replay'), lookup: on.includes('lookup'), cancel: on.includes('cancel'), partialFill: on.includes('partialFill') },
  },
});

const paid = (terms: SubmittedChanges['terms'] = {}, more: SubmittedChanges = {}): readonly OrderEvent[] =>
  paidOrder({ terms: { sources: [buys('up'), buys('other')], ...terms }, ...more });
const requested = (changes: Partial<OrderEventData<'PurchaseRequested'>> = {}): OrderEvent => ({
  type: 'PurchaseRequested',
  data: { attempt: 1, requestId: P1, channelId: 'up', skuId: 'sku-1', product: 'p', quantity: 1, maxUnitCost: cap, ...intent(), ...changes },
});
const about = { requestId: P1, channelId: 'up' };
const timedOut: OrderEvent = { type: 'PurchaseTimedOut', data: { ...about, cause: 'TIME_OUT' } };
const checked = (status: 'PENDING' | 'NOT_FOUND'): OrderEvent => ({ type: 'PurchaseChecked', data: { ...about, status } });
const refused = (attempt = 1): OrderEvent => ({
  type: 'PurchaseRefused',
  data: { requestId: `${ORDER_ID}.p${attempt}`, channelId: 'up', skuId: 'sku-1', reason: 'OUT_OF_STOCK', proof: 'STATUS' },
});
const completed = (cards: readonly string[]): OrderEvent => ({
  type: 'PurchaseCompleted',
  data: {
    ...about,
    skuId: 'sku-1',
    reservation: 1,
    unitCost: money(900, 'CNY'),
    cards: cards.map((cardId) => ({ cardId, fingerprint: cardId, sealed: sealedText })),
  },
});
const inDoubt = (terms: SubmittedChanges['terms'] = {}, more: SubmittedChanges = {}) => [
  ...paid(terms, more),
  requested(),
  at(seconds(13), timedOut),
];
const OUT = { kind: 'SOME', available: 0, unitCost: money(900, 'CNY') } as const;
const DEAR = { kind: 'SOME', available: 9, unitCost: money(921, 'CNY') } as const;

describe('row 10: sources of the terms, in their order', () => {
  it('buys what is missing from the first channel', () =>
    givenOrder(...paid())
      .at(0, { cards: [] })
      .planIs('10 source', decides('RequestPurchase', { channelId: 'up', product: 'p', ...grant(), answerBy: T0 + 13_000 })));
  it('takes the pool first where it comes first', () =>
    givenOrder(...paid({ sources: [{ kind: 'POOL' }, buys('up')] }))
      .at(0)
      .planIs('10 source', decides('ReserveCards')));
  it('buys nothing while the pool is still being read', () =>
    givenOrder(...paid({ sources: [{ kind: 'POOL' }, buys('up')] }))
      .at(0, { cards: 'LOADING' })
      .waits());
  it('fails over to the next channel after a definite refusal, at once', () =>
    givenOrder(...paid(), requested(), refused())
      .at(seconds(1), { cards: [] })
      .planIs('10 source', decides('RequestPurchase', { channelId: 'other' })));
  it.each([
    ['is out of stock', { up: OUT }],
    ['asks one fen too much', { up: DEAR }],
    ['cannot be reached', { up: { kind: 'AWAY' } as const }],
  ])('passes a channel by that %s', (_why, offer) =>
    givenOrder(...paid())
      .at(0, { cards: [], offer })
      .planIs('10 source', decides('RequestPurchase', { channelId: 'other' })),
  );
  it('waits for both channels when neither has it', () => {
    const { step } = givenOrder(...paid()).at(0, { cards: [], offer: OUT }).planned;
    expect(step).toMatchObject({ kind: 'wait', waitsFor: ['channel:up', 'channel:other'] });
  });
  it('buys nothing new for an order that came after its channel began to drain', () =>
    givenOrder(...paid({ sources: [buys('up')] }))
      .at(0, { cards: [], channel: { drainingSince: T0 - 1 } })
      .waits());
  it('shows an order that is delivered by hand to a person', () =>
    givenOrder(...paid({ delivery: 'manual' }))
      .at(0)
      .planIs('10 source', decides('OpenReview', { subject: 'delivery' })));
  const failed = (count: number): readonly OrderEvent[] =>
    Array.from({ length: count }, (_, i) => [requested({ attempt: i + 1, requestId: `${ORDER_ID}.p${i + 1}` }), refused(i + 1)]).flat();
  const neverSent = (event: Extract<OrderEvent, { type: 'PurchaseRefused' }>): OrderEvent => ({
    ...event,
    data: { ...event.data, reason: 'TOO_LATE', proof: 'NOT_DONE' },
  });
  it('buys a fifth time after the fourth purchase came to nothing', () =>
    givenOrder(...paid({ sources: [buys('up')] }), ...failed(4))
      .at(minutes(2), { cards: [] })
      .planIs('10 source', decides('RequestPurchase')));
  it('compensates after the fifth, when there is no pool to wait for', () =>
    givenOrder(...paid({ sources: [buys('up')] }), ...failed(5))
      .at(minutes(2), { cards: [] })
      .planIs('9 deadline', decides('Compensate')));
  it('does not count what our own engine came too late to send', () =>
    givenOrder(...paid({ sources: [buys('up')] }), ...failed(5).map((event) => (event.type === 'PurchaseRefused' ? neverSent(event) : event)))
      .at(minutes(2), { cards: [] })
      .planIs('10 source', decides('RequestPurchase')));
  it('waits for the pool after the fifth, when there is one', () =>
    givenOrder(...paid({ sources: [{ kind: 'POOL' }, buys('up')] }), ...failed(5))
      .at(minutes(2), { cards: [] })
      .waits(minutes(30)));
  it('looks for goods five times more in a reissue round', () =>
    givenOrder(...paid({ sources: [buys('up')] }), ...failed(5), {
      type: 'ReissueOrdered',
      data: { round: 1, deliverBy: new Date(T0 + minutes(60)).toISOString(), cause: 'DEADLINE' },
    })
      .at(minutes(2), { cards: [] })
      .planIs('10 source', decides('RequestPurchase')));
});

describe('row 3: a purchase in doubt', () => {
  it('belongs to its performer until answerBy', () =>
    givenOrder(...paid(), requested())
      .at(seconds(8) - 1, { cards: [] })
      .waits(seconds(8)));
  it('is doubted by whoever comes at answerBy', () =>
    givenOrder(...paid(), requested())
      .at(seconds(8), { cards: [] })
      .planIs('3 purchase in doubt', decides('RecordPurchaseAnswer', { answer: { kind: 'UNKNOWN', cause: 'PERFORMER_SILENT' } })));
  it('is looked up while it is wanted', () =>
    givenOrder(...inDoubt())
      .at(seconds(14), flags('lookup', 'replay', 'cancel'))
      .planIs('3 purchase in doubt', asks('query-purchase', { notFoundIsFinal: false })));
  it('is repeated under the same id when the channel never heard of it and replays', () =>
    givenOrder(...inDoubt(), checked('NOT_FOUND'))
      .at(seconds(14), flags('lookup', 'replay', 'cancel'))
      .planIs('3 purchase in doubt', asks('request-purchase', { requestId: P1, first: false })));
  it('is cancelled when the channel never heard of it and does not replay', () =>
    givenOrder(...inDoubt(), checked('NOT_FOUND'))
      .at(seconds(14), flags('lookup', 'cancel'))
      .planIs('3 purchase in doubt', decides('RequestPurchaseCancel', { cause: 'IN_DOUBT' })));
  it('is never taken as not found where a cancel exists', () =>
    givenOrder(...inDoubt())
      .at(minutes(14), flags('lookup', 'cancel'))
      .planIs('3 purchase in doubt', asks('query-purchase', { notFoundIsFinal: false })));
  it('is not found for good by a mere lookup when the adapter says so, and not a millisecond before', () => {
    givenOrder(...inDoubt())
      .at(seconds(60) - 1, flags('lookup'))
      .planIs('3 purchase in doubt', asks('query-purchase', { notFoundIsFinal: false }));
    givenOrder(...inDoubt())
      .at(seconds(60), flags('lookup'))
      .planIs('3 purchase in doubt', asks('query-purchase', { notFoundIsFinal: true }));
  });
  it('is a matter for a person where nobody can tell, at once', () =>
    givenOrder(...inDoubt())
      .at(seconds(14), flags())
      .planIs('3 purchase in doubt', decides('OpenReview', { subject: `purchase:${P1}`, cause: 'CANNOT_BE_ASKED' })));
  it('is written off where nobody can tell and the terms reroute to a channel that has it', () =>
    givenOrder(...inDoubt({ onDoubt: 'REROUTE' }))
      .at(seconds(14), flags())
      .planIs('3 purchase in doubt', decides('WriteOffPurchase', { cause: 'TERMS' })));
  it('is not written off while nobody else has it', () =>
    givenOrder(...inDoubt({ onDoubt: 'REROUTE', sources: [buys('up')] }))
      .at(minutes(5), flags('lookup'))
      .planIs('3 purchase in doubt', asks('query-purchase')));
  it('is cancelled before the terms give it up, where that can be', () =>
    givenOrder(...inDoubt({ onDoubt: 'REROUTE' }))
      .at(seconds(30), flags('cancel'))
      .planIs('3 purchase in doubt', decides('RequestPurchaseCancel', { cause: 'REROUTE' })));
  it('is no doubt to reroute from while the channel works on it', () =>
    givenOrder(...inDoubt({ onDoubt: 'REROUTE' }), checked('PENDING'))
      .at(minutes(5), flags('lookup'))
      .planIs('3 purchase in doubt', asks('query-purchase')));
  it('is cancelled past the deadline, so that the order can be compensated', () =>
    givenOrder(...inDoubt(), { type: 'ReviewOpened', data: { subject: `purchase:${P1}`, cause: 'IN_DOUBT' } })
      .at(minutes(30), flags('lookup', 'replay', 'cancel'))
      .planIs('3 purchase in doubt', decides('RequestPurchaseCancel', { cause: 'OVERDUE' })));
  it('is cancelled first of all when nobody wants it any more', () =>
    givenOrder(...inDoubt(), refundOrdered({ cause: 'PERSON' }))
      .at(seconds(14), flags('lookup', 'replay', 'cancel'))
      .planIs('3 purchase in doubt', decides('RequestPurchaseCancel', { cause: 'UNWANTED' })));
  it('keeps an ordered refund from being sent', () =>
    givenOrder(...paid(), requested(), refundOrdered({ cause: 'PERSON' }))
      .at(seconds(1), { cards: [] })
      .waits());
  it('is not repeated for a top-up that nobody wants any more', () =>
    givenOrder(...inDoubt({}, { fields: sealedText }), refundOrdered({ cause: 'PERSON' }))
      .at(seconds(14), flags('replay'))
      .planIs('3 purchase in doubt', decides('OpenReview', { cause: 'CANNOT_BE_ASKED' })));
  it('lets nothing be taken from the pool meanwhile', () =>
    givenOrder(...inDoubt({ sources: [buys('up'), { kind: 'POOL' }] }))
      .at(seconds(14), { ...flags('lookup'), cards: ['card-a'] })
      .planIs('3 purchase in doubt', asks('query-purchase')));
  it('waits while so much is under way at its channel that nothing more may be sent', () =>
    givenOrder(...inDoubt())
      .at(seconds(14), { cards: [], channel: { busy: true } })
      .waits(seconds(44)));

  it('is not asked about again before its time, and waits for its time or for a word of its channel, in the place of its payment', () => {
    const held = (orWhenHeard: boolean): WorldChanges => ({ ...flags('lookup'), askAgain: () => ({ at: T0 + minutes(9), orWhenHeard }) });
    const order = givenOrder(...inDoubt());
    order.at(minutes(1), held(true)).planIs('15 wait', { waitsFor: ['heard:channel:up'], since: T0 });
    order.at(minutes(1), held(true)).waits(minutes(9));
    order.at(minutes(1), held(false)).waits(minutes(9));
    expect(order.at(minutes(1), held(false)).planned.step).not.toHaveProperty('waitsFor');
  });

  it('is asked about when its channel has room: the longest waiting first', () => {
    const busy = { ...flags('lookup'), channel: { ...(flags('lookup').channel as Partial<ChannelView>), busy: true } };
    givenOrder(...inDoubt())
      .at(minutes(1), busy)
      .planIs('15 wait', { waitsFor: expect.arrayContaining(['room:channel:up']) });
  });
});

describe('an order that a person sent elsewhere', () => {
  const sentAway = [
    ...inDoubt(),
    { type: 'PurchaseCancelRequested', data: { ...about, cause: 'REROUTE' } },
    { type: 'PurchaseCancelled', data: { ...about, skuId: 'sku-1' } },
  ] as const;
  /** The one that it was taken away from would be first in line. */
  const first: WorldChanges = { cards: [], channel: { up: { priority: 1 }, other: { priority: 2 } } };

  it('buys at another channel, also when the first one may be tried again', () =>
    givenOrder(...sentAway)
      .at(minutes(2), first)
      .planIs('10 source', decides('RequestPurchase', { channelId: 'other' })));

  it('does not go back while the other one has no room', () =>
    givenOrder(...sentAway)
      .at(minutes(2), { ...first, channel: { up: { priority: 1 }, other: { priority: 2, busy: true } } })
      .planIs('15 wait', { kind: 'wait' }));
});

describe('row 4: goods that were answered', () => {
  it('are claimed as far as the order wants them, and the rest goes to the pool', () =>
    givenOrder(...paid(), requested(), completed(['x', 'y']))
      .at(seconds(1))
      .planIs(
        '4 settle cards',
        asks('stock-cards', {
          cards: [
            { cardId: 'x', claim: true },
            { cardId: 'y', claim: false },
          ],
        }),
      ));
  it('go to the pool when the money is on its way back', () =>
    givenOrder(...paid(), requested(), refundOrdered({ cause: 'PERSON' }), completed(['x']))
      .at(seconds(1))
      .planIs('4 settle cards', asks('stock-cards', { cards: [{ cardId: 'x', claim: false }] })));
});

describe('row 13: a purchase that was written off', () => {
  const writtenOff: OrderEvent = { type: 'PurchaseWrittenOff', data: { ...about, skuId: 'sku-1', costAtRisk: cap, cause: 'TERMS' } };
  const bought = [
    ...inDoubt(),
    at(seconds(20), writtenOff),
    at(seconds(21), requested({ attempt: 2, requestId: `${ORDER_ID}.p2`, channelId: 'other', ...intent(seconds(21)) })),
  ];
  it('is cancelled at once where that can be', () =>
    givenOrder(...bought)
      .at(seconds(22), flags('cancel'))
      .planIs('13 watch purchases', decides('RequestPurchaseCancel', { cause: 'WRITTEN_OFF' })));
  it('is asked about five minutes later, and not before', () => {
    const held = [...bought, at(seconds(22), { ...completed(['x']), data: { ...completed(['x']).data, requestId: `${ORDER_ID}.p2` } } as OrderEvent)];
    const secured: OrderEvent = { type: 'CardsSecured', data: { skuId: 'sku-1', reservation: 1, cardIds: ['x'] } };
    const delivered: OrderEvent = { type: 'OrderDelivered', data: { skuId: 'sku-1', cardIds: ['x'], partial: false } };
    const done = givenOrder(...held, secured, delivered);
    done.at(minutes(5), flags('lookup')).waits(seconds(20) + minutes(5));
    done.at(seconds(20) + minutes(5), flags('lookup')).planIs('13 watch purchases', asks('query-purchase'));
  });
});

describe('row 10: the health of channels', () => {
  const ill = (word: Health['word'], changes: Partial<Health> = {}): { readonly health: Health } => ({
    health: { word, since: T0, cause: 'ERRORS', isolations: 1, troubledSince: T0, ...changes },
  });
  const health = (up: object, other: object = {}): WorldChanges => ({ cards: [], channel: { up, other } });

  it('buys nothing new from a channel that is isolated, and goes to the next', () =>
    givenOrder(...paid())
      .at(0, health(ill('ISOLATED')))
      .planIs('10 source', decides('RequestPurchase', { channelId: 'other' })));
  it('prefers a healthy channel to a diverted one of better priority', () =>
    givenOrder(...paid())
      .at(0, { ...health(ill('SUB_HEALTHY')), healthPolicy: { ...defaultHealthPolicy, trickleShare: 0 } })
      .planIs('10 source', decides('RequestPurchase', { channelId: 'other' })));
  it('still buys from a diverted channel when there is no other', () =>
    givenOrder(...paid({ sources: [buys('up')] }))
      .at(0, health(ill('SUB_HEALTHY')))
      .planIs('10 source', decides('RequestPurchase', { channelId: 'up' })));
  it('stands in line at an isolated channel when there is no other', () => {
    const { step } = givenOrder(...paid({ sources: [buys('up')] })).at(0, health(ill('ISOLATED'))).planned;
    expect(step).toMatchObject({ kind: 'wait', waitsFor: ['turn:channel:up'] });
  });
  it('takes the room of a probed channel where there is some, whatever its lot, when there is no other', () => {
    const only = givenOrder(...paid({ sources: [buys('up')] }));
    only.at(0, health({ ...ill('PROBING'), rampFull: false })).planIs('10 source', decides('RequestPurchase', { channelId: 'up' }));
    expect(only.at(0, health({ ...ill('PROBING'), rampFull: true })).planned.step).toMatchObject({ kind: 'wait', waitsFor: ['turn:channel:up'] });
  });
  it.each([
    ['is paused', { paused: true }],
    ['is isolated itself', ill('ISOLATED')],
  ])('counts no other channel that %s', (_, other) => {
    const { step } = givenOrder(...paid()).at(0, health({ ...ill('PROBING'), rampFull: true }, other)).planned;
    expect((step as { readonly waitsFor: readonly string[] }).waitsFor).toContain('turn:channel:up');
  });
  it('leaves the room of a probed channel to others when another one is merely busy: then the lot decides', () => {
    const { step } = givenOrder(...paid()).at(0, health({ ...ill('PROBING'), rampFull: false }, { busy: true })).planned;
    expect(step).toMatchObject({ kind: 'wait', waitsFor: ['turn:channel:other', 'channel:up'] });
  });
  it('wakes an order by itself when the ramp of a probed channel lets it in beside another', () => {
    const { step } = givenOrder(...paid()).at(0, health(ill('PROBING'), { busy: true })).planned;
    const { rampStepMs, rampShares } = defaultHealthPolicy;
    expect(step).toMatchObject({ kind: 'wait' });
    const until = (step as { readonly waitUntil: number }).waitUntil - T0;
    expect(until % rampStepMs).toBe(0);
    expect(until).toBeGreaterThan(0);
    expect(until).toBeLessThanOrEqual(rampShares.length * rampStepMs);
    givenOrder(...paid())
      .at(until, health(ill('PROBING'), { busy: true }))
      .planIs('10 source', decides('RequestPurchase', { channelId: 'up' }));
  });
  it('asks about an open purchase whatever the health of its channel', () =>
    givenOrder(...inDoubt())
      .at(seconds(20), { ...health(ill('ISOLATED')), channel: { up: { ...ill('ISOLATED') } } })
      .planIs('3 purchase in doubt', asks('query-purchase')));
  it('takes no money for what only a channel could sell that has been isolated for a minute', () => {
    const unpaid = givenOrder(submitted({ terms: { sources: [buys('up')] } }), routed());
    unpaid.at(minutes(1) - 1, health(ill('ISOLATED'))).planIs('14 pay', decides('RequestPayment'));
    unpaid.at(minutes(1), health(ill('ISOLATED'))).planIs('14 pay', decides('CancelOrder', { cause: 'OUT_OF_STOCK' }));
  });
  it('says in the purchase why the channel was chosen, where there was a choice', () => {
    const { step } = givenOrder(...paid()).at(0, { cards: [], offer: { up: { kind: 'SOME', available: 9, unitCost: money(460, 'CNY') } } }).planned;
    expect(step).toMatchObject({
      command: {
        choice: [
          { channelId: 'up', diverted: false, success: 1, speed: 1, cost: 0.75 },
          { channelId: 'other', cost: 0.5 },
        ],
      },
    });
    expect(givenOrder(...paid({ sources: [buys('up')] })).at(0, { cards: [] }).planned.step).not.toHaveProperty('command.choice');
  });
});
