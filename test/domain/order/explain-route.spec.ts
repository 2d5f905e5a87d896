import fc from 'fast-check';
import { money } from '../../../src/domain/kernel/money';
import { explainRoute } from '../../../src/domain/order/explain-route';
import { planOrder, type ChannelView, type Offer } from '../../../src/domain/order/plan';
import { BUILT_IN, type PolicyInForce } from '../../../src/domain/routing/policy';
import { noRecord, recorded } from '../../../src/domain/routing/track-record';
import { paidOrder, submittedState, T0, world } from '../../support/given';

const cap = money(920, 'CNY');
const CHANNELS = ['a', 'b', 'c', 'd'] as const;
const sources = [
  { kind: 'POOL' },
  ...CHANNELS.map((channelId) => ({ kind: 'CHANNEL', channelId, product: 'p', maxUnitCost: cap }) as const),
] as const;
const order = submittedState(...paidOrder({ terms: { sources: [...sources] } }));

const healthWord = fc.constantFrom('HEALTHY', 'SUB_HEALTHY', 'ISOLATED', 'PROBING');
const channel: fc.Arbitrary<Partial<ChannelView>> = fc
  .record({
    paused: fc.boolean(),
    busy: fc.boolean(),
    priority: fc.integer({ min: 1, max: 2 }),
    weight: fc.integer({ min: 0, max: 5 }),
    word: healthWord,
    isolatedMs: fc.integer({ min: 0, max: 60_000 }),
    answersMs: fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 5 }),
  })
  .map(({ word, isolatedMs, answersMs, ...view }) => ({
    ...view,
    health: { word, since: T0 - isolatedMs, cause: 'ERRORS', isolations: 1 } as const,
    record: answersMs.reduce(
      (before, ms) => recorded(before, { startedAt: T0, endedAt: T0 + ms, tookMs: ms, outcome: ms > 10_000 ? 'TIMED_OUT' : 'GOOD' }),
      noRecord,
    ),
  }));
const offer: fc.Arbitrary<Offer> = fc.oneof(
  fc.constant<Offer>({ kind: 'UNKNOWN' }),
  fc.constant<Offer>({ kind: 'AWAY' }),
  fc.record({ available: fc.integer({ min: 0, max: 3 }), minor: fc.integer({ min: 800, max: 950 }) }).map(({ available, minor }): Offer => ({
    kind: 'SOME',
    available,
    unitCost: money(minor, 'CNY'),
  })),
);
const policy: fc.Arbitrary<PolicyInForce> = fc
  .record({
    success: fc.constantFrom(0, 1, 3),
    latency: fc.constantFrom(0, 1, 3),
    cost: fc.constantFrom(0, 1, 3),
    enabled: fc.boolean(),
    weight: fc.nat(9),
  })
  .map(({ enabled, weight, ...weights }) => ({
    policy: { ...BUILT_IN, version: 'v1', weights, diversion: { enabled }, channels: [{ channelId: 'b', weight }] },
    trial: { version: 'v1', arm: 'CANARY' },
  }));
const all = <T>(each: fc.Arbitrary<T>) => fc.record({ a: each, b: each, c: each, d: each });

describe('a route that is explained', () => {
  it('is the one that the plan takes, whatever channels are like, and with the very same scores', () =>
    fc.assert(
      fc.property(all(channel), all(offer), policy, fc.boolean(), (channels, offers, inForce, hasCards) => {
        const seen = world({ channel: channels, offer: offers, policy: inForce, cards: hasCards ? ['card-a'] : [] });
        const { chosen, sources: explained } = explainRoute(order, T0, seen);
        const { step } = planOrder(order, T0, seen);
        const command = step.kind === 'decide' ? step.command : undefined;
        if (command?.type === 'ReserveCards') expect(chosen).toMatchObject({ kind: 'POOL' });
        else if (command?.type === 'RequestPurchase') {
          expect(chosen).toMatchObject({ kind: 'CHANNEL', channelId: command.channelId });
          if (command.choice !== undefined) expect(explained.flatMap(({ score }) => score ?? [])).toEqual(command.choice);
        } else expect(chosen).toBeUndefined();
        for (const { kind, why, score } of explained) expect(kind === 'POOL' || (why === undefined) === (score !== undefined)).toBe(true);
      }),
      { numRuns: 500 },
    ));

  it('says of each source why not', () => {
    const offers = {
      a: { kind: 'AWAY' },
      b: { kind: 'SOME', available: 0, unitCost: money(900, 'CNY') },
      c: { kind: 'SOME', available: 9, unitCost: money(921, 'CNY') },
    } as const;
    const seen = world({ channel: { d: { paused: true } }, offer: offers, cards: [] });
    expect(explainRoute(order, T0, seen).sources.map(({ why }) => why)).toEqual(['NO_STOCK', 'AWAY', 'SOLD_OUT', 'TOO_DEAR', 'PAUSED']);
  });
});
