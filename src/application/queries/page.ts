import { decodeCursor, encodeCursor, filterHashOf, type CursorPlace, type CursorScope, type Mac } from '../cursor';
import type { Filter, FindOptions, ReadModels, Row, Scalar } from '../ports/read-models';

/** The caller asked for something that cannot be: the edge answers BAD_USER_INPUT. The message names no secret. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  constructor(
    readonly field: string,
    why: string,
  ) {
    super(`${field}: ${why}`);
  }
}

export const PAGE_MAX = 100;
/** Counting stops here: `totalCount` is exact below it, and "so many or more" at it. */
export const TOTAL_COUNT_CAP = 10_000;

export interface PageRequest {
  /** 1–100. */
  readonly first: number;
  /** A cursor of the same list. */
  readonly after?: string;
  /** The list is told without how many it has: the shop does without counts for now. */
  readonly uncounted?: true;
}

export interface Page<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  /** At most TOTAL_COUNT_CAP; null when it was not counted. */
  readonly totalCount: number | null;
}

export interface ListOf {
  readonly model: string;
  readonly filter: Filter;
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' };
}

export function assertFirst(first: number): void {
  if (!Number.isInteger(first) || first < 1 || first > PAGE_MAX) throw new BadInput('first', `must be a whole number from 1 to ${PAGE_MAX}`);
}

/** The place a cursor stands for. Throws BadInput when it is forged or of another list. */
export function placeOf(after: string | undefined, scope: CursorScope, mac: Mac): CursorPlace | undefined {
  if (after === undefined) return undefined;
  const place = decodeCursor(after, scope, mac);
  if (place === null) throw new BadInput('after', 'is not a cursor of this list');
  return place;
}

/** One page of a read model. Keyset paging: rows that come or go meanwhile never make a page repeat or skip another row. */
export async function pageOf<R, T>(
  readModels: ReadModels,
  mac: Mac,
  list: ListOf,
  request: PageRequest,
  toNode: (row: Row<R>) => T,
): Promise<Page<T>> {
  const { model, filter, sort } = list;
  assertFirst(request.first);
  const scope: CursorScope = { model, sort: sort === undefined ? 'key:asc' : `${sort.field}:${sort.direction}`, filterHash: filterHashOf(filter) };
  const after = placeOf(request.after, scope, mac);
  const options: FindOptions = { filter, limit: request.first + 1, ...(sort !== undefined && { sort }), ...(after !== undefined && { after }) };
  const counted = request.uncounted === true ? null : readModels.count(model, filter, TOTAL_COUNT_CAP);
  const [rows, totalCount] = await Promise.all([readModels.find<R>(model, options), counted]);
  const edges = rows
    .slice(0, request.first)
    .map((row) => ({ node: toNode(row), cursor: encodeCursor({ value: sortValueOf(row, sort?.field), key: row.key }, scope, mac) }));
  return { edges, hasNextPage: rows.length > request.first, totalCount };
}

function sortValueOf(row: Row<unknown>, field: string | undefined): Scalar | null {
  if (field === undefined) return null;
  return (row.value as Readonly<Record<string, Scalar | null | undefined>>)[field] ?? null;
}
