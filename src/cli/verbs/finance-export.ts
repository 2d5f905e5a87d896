import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExportFile, type WrittenFile } from '../finance/export-files';
import { Refused } from '../exit';
import { answer, say, table } from '../output';
import { configOf, withParts } from '../session';
import { dayOr, openDesk } from './finance';

export interface ExportOptions {
  readonly day: string;
  readonly out: string;
  readonly json?: true;
}

interface Manifest {
  readonly format: 'cardrail-ledger/1';
  readonly day: string;
  readonly timeZone: string;
  readonly state: 'OPEN' | 'CLOSED';
  readonly columns: readonly string[];
  readonly files: readonly WrittenFile[];
}

/** Writes the entries of a day as csv and NDJSON, and a manifest of both. */
export async function exportDay(options: ExportOptions): Promise<void> {
  const day = await dayOr(options.day, () => options.day);
  await mkdir(options.out, { recursive: true, mode: 0o700 });
  const manifest = await withParts(configOf(), async (parts, signal): Promise<Manifest> => {
    const [{ EXPORT_COLUMNS, CSV_BOM, csvRow, postingsOfDay }, { readLedgerDay }, { parkedBooks }, { projections }] = await Promise.all([
      import('../../application/finance/export-entries'),
      import('../../application/finance/ledger-day'),
      import('../../application/finance/ledger-report'),
      import('../../workbench'),
    ]);
    const { store, readModels } = parts;
    const books = projections.find(({ name }) => name === 'books');
    if (books === undefined) throw new Error('there is no ledger in this program');
    const { timeZone } = await openDesk(parts, signal);
    const parked = await parkedBooks(readModels);
    if (parked > 0) throw new Refused('BOOKS_INCOMPLETE', { parked });
    const ledgerDay = await readLedgerDay(readModels, day);
    const upTo = ledgerDay.row?.fence ?? (await readModels.checkpoint('books')) ?? '';
    const csv = await ExportFile.create(join(options.out, `ledger-${day}.csv`));
    const ndjson = await ExportFile.create(join(options.out, `ledger-${day}.ndjson`));
    try {
      await csv.write(CSV_BOM + csvRow(EXPORT_COLUMNS), 0);
      for await (const postings of postingsOfDay(books, store, readModels, ledgerDay, timeZone, upTo)) {
        await csv.write(postings.map((posting) => csvRow(EXPORT_COLUMNS.map((column) => posting[column]))).join(''), postings.length);
        await ndjson.write(postings.map((posting) => `${JSON.stringify(posting)}\n`).join(''), postings.length);
      }
    } catch (error) {
      await Promise.all([csv.giveUp(), ndjson.giveUp()]);
      throw error;
    }
    const state = ledgerDay.row?.closedAt == null ? 'OPEN' : 'CLOSED';
    const files = [await csv.finish(), await ndjson.finish()];
    return { format: 'cardrail-ledger/1', day, timeZone, state, columns: EXPORT_COLUMNS, files };
  });
  await writeFile(join(options.out, `ledger-${day}.manifest.json`), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  if (manifest.state === 'OPEN') say('the day is open: more may come, and another export may differ');
  await answer(options.json, manifest, () =>
    table(
      ['FILE', 'ROWS', 'SHA-256'],
      manifest.files.map(({ name, rows, sha256 }) => [name, String(rows), sha256]),
    ),
  );
}
