import fc from 'fast-check';
import { LaneQueues, type LaneShare } from '../../../src/application/engine/lane-queues';
import { LaneSlots } from '../../../src/application/engine/lane-slots';
import { whoseTurn, type Contender } from '../../../src/domain/routing/fair-share';
import { defaultLanePolicy, laneFor } from '../../../src/domain/routing/lanes';
import { Chance } from '../../support/chance';

const chanceOf = (seed: number): (() => number) => {
  const chance = new Chance(seed);
  return () => chance.next();
};

const contender = (given: Partial<Contender> = {}): Contender => ({ weight: 1, max: 1_000, held: 0, waits: true, turns: 0, ...given });
const turn = (lanes: Readonly<Record<string, Partial<Contender>>>): string | undefined =>
  whoseTurn(new Map(Object.entries(lanes).map(([lane, given]) => [lane, contender(given)])));

describe('whose turn it is', () => {
  it('goes to the lane that holds least for its weight', () => {
    expect(turn({ vip: { weight: 3, held: 5 }, default: { weight: 2, held: 4 } })).toBe('vip');
    expect(turn({ vip: { weight: 3, held: 6 }, default: { weight: 2, held: 3 } })).toBe('default');
  });

  it('goes to nobody when none waits, and past a lane at its cap however little the others hold', () => {
    expect(turn({ vip: { waits: false }, default: { waits: false } })).toBeUndefined();
    expect(turn({ vip: { weight: 9, held: 2, max: 2 }, default: { held: 40 } })).toBe('default');
  });
});

/** Lanes by weight that all have work for ever; each slot is given back at random. */
function busyLanes(weights: readonly number[], slots: number, rounds: number, chance: () => number, max = slots): readonly number[] {
  const lanes = weights.map((_, index) => `lane-${index}`);
  const queues = new LaneQueues<string>((lane) => ({ weight: weights[lanes.indexOf(lane)] ?? 1, max }));
  const held: string[] = [];
  const served = weights.map(() => 0);
  let next = 0;
  for (let round = 0; round < rounds; round++) {
    for (const lane of lanes) while (queues.waitingIn(lane) < 2) queues.add(`item-${next++}`, lane);
    while (held.length < slots) {
      const taken = queues.take();
      if (taken === undefined) break;
      held.push(taken.lane);
      const index = lanes.indexOf(taken.lane);
      served[index] = (served[index] ?? 0) + 1;
    }
    const [lane] = held.splice(Math.floor(chance() * held.length), 1);
    if (lane !== undefined) queues.release(lane);
  }
  return served;
}

const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 });

