import fc from 'fast-check';
import { WakeIndex } from '../../src/application/engine/wake-index';
import type { WakeEntry } from '../../src/application/ports/wake-snapshots';
import { Chance } from '../support/chance';

const MANY = 100_000;

/** Everybody who is due, by time. */
function drain(index: WakeIndex, now: number, atOnce: number): readonly string[] {
  const due: string[] = [];
  for (let some = index.takeDue(now, atOnce); some.length > 0; some = index.takeDue(now, atOnce)) due.push(...some);
  return due;
}

describe('the wake index', () => {
  it('hands out who is due, oldest first, and never early', () => {
    const index = new WakeIndex();
    index.set('late', 30, [], 0);
    index.set('early', 10, [], 0);
    index.set('middle', 20, [], 0);
    expect(index.takeDue(9, 10)).toEqual([]);
    expect(index.takeDue(20, 10)).toEqual(['early', 'middle']);
    expect(index.nextDue()).toBe(30);
  });

  it('is patient with what is not ours, and retimes everything when that changes', () => {
    let patienceMs = 30;
    const index = new WakeIndex((id) => (id === 'ours' ? 0 : patienceMs));
    index.set('theirs', 10, [], 0);
    index.set('ours', 20, [], 0);
    expect(drain(index, 39, 10)).toEqual(['ours']);
    expect(index.nextDue()).toBe(40);
    index.set('ours', 25, [], 0);
    patienceMs = 5;
    index.retime();
    expect(drain(index, 25, 10)).toEqual(['theirs', 'ours']);
  });

  it('keeps the place in its queues of one that is hastened', () => {
    const index = new WakeIndex();
    index.set('first', null, ['stock'], 1);
    index.set('second', null, ['stock'], 2);
    index.hasten('first', 5, 5);
    expect(index.takeDue(5, 10)).toEqual(['first']);
    expect(index.takeWaiting('stock', 1)).toEqual(['first']);
    expect(index.find('first')).toEqual({ id: 'first', dueAt: 5, waitsFor: ['stock'], since: 1 });
  });

  it('wakes lanes by weight, in each the longest waiting first', () => {
    const lanes = {
      laneOf: (id: string) => (id.startsWith('v') ? 'vip' : 'default'),
      shareOf: (lane: string) => ({ weight: lane === 'vip' ? 3 : 1 }),
    };
    const index = new WakeIndex(undefined, lanes);
    for (let n = 0; n < 8; n++) index.set(`d${n}`, null, ['turn'], 9, 100 - n);
    for (let n = 0; n < 8; n++) index.set(`v${n}`, null, ['turn'], 9, 200 - n);
    const woken = Array.from({ length: 8 }, () => index.takeWaiting('turn', 1)).flat();
    expect(woken.filter((id) => id.startsWith('v'))).toEqual(['v7', 'v6', 'v5', 'v4', 'v3', 'v2']);
    expect(woken.filter((id) => id.startsWith('d'))).toEqual(['d7', 'd6']);
  });

  it('nobody waits behind one that is being looked at, and it keeps its place for when it waits again', () => {
    const index = new WakeIndex();
    index.set('first', 50, ['turn'], 1);
    index.set('second', null, ['turn'], 2);
    expect(index.longestWaiting('turn', 'default')).toBe(1);
    index.leaveQueues('first');
    expect(index.longestWaiting('turn', 'default')).toBe(2);
    expect(index.find('first')).toMatchObject({ dueAt: 50, since: 1 });
    index.set('first', null, ['turn'], 3);
    expect(index.takeWaiting('turn', 2)).toEqual(['first', 'second']);
  });

  it('an entry set anew is due at its new time only', () => {
    const index = new WakeIndex();
    index.set('a', 10, [], 0);
    index.set('a', 50, [], 0);
    expect(index.takeDue(49, 10)).toEqual([]);
    expect(index.takeDue(50, 10)).toEqual(['a']);
    expect(index.size).toBe(1);
  });

  it('whoever waits longest for a topic is woken first, and waiting again for the same keeps the place', () => {
    const index = new WakeIndex();
    index.set('b', null, ['stock:x'], 2);
    index.set('a', null, ['stock:x'], 1);
    index.set('c', null, ['stock:x'], 3);
    index.set('a', 99, ['stock:x'], 9);
    expect(index.takeWaiting('stock:x', 2)).toEqual(['a', 'b']);
    index.set('b', null, ['stock:x'], 10);
    index.set('a', null, ['stock:y'], 10);
    expect(index.takeWaiting('stock:x', 9)).toEqual(['b', 'c']);
    expect(index.countWaiting('stock:y')).toBe(1);
  });

  it('two cards wake two waiters, not the same one twice', () => {
    const index = new WakeIndex();
    for (const [since, id] of ['a', 'b', 'c'].entries()) index.set(id, 50, ['stock:x'], since);
    expect([index.takeWaiting('stock:x', 1), index.takeWaiting('stock:x', 1)]).toEqual([['a'], ['b']]);
    expect(index.takeDue(50, 9)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });

  it('a snapshot restores times, topics and places', () => {
    const index = new WakeIndex();
    index.set('b', null, ['stock:x', 'gateway:g'], 2);
    index.set('a', 10, ['stock:x'], 1);
    const again = new WakeIndex();
    again.restore(index.all());
    expect(again.takeDue(10, 9)).toEqual(['a']);
    expect(again.takeWaiting('stock:x', 9)).toEqual(['a', 'b']);
    expect(again.takeWaiting('gateway:g', 9)).toEqual(['b']);
  });

  it('agrees with a plain list, whatever is set, removed and taken', () => {
    const id = fc.integer({ min: 0, max: 7 }).map((n) => `o${n}`);
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), id, due: fc.option(fc.integer({ min: 0, max: 50 })), topics: fc.subarray(['s', 't']) }),
      fc.record({ do: fc.constant('remove' as const), id }),
      fc.record({ do: fc.constant('take' as const), by: fc.integer({ min: 0, max: 9 }), max: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('wake' as const), max: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new WakeIndex();
        const plain = new Map<string, WakeEntry & { readonly handedOut: boolean; readonly woken: boolean }>();
        const waiting = () =>
          [...plain.values()]
            .filter(({ waitsFor, woken }) => !woken && waitsFor.includes('s'))
            .map(({ since }) => since)
            .sort((a, b) => a - b);
        let now = 0;
        for (const one of steps) {
          if (one.do === 'set') {
            const before = plain.get(one.id);
            const since = before?.waitsFor.join() === one.topics.join() ? before.since : now;
            plain.set(one.id, { id: one.id, dueAt: one.due, waitsFor: one.topics, since, handedOut: false, woken: false });
            index.set(one.id, one.due, one.topics, now);
          } else if (one.do === 'remove') {
            plain.delete(one.id);
            index.remove(one.id);
          } else if (one.do === 'wake') {
            const oldest = waiting().slice(0, one.max);
            const taken = index.takeWaiting('s', one.max);
            expect(taken.map((each) => plain.get(each)?.since)).toEqual(oldest);
            for (const each of taken) plain.set(each, { ...(plain.get(each) ?? fail(each)), woken: true });
          } else {
            now += one.by;
            const due = [...plain.values()].filter(({ dueAt, handedOut }) => !handedOut && dueAt !== null && dueAt <= now);
            const taken = index.takeDue(now, one.max);
            const times = taken.map((each) => plain.get(each)?.dueAt);
            expect(times).toEqual(
              due
                .map(({ dueAt }) => dueAt)
                .sort((a, b) => Number(a) - Number(b))
                .slice(0, one.max),
            );
            for (const each of taken) plain.set(each, { ...(plain.get(each) ?? fail(each)), handedOut: true });
          }
          expect(index.countWaiting('s')).toBe(waiting().length);
          const ahead = [...plain.values()].flatMap(({ dueAt, handedOut }) => (dueAt === null || handedOut ? [] : [dueAt]));
          expect(index.nextDue()).toBe(ahead.length === 0 ? null : Math.min(...ahead));
        }
      }),
    );
  });

  it(`F30: ${MANY} timers that come due at once are handed out oldest first and in portions`, () => {
    const seed = Date.now() % 1_000_000;
    console.info(`wake index seed ${seed}`);
    const chance = new Chance(seed);
    const index = new WakeIndex();
    const due = new Map<string, number>();
    for (let i = 0; i < MANY; i++) {
      const at = chance.upTo(3_600_000);
      due.set(`o${i}`, at);
      index.set(`o${i}`, at, ['stock:x'], i);
    }
    expect(index.takeDue(3_600_000, 512)).toHaveLength(512);
    const rest = drain(index, 3_600_000, 512);
    expect(rest).toHaveLength(MANY - 512);
    const times = rest.map((id) => due.get(id) ?? 0);
    expect(times.every((at, i) => i === 0 || at >= (times[i - 1] ?? 0))).toBe(true);
  });

  it('items that were left behind are sorted out: 200,000 changes of a thousand entries stay small', () => {
    const index = new WakeIndex();
    for (let i = 0; i < 200_000; i++) index.set(`o${i % 1_000}`, 200_000 - (i % 777), [], 0);
    const { heap } = index as unknown as { heap: { readonly size: number } };
    expect(heap.size).toBeLessThan(8_192);
    expect(drain(index, 200_000, 64)).toHaveLength(1_000);
  });

  it('whoever is looked at again and again and waits for the same time each time has one timer', () => {
    const index = new WakeIndex();
    for (let i = 0; i < 20_000; i++) index.set(`o${i % 100}`, 500, ['stock:x'], i);
    const { heap } = index as unknown as { heap: { readonly size: number } };
    expect(heap.size).toBe(100);
    expect(index.takeDue(500, 1_000)).toHaveLength(100);
    // Its time has come and was taken: the same time again is another timer.
    index.set('o1', 500, ['stock:x'], 20_000);
    expect(index.takeDue(500, 1_000)).toEqual(['o1']);
  });
});

function fail(id: string): never {
  throw new Error(`nobody set ${id}`);
}
