import fc from 'fast-check';
import { WakePacer } from '../../src/application/engine/wake-pacer';

const shareOf = (lane: string) => ({ weight: lane === 'vip' ? 3 : 1, max: 1_000 });

/** Who was woken, and when: looked at every so many milliseconds. */
function story(pacer: WakePacer, untilMs: number, everyMs = 10): readonly { readonly id: string; readonly atMs: number }[] {
  const woken: { readonly id: string; readonly atMs: number }[] = [];
  for (let atMs = 0; atMs <= untilMs; atMs += everyMs) for (const id of pacer.take(atMs)) woken.push({ id, atMs });
  return woken;
}

describe('those who waited for a channel that is back', () => {
  it('are woken at the limit and not all at one moment, the longest waiting first', () => {
    const pacer = new WakePacer(100, shareOf);
    const ids = Array.from({ length: 500 }, (_, n) => `order-${n}`);
    for (const id of ids) pacer.add(id, 'default', 0);
    const woken = story(pacer, 10_000);
    expect(woken.map(({ id }) => id)).toEqual(ids);
    for (let second = 0; second < 5; second++) {
      const within = woken.filter(({ atMs }) => atMs >= second * 1_000 && atMs < (second + 1) * 1_000).length;
      expect(within).toBeLessThanOrEqual(111);
    }
    expect(pacer.idleMs()).toBe(Infinity);
  });

  it('let nobody pass who has waited less, whenever he was called', () => {
    const pacer = new WakePacer(100, shareOf);
    for (let n = 10; n < 200; n++) pacer.add(`order-${n}`, 'default', n);
    const before = pacer.take(0);
    pacer.add('oldest', 'default', 1);
    const [next] = pacer.take(50);
    expect(before).not.toContain('oldest');
    expect(next).toBe('oldest');
  });

  it('take turns between lanes by weight', () => {
    const pacer = new WakePacer(100, shareOf);
    for (let n = 0; n < 100; n++) pacer.add(`d-${n}`, 'default', 0);
    for (let n = 0; n < 100; n++) pacer.add(`v-${n}`, 'vip', 0);
    const first = story(pacer, 10_000).slice(0, 80);
    expect(first.filter(({ id }) => id.startsWith('v'))).toHaveLength(60);
  });

  it('are never forgotten, and asked for again just when the next turn comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 300 }), (perSecond, count) => {
        const pacer = new WakePacer(perSecond, shareOf);
        for (let n = 0; n < count; n++) pacer.add(`o-${n}`, n % 3 === 0 ? 'vip' : 'default', 0);
        let woken = 0;
        let looks = 0;
        for (let now = 0; pacer.size > 0; now += pacer.idleMs()) {
          woken += pacer.take(now).length;
          looks++;
        }
        expect(woken).toBe(count);
        expect(looks).toBeLessThanOrEqual(2 * count + 2);
      }),
      { numRuns: 50 },
    );
  });
});