describe('lanes that share slots', () => {
  it('hold slots in proportion to their weights while all of them want more', () => {
    fc.assert(
      fc.property(weights, fc.integer(), (given, seed) => {
        const sum = given.reduce((a, b) => a + b, 0);
        const slots = sum * 4;
        const lanes = given.map((_, index) => `lane-${index}`);
        const queues = new LaneQueues<number>((lane) => ({ weight: given[lanes.indexOf(lane)] ?? 1, max: slots }));
        let item = 0;
        const fill = (): void => lanes.forEach((lane) => Array.from({ length: slots }, () => queues.add(item++, lane)));
        fill();
        for (let taken = 0; taken < slots; taken++) queues.take();
        const chance = chanceOf(seed);
        // Slots are given back at random and taken up again: nobody drifts away from its share.
        for (let round = 0; round < 200; round++) {
          const busy = lanes.filter((lane) => queues.heldBy(lane) > 0);
          queues.release(busy[Math.floor(chance() * busy.length)] ?? 'lane-0');
          fill();
          queues.take();
        }
        expect(lanes.map((lane) => queues.heldBy(lane))).toEqual(given.map((weight) => weight * 4));
      }),
      { numRuns: 10 },
    );
  });

  it('never starve: with fewer slots than lanes each still has its turn, by weight', () => {
    fc.assert(
      fc.property(weights, fc.integer(), (given, seed) => {
        const sum = given.reduce((a, b) => a + b, 0);
        const served = busyLanes(given, 1, sum * 20, chanceOf(seed));
        served.forEach((count, index) => expect(Math.abs(count - (given[index] ?? 0) * 20)).toBeLessThanOrEqual(given.length));
      }),
    );
  });

  it('are never all idle while somebody waits below its cap', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 30 }), fc.integer(), (given, slots, seed) => {
        const served = busyLanes(given, slots, 200, chanceOf(seed));
        expect(served.reduce((a, b) => a + b, 0)).toBe(slots + 199);
      }),
    );
  });

  it('one that was idle for long gets no credit for it: the others keep their turns', () => {
    const queues = new LaneQueues<string>(() => ({ weight: 1, max: 1 }));
    const served: string[] = [];
    const serve = (): void => {
      const taken = queues.take();
      if (taken === undefined) return;
      served.push(taken.lane);
      queues.release(taken.lane);
    };
    for (let item = 0; item < 100; item++) queues.add(`a-${item}`, 'a');
    for (let item = 0; item < 50; item++) serve();
    for (let item = 0; item < 50; item++) queues.add(`b-${item}`, 'b');
    for (let item = 0; item < 20; item++) serve();
    const late = served.slice(50);
    expect(late.filter((lane) => lane === 'b')).toHaveLength(10);
  });

  it('within a lane the first to come is the first to go', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('vip', 'default', 'overflow'), { maxLength: 60 }), (arrivals) => {
        const queues = new LaneQueues<number>((lane): LaneShare => ({ weight: lane === 'vip' ? 3 : 1, max: 1_000 }));
        arrivals.forEach((lane, item) => queues.add(item, lane));
        const taken = arrivals.map(() => queues.take());
        for (const lane of ['vip', 'default', 'overflow']) {
          const inLane = taken.filter((one) => one?.lane === lane).map((one) => one?.item ?? -1);
          expect(inLane).toEqual([...inLane].sort((a, b) => a - b));
        }
        expect(taken.every((one) => one !== undefined)).toBe(true);
      }),
    );
  });
});

describe('slots of lanes', () => {
  const shares: Readonly<Record<string, LaneShare>> = { vip: { weight: 3, max: 8 }, default: { weight: 1, max: 16 } };
  const slots = (): LaneSlots => new LaneSlots(16, (lane) => shares[lane] ?? { weight: 1, max: 16 });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('what nobody else wants is lent, and comes back with the very next slots that fall free', async () => {
    const all = slots();
    for (let call = 0; call < 16; call++) expect(all.tryTake('default')).toBe(true);
    const order: string[] = [];
    for (let call = 0; call < 4; call++) void all.take('default').then(() => order.push('default'));
    for (let call = 0; call < 4; call++) void all.take('vip').then(() => order.push('vip'));
    for (let call = 0; call < 4; call++) all.give('default');
    await settle();
    expect(order).toEqual(['vip', 'vip', 'vip', 'vip']);
  });

  it('a lane at its cap leaves free slots to others and gets the next one of its own', async () => {
    const all = slots();
    for (let call = 0; call < 8; call++) expect(all.tryTake('vip')).toBe(true);
    expect(all.tryTake('vip')).toBe(false);
    expect(all.tryTake('default')).toBe(true);
    let got = false;
    void all.take('vip').then(() => (got = true));
    await settle();
    expect([got, all.queued]).toEqual([false, 1]);
    all.give('vip');
    await settle();
    expect([got, all.countsOf('vip')]).toEqual([true, { busy: 8, queued: 0 }]);
  });
});

describe('the lane of an order', () => {
  it.each([
    ['VIP', 1, 'vip', 'TIER_VIP'],
    ['STANDARD', 0.8, 'default', 'TIER_STANDARD'],
    ['STANDARD', 0.81, 'overflow', 'ENGINE_LOADED'],
  ] as const)('%s at load %d goes to %s: %s', (tier, load, lane, why) => {
    expect(laneFor(tier, load, defaultLanePolicy)).toEqual({ lane, why });
  });
});
