import { assertDeclared, assertLimit, cellOf, endOfPrefix, IN_VALUES_MAX } from '../../../application/ports/read-model-rules';
import type { Condition, Filter, FindOptions, Scalar } from '../../../application/ports/read-models';
import type { SqlValue } from './prepared-statements';

export interface Clause {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Conditions on declared fields as SQL. Names come from the declaration only and values are bound, so nothing of a caller's becomes SQL. */
export function whereOf(filter: Filter, fields: ReadonlySet<string>): Clause {
  return allOf(Object.entries(filter).flatMap(([field, condition]) => conditionClauses(declared(field, fields), condition)));
}

/**
 * One page as one or two range scans: rows without the sort field come first ascending and last descending,
 * and asking for them apart lets each scan walk one index from where the page before ended.
 */
export function pageScans(options: FindOptions, fields: ReadonlySet<string>): readonly (Clause & { readonly order: string })[] {
  const { limit, sort, after } = options;
  assertLimit(limit);
  const where = whereOf(options.filter ?? {}, fields);
  if (sort === undefined) {
    return [{ ...allOf([where, ...(after === undefined ? [] : [{ sql: 'key > ?', values: [after.key] }])]), order: 'key ASC' }];
  }
  const column = declared(sort.field, fields);
  const [direction, beyond] = sort.direction === 'desc' ? ['DESC', '<'] : ['ASC', '>'];
  const without = { clauses: [where, { sql: `${column} IS NULL`, values: [] }], order: `key ${direction}` };
  const having = { clauses: [where, { sql: `${column} IS NOT NULL`, values: [] }], order: `${column} ${direction}, key ${direction}` };
  const scans = sort.direction === 'desc' ? [having, without] : [without, having];
  if (after === undefined) return scans.map((scan) => ({ ...allOf(scan.clauses), order: scan.order }));
  const begun = after.value === null ? without : having;
  begun.clauses.push(
    after.value === null
      ? { sql: `key ${beyond} ?`, values: [after.key] }
      : { sql: `(${column}, key) ${beyond} (?, ?)`, values: [cellOf(after.value), after.key] },
  );
  return scans.slice(scans.indexOf(begun)).map((scan) => ({ ...allOf(scan.clauses), order: scan.order }));
}

/** The prefix keeps the names of fields apart from our own columns. */
export const columnOf = (field: string): string => `"f_${field}"`;

function declared(field: string, fields: ReadonlySet<string>): string {
  assertDeclared(field, fields);
  return columnOf(field);
}

function allOf(clauses: readonly Clause[]): Clause {
  return { sql: clauses.map((clause) => clause.sql).join(' AND ') || 'TRUE', values: clauses.flatMap((clause) => clause.values) };
}

type Operators = { readonly [O in keyof Condition]-?: (column: string, operand: NonNullable<Condition[O]>) => Clause };

/** SQLite sorts NULL < numbers < text. A bound is therefore closed towards the other kind: a number never matches text. */
const OPERATORS: Operators = {
  eq: (column, value) => ({ sql: `${column} = ?`, values: [cellOf(value)] }),
  in: inClause,
  gte: (column, value) => bound(column, '>=', value),
  gt: (column, value) => bound(column, '>', value),
  lte: (column, value) => bound(column, '<=', value),
  lt: (column, value) => bound(column, '<', value),
  prefix: prefixClause,
};

function conditionClauses(column: string, condition: Condition): readonly Clause[] {
  return Object.entries(condition).map(([name, operand]): Clause => {
    if (!Object.hasOwn(OPERATORS, name)) throw new TypeError(`unknown filter operator "${name}"`);
    if (name === 'eq' && operand === null) return { sql: `${column} IS NULL`, values: [] };
    const operator = OPERATORS[name as keyof Condition] as (column: string, operand: unknown) => Clause;
    return operator(column, operand);
  });
}

function bound(column: string, comparison: '>=' | '>' | '<=' | '<', value: Scalar): Clause {
  const sameKind = typeof value === 'string' ? `${column} >= ''` : `${column} < ''`;
  return { sql: `${column} ${comparison} ? AND ${sameKind}`, values: [cellOf(value)] };
}

/** Padded to a power of two with a repeated value, so that lists of many lengths share few statements. */
function inClause(column: string, list: readonly Scalar[]): Clause {
  if (list.length > IN_VALUES_MAX) throw new RangeError(`at most ${IN_VALUES_MAX} values in one list`);
  const [first] = list;
  if (first === undefined) return { sql: 'FALSE', values: [] };
  const slots = 2 ** Math.ceil(Math.log2(list.length));
  const values = Array.from({ length: slots }, (_, i) => cellOf(list[i] ?? first));
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

function prefixClause(column: string, prefix: string): Clause {
  if (typeof prefix !== 'string') throw new TypeError('a prefix must be a string');
  const end = endOfPrefix(prefix);
  const from: Clause = { sql: `${column} >= ?`, values: [prefix] };
  return end === null ? from : allOf([from, { sql: `${column} < ?`, values: [end] }]);
}
