import fc from 'fast-check';
import type { Members } from '../../src/application/membership';
import { RANK_MAX, ranksOf, SLOTS, slotOf, type SlotsMoved, WorkShare } from '../../src/application/work-share';
import { derivedId } from '../../src/domain/kernel/ids';

const seats = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `engine-${i + 1}`);
const withOthers = (all: readonly string[], self: string): readonly number[] =>
  ranksOf(
    self,
    all.filter((seat) => seat !== self),
  );
const group = fc.uniqueArray(fc.constantFrom(...seats(64)), { minLength: 1, maxLength: 12 });

describe('hash slots', () => {
  it('spread order ids evenly: of 25,600 none of 256 slots has more than twice its share', () => {
    const counts = new Array<number>(SLOTS).fill(0);
    for (let n = 0; n < 100 * SLOTS; n++) {
      const slot = slotOf(derivedId('order', 'shop', n));
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    expect(Math.max(...counts)).toBeLessThan(200);
    expect(Math.min(...counts)).toBeGreaterThan(25);
  });

  it('have exactly one first, whoever is there', () => {
    fc.assert(
      fc.property(group, (all) => {
        const ranks = all.map((self) => withOthers(all, self));
        const firsts = Array.from({ length: SLOTS }, (_, slot) => ranks.filter((of) => of[slot] === 0).length);
        expect(new Set(firsts)).toEqual(new Set([1]));
      }),
      { numRuns: 30 },
    );
  });

  it('change hands only where somebody came or went', () => {
    fc.assert(
      fc.property(group, fc.nat(), (all, pick) => {
        fc.pre(all.length > 1);
        const gone = all[pick % all.length] ?? '';
        const left = all.filter((seat) => seat !== gone);
        for (const self of left) {
          const [before, after] = [withOthers(all, self), withOthers(left, self)];
          expect(after.filter((rank, slot) => before[slot] === 0 && rank !== 0)).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([2, 3, 4, 8])('are shared by %d about evenly', (count) => {
    const all = seats(count);
    const shares = all.map((self) => withOthers(all, self).filter((rank) => rank === 0).length);
    expect(Math.min(...shares)).toBeGreaterThan(SLOTS / count / 2);
    expect(Math.max(...shares)).toBeLessThan((SLOTS / count) * 2);
  });

  it('put one without a seat behind everybody, at most so far', () => {
    expect(new Set(ranksOf(null, seats(2)))).toEqual(new Set([2]));
    expect(new Set(ranksOf(null, seats(40)))).toEqual(new Set([RANK_MAX]));
    expect(new Set(ranksOf(null, []))).toEqual(new Set([0]));
  });
});

class SettableMembers implements Members {
  self: string | null = null;
  others: readonly string[] = [];
  private listener: () => void = () => undefined;
  onChange(listener: () => void): void {
    this.listener = listener;
  }
  become(self: string | null, others: readonly string[]): void {
    this.self = self;
    this.others = others;
    this.listener();
  }
}

it('a share says what moved: all is ours while nobody is known, and what another one takes is what we lose', () => {
  const members = new SettableMembers();
  const share = new WorkShare(members);
  const moves: SlotsMoved[] = [];
  share.onDealt((moved) => moves.push(moved));
  expect([share.own, share.living]).toEqual([SLOTS, 1]);
  members.become('engine-1', ['engine-2']);
  expect(moves).toEqual([{ gained: 0, lost: SLOTS - share.own }]);
  expect([share.own > 0, share.own < SLOTS, share.living]).toEqual([true, true, 2]);
  const lost = SLOTS - share.own;
  members.become('engine-1', []);
  expect(moves[1]).toEqual({ gained: lost, lost: 0 });
});
