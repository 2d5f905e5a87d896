import type { Position } from '../../domain/kernel/event';
import { sha256Hex } from '../../domain/kernel/hash';
import type { BookRow } from '../../projections/books';
import { FingerprintSet, FINGERPRINTS_MAX } from '../import-cards/fingerprint-set';
import type { ReadModels, Row } from '../ports/read-models';
import { rowPages } from '../row-pages';

const ROWS_AT_ONCE = 500;

/**
 * Every book with an entry behind a place in the log, each once, in pages. A book that gets a new entry meanwhile moves to the end
 * of the list: it may be met there in its new form, and what is behind `upTo` in it is for the reader to leave out. Takes 9 to 12
 * bytes of memory for each book, whatever is in it. Rejects with ReadModelsUnavailable.
 */
export async function* scanBooks(readModels: ReadModels, from: Position | null): AsyncGenerator<readonly Row<BookRow>[]> {
  const seen = new FingerprintSet();
  for await (const rows of rowPages<BookRow>(readModels, 'books', {
    filter: { lastPosition: { gt: from ?? '' } },
    sort: { field: 'lastPosition', direction: 'asc' },
    pageRows: ROWS_AT_ONCE,
  })) {
    const fresh = rows.filter(({ key }) => seen.add(Buffer.from(sha256Hex(key), 'hex').toString('base64url')));
    if (seen.isFull) throw new Error(`more than ${FINGERPRINTS_MAX} books stand behind ${from ?? 'the beginning'}: close days more often`);
    if (fresh.length > 0) yield fresh;
  }
}
