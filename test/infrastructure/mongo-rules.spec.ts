import fc from 'fast-check';
import type { Filter, FindOptions, ModelDefinition, ParkedSequence } from '../../src/application/ports/read-models';
import {
  activated,
  advanced,
  buildOfCollection,
  collectionOf,
  earliestParked,
  generationsOf,
  type ModelDocument,
  needsBuild,
  newModel,
  withNewBuild,
} from '../../src/infrastructure/mongodb/read-models/model-document';
import { isAway } from '../../src/infrastructure/mongodb/away';
import { documentOf, guardedWrite, indexesOf } from '../../src/infrastructure/mongodb/read-models/row-document';
import { pageOf, queryOf } from '../../src/infrastructure/mongodb/read-models/row-query';
import { at } from '../contracts/read-models.contract';

/** What can be judged without any server: what a filter becomes, how a row is written, how the pointer moves. */

const FIELDS = new Set(['city', 'age']);
const OPERATORS = ['$and', '$or', '$eq', '$in', '$gt', '$gte', '$lt', '$lte'];

/** Every name that stands where MongoDB looks for an operator, and every operand. */
function partsOf(query: unknown): { readonly operators: readonly string[]; readonly operands: readonly unknown[] } {
  if (Array.isArray(query)) return join(query.map(partsOf));
  if (query === null || typeof query !== 'object') return { operators: [], operands: [query] };
  const members = Object.entries(query).map(([name, member]) => {
    const inside = partsOf(member);
    return name.startsWith('$') ? { ...inside, operators: [name, ...inside.operators] } : inside;
  });
  return join(members);
}
const join = (parts: readonly ReturnType<typeof partsOf>[]): ReturnType<typeof partsOf> => ({
  operators: parts.flatMap(({ operators }) => operators),
  operands: parts.flatMap(({ operands }) => operands),
});

const isPlain = (operand: unknown): boolean => operand === null || ['string', 'number', 'boolean'].includes(typeof operand);

describe('what a filter becomes', () => {
  it('always names its operator, so that a value is a value', () => {
    expect(queryOf({ city: { eq: 'Ulm' }, age: { gte: 3, lt: 9 } }, FIELDS)).toEqual({
      $and: [{ live: { $eq: true } }, { 'cells.city': { $eq: 'Ulm' } }, { 'cells.age': { $gte: 3 } }, { 'cells.age': { $lt: 9 } }],
    });
  });

  it('a text that looks like an operator or a path stays a text', () => {
    expect(queryOf({ city: { in: ['$where', 'a.b'] } }, FIELDS)).toEqual({
      $and: [{ live: { $eq: true } }, { 'cells.city': { $in: ['$where', 'a.b'] } }],
    });
  });

  it('truth counts as 1 and 0, as in every store', () => {
    expect(queryOf({ age: { eq: true } }, FIELDS)).toEqual({ $and: [{ live: { $eq: true } }, { 'cells.age': { $eq: 1 } }] });
  });

  it('a beginning is a range, so that an index serves it and no pattern is made of it', () => {
    expect(queryOf({ city: { prefix: 'a.*' } }, FIELDS)).toEqual({
      $and: [{ live: { $eq: true } }, { 'cells.city': { $gte: 'a.*' } }, { 'cells.city': { $lt: 'a.+' } }],
    });
  });

  it('whatever comes from outside is a plain operand of a known operator, or is refused', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
    process.stdout.write(`filters property: SEED=${seed}\n`);
    const hostile = fc.oneof(
      fc.anything(),
      { weight: 6, arbitrary: fc.oneof(fc.string(), fc.integer(), fc.boolean()) },
      fc.constantFrom<unknown>({ $ne: null }, { $gt: '' }, ['$where'], { $regex: '.*' }, { toString: () => 'x' }, new String('x'), null, undefined),
    );
    const names = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('eq', 'in', 'gte', 'gt', 'lte', 'lt', 'prefix') },
      fc.constantFrom('$ne', '$where', '__proto__'),
    );
    const fields = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('city', 'age') },
      fc.constantFrom('$or', '_id', 'value', '__proto__'),
      fc.string(),
    );
    const filters = fc.dictionary(fields, fc.oneof({ weight: 6, arbitrary: fc.dictionary(names, hostile, { maxKeys: 2 }) }, hostile), { maxKeys: 2 });
    const options = fc.record(
      {
        filter: filters,
        sort: fc.oneof(hostile, fc.record({ field: fields, direction: fc.constantFrom('asc', 'desc') })),
        after: fc.oneof(hostile, fc.record({ value: hostile, key: hostile })),
        limit: fc.constant(10),
      },
      { requiredKeys: ['limit', 'filter'] },
    );
    let accepted = 0;
    const judge = (build: () => Partial<ReturnType<typeof pageOf>>): void => {
      let page: ReturnType<typeof build>;
      try {
        page = build();
      } catch {
        return;
      }
      accepted++;
      const { operators, operands } = partsOf(page.query);
      expect(operators.filter((name) => !OPERATORS.includes(name))).toEqual([]);
      expect(operands.filter((operand) => !isPlain(operand))).toEqual([]);
      expect(Object.keys(Object(page.sort ?? {}) as object).filter((name) => name !== '_id' && !/^cells\.(city|age)$/.test(name))).toEqual([]);
    };
    const check = fc.property(options, ({ filter, ...asked }) => {
      if (Object.keys(filter).length > 0) judge(() => ({ query: queryOf(filter as Filter, FIELDS) }));
      judge(() => pageOf(asked as FindOptions, FIELDS));
    });
    fc.assert(check, { seed, numRuns: 3_000 });
    expect(accepted).toBeGreaterThan(100);
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['an operator as a condition', { age: { $ne: 1 } }],
    ['an object as a value', { age: { eq: { $gt: '' } } }],
    ['an object in a list', { age: { in: [{ $gt: '' }] } }],
    ['an object as a prefix', { city: { prefix: { $gt: '' } } }],
    ['a field that is not declared', { value: { eq: 1 } }],
    ['an operator as a field', { $where: { eq: 'sleep(1)' } }],
  ];
  it.each(refused)('refuses %s', (_title, filter) => {
    expect(() => queryOf(filter as Filter, FIELDS)).toThrow(TypeError);
  });

  it('refuses a cursor whose key is no text', () => {
    const after = { value: null, key: { $gt: '' } } as unknown as FindOptions['after'];
    expect(() => pageOf({ limit: 1, ...(after && { after }) }, FIELDS)).toThrow(TypeError);
  });
});

