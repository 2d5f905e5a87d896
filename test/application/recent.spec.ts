import fc from 'fast-check';
import { Recent } from '../../src/application/recent';

describe('what was used last', () => {
  it('is kept, at least half of what may be kept, and never more than that', () => {
    const keys = fc.array(fc.record({ key: fc.integer({ min: 0, max: 30 }), isRead: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(keys, fc.integer({ min: 2, max: 12 }), (uses, max) => {
        const recent = new Recent<number, string>(max);
        const used: number[] = [];
        for (const { key, isRead } of uses) {
          if (isRead && recent.get(key) === undefined) continue;
          if (!isRead) recent.set(key, `value ${key}`);
          used.push(key);
          expect(recent.size).toBeLessThanOrEqual(max);
        }
        const lately = [...new Set(used.reverse())].slice(0, Math.floor(max / 2));
        expect(lately.filter((key) => recent.get(key) !== `value ${key}`)).toEqual([]);
      }),
    );
  });

  it('is forgotten when it is deleted, wherever it stands', () => {
    const recent = new Recent<string, number>(4);
    for (const [i, key] of ['a', 'b', 'c'].entries()) recent.set(key, i);
    for (const key of ['a', 'c']) recent.delete(key);
    expect(['a', 'b', 'c'].map((key) => recent.has(key))).toEqual([false, true, false]);
  });

  it('keeps an entry that is used again and again, whatever else comes and goes', () => {
    const recent = new Recent<number, number>(4);
    recent.set(-1, 7);
    for (let key = 0; key < 100; key++) {
      recent.set(key, key);
      expect(recent.get(-1)).toBe(7);
    }
  });
});
