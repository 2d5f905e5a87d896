import type { Filter, ReadModels, Row, RowValue, Scalar } from './ports/read-models';

export interface RowPagesOptions {
  readonly filter?: Filter;
  /** Declared in the index that the filter uses; by key without it. */
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  readonly pageRows: number;
  /** Without it, to the end. A last page that is full says that there may be more. */
  readonly pagesMax?: number;
}

/**
 * All rows of a read model that fit, page by page, each behind the last row of the one before; the last page is the one that is not full, and may be empty.
 * Rows that change meanwhile may be met twice or not at all. Rejects with ReadModelsUnavailable.
 */
export async function* rowPages<R = RowValue>(
  readModels: Pick<ReadModels, 'find'>,
  model: string,
  { filter, sort, pageRows, pagesMax = Infinity }: RowPagesOptions,
): AsyncGenerator<readonly Row<R>[]> {
  let after: { readonly value: Scalar | null; readonly key: string } | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const rows = await readModels.find<R>(model, {
      limit: pageRows,
      ...(filter === undefined ? {} : { filter }),
      ...(sort === undefined ? {} : { sort }),
      ...(after === undefined ? {} : { after }),
    });
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = { value: sort === undefined ? null : cellOf(last.value, sort.field), key: last.key };
  }
}

const cellOf = (value: unknown, field: string): Scalar | null => (value as Readonly<Record<string, Scalar | undefined>>)[field] ?? null;
