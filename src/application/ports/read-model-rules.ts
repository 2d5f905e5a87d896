import type { Condition, Filter, ModelDefinition, Scalar } from './read-models';

/** What every store of read models has to hold to, whatever it is made of. */
export const FIND_LIMIT_MAX = 1_000;
export const IN_VALUES_MAX = 256;

const MODEL_NAME = /^[a-z][A-Za-z0-9_-]{0,47}$/;
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
/** A lone surrogate has no UTF-8 form, so two such keys could become one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Names become names in the store, so only plain ones are taken. Throws TypeError. */
export function assertDefinition({ name, version, indexes }: ModelDefinition): void {
  if (!MODEL_NAME.test(name)) throw new TypeError(`not a name for a read model: ${JSON.stringify(name)}`);
  if (!Number.isInteger(version) || version < 1) throw new TypeError(`read model "${name}": version must be a whole number from 1`);
  const odd = indexes.flat().find((field) => !FIELD_NAME.test(field));
  if (odd !== undefined) throw new TypeError(`read model "${name}": not a name for an index field: ${JSON.stringify(odd)}`);
  if (indexes.some((index) => index.length === 0)) throw new TypeError(`read model "${name}": an index needs a field`);
}

export function assertKey(key: string): void {
  if (typeof key !== 'string' || LONE_SURROGATE.test(key)) throw new TypeError('a row key must be well-formed Unicode');
}

export function assertLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > FIND_LIMIT_MAX) throw new RangeError(`limit must be 1 to ${FIND_LIMIT_MAX}`);
}

export function assertDeclared(field: string, fields: Pick<ReadonlySet<string>, 'has'>): void {
  if (!fields.has(field)) throw new TypeError(`"${field}" is not an index field of this read model`);
}

/** What is compared, sorted and indexed: text in the order of its code points, or a number. Truth counts as 1 and 0. */
export function cellOf(value: Scalar): string | number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new TypeError('a filter or index value must be a string, a finite number or a boolean');
}

/** The cell of a row in one index field; null when it has none. */
export function cellOfRow(value: Readonly<Record<string, unknown>>, field: string): string | number | null {
  const member = Object.hasOwn(value, field) ? value[field] : null;
  if (member === null || member === undefined) return null;
  if (typeof member === 'object') throw new TypeError(`index field "${field}" must hold a scalar or null`);
  return cellOf(member as Scalar);
}

/** Whether a row that was had otherwise is one that the filter asks for, as a store would say. Bounds compare numbers only. */
export function fits(value: object, filter: Filter): boolean {
  return Object.entries(filter).every(([field, condition]) => holds(cellOfRow(value as Readonly<Record<string, unknown>>, field), condition));
}

function holds(cell: string | number | null, condition: Condition): boolean {
  const { eq, in: among, prefix, gte, gt, lte, lt } = condition;
  const compares = (bound: Scalar | undefined, passes: (a: number, b: number) => boolean): boolean =>
    bound === undefined || (typeof cell === 'number' && passes(cell, Number(bound)));
  return (
    (eq === undefined || cell === (eq === null ? null : cellOf(eq))) &&
    (among === undefined || (cell !== null && among.map(cellOf).includes(cell))) &&
    (prefix === undefined || (typeof cell === 'string' && cell.startsWith(prefix))) &&
    compares(gte, (a, b) => a >= b) &&
    compares(gt, (a, b) => a > b) &&
    compares(lte, (a, b) => a <= b) &&
    compares(lt, (a, b) => a < b)
  );
}

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;
const LAST_CODE_POINT = 0x10ffff;

/** The smallest text after all that begin so, in code-point order; null when there is none. */
export function endOfPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return null;
}