describe('what a page becomes', () => {
  const sort = { field: 'age', direction: 'asc' } as const;
  const ways = (options: Omit<FindOptions, 'limit'>): readonly unknown[] => {
    const { query } = pageOf({ limit: 10, ...options }, FIELDS);
    return (query as { $or: { $and: unknown[] }[] }).$or.map(({ $and: [_live, ...tests] }) => tests);
  };

  it('after a number come the same number with later keys, greater numbers, and all text', () => {
    expect(ways({ sort, after: { value: 3, key: 'k' } })).toEqual([
      [{ 'cells.age': { $eq: 3 } }, { _id: { $gt: 'k' } }],
      [{ 'cells.age': { $gt: 3 } }],
      [{ 'cells.age': { $gte: '' } }],
    ]);
  });

  it('downwards the other way round, and last those without a value', () => {
    expect(ways({ sort: { ...sort, direction: 'desc' }, after: { value: 'b', key: 'k' } })).toEqual([
      [{ 'cells.age': { $eq: 'b' } }, { _id: { $lt: 'k' } }],
      [{ 'cells.age': { $lt: 'b' } }],
      [{ 'cells.age': { $gte: -Infinity } }],
      [{ 'cells.age': { $eq: null } }],
    ]);
  });

  it('after a row without a value come others without one, then everything that has one', () => {
    expect(ways({ sort, after: { value: null, key: 'k' }, filter: { city: { eq: 'Ulm' } } })).toEqual([
      [{ 'cells.city': { $eq: 'Ulm' } }, { 'cells.age': { $eq: null } }, { _id: { $gt: 'k' } }],
      [{ 'cells.city': { $eq: 'Ulm' } }, { 'cells.age': { $gte: -Infinity } }],
      [{ 'cells.city': { $eq: 'Ulm' } }, { 'cells.age': { $gte: '' } }],
    ]);
  });
});

