import type { Condition, Filter, Scalar } from '../../application/ports/read-models';

/** What a row holds in an index field: text, a number (truth counts as 1 and 0), or nothing. */
export type Cell = string | number | null;

export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new TypeError('a filter or index value must be a string, a finite number or a boolean');
}

/** UTF-16 puts surrogates before the end of the first plane; code points do not. */
const pointOrder = (unit: number): number => (unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x800 : unit + 0x2000);

function compareText(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return pointOrder(left) - pointOrder(right);
  }
  return a.length - b.length;
}

const kind = (cell: Cell): number => (cell === null ? 0 : typeof cell === 'number' ? 1 : 2);

/** Nothing, then numbers, then text in the order of its code points. */
export function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return kind(a) - kind(b);
}

type Test = (cell: Cell) => boolean;
const sameKind = (cell: Cell, value: Cell): boolean => cell !== null && typeof cell === typeof value;
const bound =
  (holds: (order: number) => boolean) =>
  (value: Scalar): Test => {
    const limit = cellOf(value);
    return (cell) => sameKind(cell, limit) && holds(compareCells(cell, limit));
  };

const TESTS: { readonly [O in keyof Condition]-?: (operand: NonNullable<Condition[O]>) => Test } = {
  eq: (value) => {
    const wanted = cellOf(value);
    return (cell) => cell === wanted;
  },
  in: (values) => {
    const wanted = new Set(values.map(cellOf));
    return (cell) => cell !== null && wanted.has(cell);
  },
  gte: bound((order) => order >= 0),
  gt: bound((order) => order > 0),
  lte: bound((order) => order <= 0),
  lt: bound((order) => order < 0),
  prefix: (prefix) => {
    if (typeof prefix !== 'string') throw new TypeError('a prefix must be a string');
    return (cell) => typeof cell === 'string' && cell.startsWith(prefix);
  },
};

export interface FieldTest {
  readonly field: string;
  readonly holds: Test;
  /** The only values that can pass, where they are few. */
  readonly among?: readonly Cell[];
}

/** The conditions of a filter, judged for sense before any row is looked at. */
export function testsOf(filter: Filter, declared: (field: string) => void): readonly FieldTest[] {
  return Object.entries(filter).flatMap(([field, condition]) => {
    declared(field);
    return Object.entries(condition).map(([name, operand]): FieldTest => {
      if (!Object.hasOwn(TESTS, name)) throw new TypeError(`unknown filter operator "${name}"`);
      if (name === 'eq' && operand === null) return { field, holds: (cell) => cell === null };
      const holds = (TESTS[name as keyof Condition] as (operand: unknown) => Test)(operand);
      const among = name === 'eq' ? [cellOf(operand)] : name === 'in' ? (operand as readonly Scalar[]).map(cellOf) : undefined;
      return { field, holds, ...(among === undefined ? {} : { among }) };
    });
  });
}
