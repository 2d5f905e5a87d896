import type { Filter as MongoFilter, Sort } from 'mongodb';
import { assertDeclared, assertLimit, cellOf, endOfPrefix, IN_VALUES_MAX } from '../../../application/ports/read-model-rules';
import type { Condition, Filter, FindOptions, Scalar } from '../../../application/ports/read-models';
import { cellName, type RowDocument } from './row-document';

/**
 * Filters as MongoDB takes them. Names of fields come from the declaration, operators from the table below, and a value is always
 * the operand of an operator and is text or a number: nothing of a caller's can become an operator.
 */
type Query = MongoFilter<RowDocument>;
type Operand = string | number | null | readonly (string | number)[];
interface Test {
  readonly [operator: `$${string}`]: Operand;
}

const LIVE: Query = { live: { $eq: true } };

export function queryOf(filter: Filter, fields: ReadonlySet<string>): Query {
  return allOf(testsOf(filter, fields));
}

export interface Page {
  readonly query: Query;
  readonly sort: Sort;
}

/** One page: what comes after the last row of the page before, in the order asked. */
export function pageOf({ limit, filter = {}, sort, after }: FindOptions, fields: ReadonlySet<string>): Page {
  assertLimit(limit);
  const tests = testsOf(filter, fields);
  if (sort === undefined) {
    const beyond = after === undefined ? [] : [on('_id', { $gt: textOf(after.key) })];
    return { query: allOf([...tests, ...beyond]), sort: { _id: 1 } };
  }
  assertDeclared(sort.field, fields);
  const direction = sort.direction === 'desc' ? -1 : 1;
  const order: Sort = { [cellName(sort.field)]: direction, _id: direction };
  if (after === undefined) return { query: allOf(tests), sort: order };
  // Each way to come after is a query of its own that walks the index from where the page before ended.
  const ways = waysAfter(cellName(sort.field), direction, after);
  return { query: { $or: ways.map((way) => allOf([...tests, ...way])) }, sort: order };
}

/** Rows by key, tombstones too. */
export const keyQuery = (keys: readonly string[]): Query => ({ _id: { $in: keys.map(textOf) } });

function allOf(queries: readonly Query[]): Query {
  return { $and: [LIVE, ...queries] };
}

const on = (name: string, test: Test): Query => ({ [name]: test });

/** Nothing, then numbers, then text: a comparison stays within its kind, so the other kinds are named apart. */
const KINDS: readonly { readonly has: (cell: string | number | null) => boolean; readonly all: Test }[] = [
  { has: (cell) => cell === null, all: { $eq: null } },
  { has: (cell) => typeof cell === 'number', all: { $gte: -Infinity } },
  { has: (cell) => typeof cell === 'string', all: { $gte: '' } },
];

function waysAfter(name: string, direction: 1 | -1, after: NonNullable<FindOptions['after']>): readonly (readonly Query[])[] {
  const cell = after.value === null ? null : cellOf(after.value);
  const beyond = direction === 1 ? '$gt' : '$lt';
  const ways: Query[][] = [[on(name, { $eq: cell }), on('_id', { [beyond]: textOf(after.key) })]];
  if (cell !== null) ways.push([on(name, { [beyond]: cell })]);
  const kinds = direction === 1 ? KINDS : [...KINDS].reverse();
  const own = kinds.findIndex(({ has }) => has(cell));
  return [...ways, ...kinds.slice(own + 1).map(({ all }) => [on(name, all)])];
}

type Operators = { readonly [O in keyof Condition]-?: (operand: NonNullable<Condition[O]>) => readonly Test[] };

const OPERATORS: Operators = {
  eq: (value) => [{ $eq: cellOf(value) }],
  in: inTest,
  gte: (value) => [{ $gte: cellOf(value) }],
  gt: (value) => [{ $gt: cellOf(value) }],
  lte: (value) => [{ $lte: cellOf(value) }],
  lt: (value) => [{ $lt: cellOf(value) }],
  prefix: prefixTests,
};

function testsOf(filter: Filter, fields: ReadonlySet<string>): readonly Query[] {
  return Object.entries(filter).flatMap(([field, condition]) => {
    assertDeclared(field, fields);
    return Object.entries(condition).flatMap(([name, operand]) => operatorTests(name, operand).map((test) => on(cellName(field), test)));
  });
}

function operatorTests(name: string, operand: unknown): readonly Test[] {
  if (!Object.hasOwn(OPERATORS, name)) throw new TypeError(`unknown filter operator "${name}"`);
  if (name === 'eq' && operand === null) return [{ $eq: null }];
  return (OPERATORS[name as keyof Condition] as (operand: unknown) => readonly Test[])(operand);
}

function inTest(list: readonly Scalar[]): readonly Test[] {
  if (list.length > IN_VALUES_MAX) throw new RangeError(`at most ${IN_VALUES_MAX} values in one list`);
  return [{ $in: list.map(cellOf) }];
}

function prefixTests(prefix: string): readonly Test[] {
  const from = textOf(prefix);
  const end = endOfPrefix(from);
  return end === null ? [{ $gte: from }] : [{ $gte: from }, { $lt: end }];
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a key and a prefix must be strings');
  return value;
}