describe('how a row is written', () => {
  const row = { key: 'a', position: at(5), value: { city: 'Ulm', $set: 1, 'a.b': 2, age: null } };

  it('as text, with the declared fields beside it, if nothing newer is stored', () => {
    const document = documentOf(row, FIELDS);
    expect(document).toEqual({ _id: 'a', position: at(5), live: true, value: JSON.stringify(row.value), cells: { city: 'Ulm' } });
    expect(guardedWrite(document)).toEqual({
      replaceOne: { filter: { _id: { $eq: 'a' }, position: { $lt: at(5) } }, replacement: document, upsert: true },
    });
  });

  it('a tombstone has its position and nothing that an index or a reader could find', () => {
    expect(documentOf({ ...row, value: null }, FIELDS)).toEqual({ _id: 'a', position: at(5) });
  });

  it.each([
    ['a key that is no text', { ...row, key: { $gt: '' } as unknown as string }],
    ['a key that has no UTF-8 form', { ...row, key: '\ud800' }],
    ['an index field that is no scalar', { ...row, value: { city: { $gt: '' } } }],
  ])('refuses %s', (_title, bad) => {
    expect(() => documentOf(bad, FIELDS)).toThrow(TypeError);
  });

  it('refuses a row that no server would take', () => {
    expect(() => documentOf({ ...row, value: { text: 'x'.repeat(16 * 1024 * 1024) } }, FIELDS)).toThrow(RangeError);
  });

  it('an index begins with what readers see and ends with the key', () => {
    const [index] = indexesOf([['city', 'age']]);
    expect(Object.keys(index?.key ?? {})).toEqual(['live', 'cells.city', 'cells.age', '_id']);
  });
});

describe('how the pointer moves', () => {
  const ORDERS: ModelDefinition = { name: 'orders', version: 1, indexes: [['age']] };
  const sequence: ParkedSequence = { stream: 's-1', revision: 3, position: at(3), error: 'x', parkedAt: '2026-01-01T00:00:00.000Z' };
  const step = { checkpoint: at(3), park: [sequence], unpark: [] };
  const changed = (document: ModelDocument | null): ModelDocument => {
    if (document === null) throw new Error('nothing was changed');
    return document;
  };

  it('a new model serves an empty build whose number no collection bears yet', () => {
    expect(generationsOf(newModel(ORDERS, 4))).toEqual([{ model: 'orders', version: 1, number: 5, state: 'active', checkpoint: null }]);
  });

  it('a build beside the one that serves replaces any other that was under way', () => {
    const first = withNewBuild(newModel(ORDERS, 0), { ...ORDERS, version: 2 }, 0);
    const second = withNewBuild(first, { ...ORDERS, version: 2 }, 7);
    expect(generationsOf(second).map(({ number, state }) => [number, state])).toEqual([
      [1, 'active'],
      [8, 'building'],
    ]);
  });

  it('the switch takes the parked sequences of the new build and forgets those of the old one', () => {
    const started = withNewBuild(changed(advanced(newModel(ORDERS, 0), 1, step)), ORDERS, 0);
    expect(earliestParked(changed(activated(started, 2)), 2, 10)).toEqual([]);
    const parked = changed(activated(changed(advanced(started, 2, { ...step, park: [{ ...sequence, stream: 's-2' }] })), 2));
    expect(parked.parked).toEqual({ 2: [{ ...sequence, stream: 's-2' }] });
    expect(activated(parked, 2)).toBeNull();
    expect(() => activated(parked, 1)).toThrow(/gone/);
  });

  it('a step behind the checkpoint changes nothing, and one of a build that is gone is refused', () => {
    const document = changed(advanced(newModel(ORDERS, 0), 1, step));
    expect(advanced(document, 1, { checkpoint: at(2), park: [], unpark: ['s-1'] })).toBeNull();
    expect(() => advanced(document, 9, step)).toThrow(/gone/);
  });

  it('needs a build for a newer version or other indexes, not for an older program', () => {
    const document = newModel({ ...ORDERS, version: 2 }, 0);
    expect(needsBuild(document, { ...ORDERS, version: 2 })).toBe(false);
    expect(needsBuild(document, { ...ORDERS, version: 3 })).toBe(true);
    expect(needsBuild(document, { ...ORDERS, version: 2, indexes: [] })).toBe(true);
    expect(needsBuild(document, { ...ORDERS, version: 1, indexes: [] })).toBe(false);
  });

  it('a collection tells its model and number, whatever the model is called', () => {
    expect(buildOfCollection(collectionOf('a_1-b', 12))).toEqual({ model: 'a_1-b', number: 12 });
    expect(buildOfCollection('models')).toBeNull();
    expect(buildOfCollection('rows_x')).toBeNull();
  });
});

describe('a server counts as away', () => {
  const said = (code: string): Error => Object.assign(new Error('This socket has been ended by the other party'), { code });
  it.each(['EPIPE', 'ECONNRESET', 'ECONNREFUSED'])('when its socket says %s, which the driver passes on as it is', (code) =>
    expect(isAway(said(code))).toBe(true),
  );
  it('but not for a defect of ours', () => {
    expect(isAway(said('ERR_INVALID_ARG_TYPE'))).toBe(false);
    expect(isAway(new TypeError('x is not a function'))).toBe(false);
  });
});
