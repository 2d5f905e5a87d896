import fc from 'fast-check';
import { OTHER_KINDS, RefusalBook, type RefusedRequest } from '../../../src/domain/refusal/refusal-book';
import { REFUSAL_FACTS_PER_DAY_MAX, refusalsOfDay } from '../../../src/domain/refusal/refusals-of-day';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const LIMITS = { windowMs: 60_000, kindsMax: 3 };
const at = (seconds: number): string => new Date(NOW + seconds * 1_000).toISOString();
const refused = (operation: string, over: Partial<RefusedRequest> = {}): RefusedRequest => ({
  actor: { kind: 'SUPPORT', id: 'anna' },
  operation,
  code: 'FORBIDDEN',
  requestId: `request-${operation}`,
  ...over,
});

describe('the book of refusals', () => {
  it('gives out the first of its kind at once, and how often it came again when the window ends', () => {
    const book = new RefusalBook(LIMITS);
    book.note(refused('voidCard'), NOW);
    expect(book.take(NOW + 1_000)).toEqual([{ ...refused('voidCard'), count: 1, firstAt: at(0), lastAt: at(0) }]);
    book.note(refused('voidCard', { requestId: 'another' }), NOW + 2_000);
    book.note(refused('voidCard'), NOW + 30_000);
    expect(book.take(NOW + 59_999)).toEqual([]);
    expect(book.take(NOW + 60_000)).toEqual([{ ...refused('voidCard'), count: 2, firstAt: at(2), lastAt: at(30) }]);
    expect(book.take(NOW + 120_000)).toEqual([]);
  });

  it('tells actors, operations and codes apart, and strangers from keys', () => {
    const book = new RefusalBook({ ...LIMITS, kindsMax: 10 });
    const { actor: _nobody, ...stranger } = refused('order');
    for (const one of [
      refused('order'),
      refused('orders'),
      refused('order', { code: 'NOT_FOUND' }),
      refused('order', { actor: { kind: 'OPS', id: 'anna' } }),
      stranger,
    ])
      book.note(one, NOW);
    expect(book.take(NOW)).toHaveLength(5);
  });

  it('counts what comes beyond its kinds as one, and remembers as many again in the next window', () => {
    const book = new RefusalBook(LIMITS);
    for (let n = 0; n < 1_000; n++) book.note(refused(`op-${n}`), NOW);
    const taken = book.take(NOW);
    expect(taken).toHaveLength(LIMITS.kindsMax + 1);
    expect(taken.at(-1)).toMatchObject({ ...OTHER_KINDS, count: 1_000 - LIMITS.kindsMax });
    book.take(NOW + LIMITS.windowMs);
    book.note(refused('op-999'), NOW + LIMITS.windowMs);
    expect(book.take(NOW + LIMITS.windowMs)).toMatchObject([{ operation: 'op-999', count: 1 }]);
  });

  it('loses and invents none, and gives out few, whatever comes whenever', () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 40_000 }), kind: fc.integer({ min: 0, max: 6 }), takes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const book = new RefusalBook(LIMITS);
        let now = NOW;
        let counted = 0;
        let facts = 0;
        for (const { afterMs, kind, takes } of steps) {
          now += afterMs;
          book.note(refused(`op-${kind}`), now);
          const taken = takes ? book.take(now) : [];
          facts += taken.length;
          counted += taken.reduce((sum, { count }) => sum + count, 0);
        }
        const rest = book.take(now, true);
        expect(counted + rest.reduce((sum, { count }) => sum + count, 0)).toBe(steps.length);
        const windows = 1 + Math.ceil((now - NOW) / LIMITS.windowMs);
        expect(facts + rest.length).toBeLessThanOrEqual(windows * 2 * (LIMITS.kindsMax + 1));
      }),
    );
  });
});

describe('the refusals of a day', () => {
  const fact = { operation: 'order', code: 'NOT_FOUND', count: 1, firstAt: at(0), lastAt: at(0), requestId: 'r' };
  it('are facts up to its limit; the last one says that the day is full', () => {
    const almost = { facts: REFUSAL_FACTS_PER_DAY_MAX - 2 };
    const decided = refusalsOfDay.decide({ type: 'Record', refused: [fact, fact, fact] }, almost);
    expect(decided).toMatchObject([{ data: { code: 'NOT_FOUND' } }, { data: { code: 'DAY_IS_FULL' } }]);
    expect(refusalsOfDay.decide({ type: 'Record', refused: [fact] }, { facts: REFUSAL_FACTS_PER_DAY_MAX })).toEqual([]);
  });
});
