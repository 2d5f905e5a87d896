import { openDatabase, sqliteCode, type Sqlite } from '../open-database';
import { walDamage, wordsOf } from '../wal-check';
import { chainAt, checkLog } from './log-check';
import { positionText } from './record';
import { EVENT_FILE, SELECT_ANCHOR, SELECT_CLEAN_POSITION, SELECT_LAST_POSITION, type Anchor } from './schema';
import type { Position } from '../../../domain/kernel/event';

/** The file is damaged at `position`. Nothing was changed; `cardrail verify` tells more, a backup heals it. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged';

  constructor(
    readonly position: Position,
    readonly what: string,
  ) {
    super(`the event store is damaged at position ${position}: ${what}`);
  }
}

/**
 * How much of the log is looked at after a crash. Only what was written shortly before a crash can be torn by it:
 * a commit rests in the WAL, under its own checksums, until it has been copied and synced.
 */
const TAIL_RECORDS_MAX = 8_192;

/**
 * Before the file is opened for writing: that would take the damaged place for the end of the log, and forget what lies behind it.
 * Throws StoreDamaged.
 */
export function checkWal(file: string): void {
  const damage = walDamage(file);
  if (damage === null) return;
  throw new StoreDamaged(positionText(reachable(file) + 1), wordsOf(damage));
}

/** How many events come before the damage; none when not even the tables can be reached. */
function reachable(file: string): number {
  let db: Sqlite | undefined;
  try {
    db = openDatabase({ ...EVENT_FILE, file, readonly: true });
    return db.prepare<[], Anchor>(SELECT_ANCHOR).get()?.position ?? 0;
  } catch {
    return 0;
  } finally {
    db?.close();
  }
}

/** Start-up check: head, anchor, and the tail since the last clean stop. Throws StoreDamaged. */
export function checkTail(db: Sqlite): void {
  const anchor = readOrDamaged(() => db.prepare<[], Anchor>(SELECT_ANCHOR).get());
  if (anchor === undefined) throw new StoreDamaged(positionText(0), 'the anchor row is gone');
  readOrDamaged(() => checkEnd(db, anchor), anchor.position);
  const clean = Number(db.prepare(SELECT_CLEAN_POSITION).pluck().get());
  // The last record is looked at in any case.
  const from = Math.max(0, Math.min(clean, anchor.position - 1), anchor.position - TAIL_RECORDS_MAX);
  readOrDamaged(() => checkRecords(db, from), from);
}

function checkEnd(db: Sqlite, anchor: Anchor): void {
  const last = Number(db.prepare(SELECT_LAST_POSITION).pluck().get() ?? 0);
  if (last < anchor.position)
    throw new StoreDamaged(positionText(last + 1), `the log ends here but was written up to ${positionText(anchor.position)}`);
  if (last > anchor.position) throw new StoreDamaged(positionText(anchor.position + 1), 'the log goes on behind its anchor');
  if (chainAt(db, last) !== anchor.chain) throw new StoreDamaged(positionText(last), 'the last record is not the one that was written last');
}

function checkRecords(db: Sqlite, from: number): void {
  const chain = chainAt(db, from);
  if (chain === undefined) throw new StoreDamaged(positionText(from), 'a record is missing');
  for (const { record, crcWrong, logChainOk, missingBefore, indexedStream } of checkLog(db, { position: from, chain })) {
    const position = positionText(record.position);
    if (missingBefore > 0) throw new StoreDamaged(positionText(record.position - missingBefore), 'a record is missing');
    if (crcWrong.length > 0) throw new StoreDamaged(position, `wrong checksum of ${crcWrong.join(', ')}`);
    if (!logChainOk) throw new StoreDamaged(position, 'the log chain is broken');
    if (indexedStream !== record.stream) throw new StoreDamaged(position, 'the stream index names another stream');
  }
}

/** SQLite's own word for damage (a page that cannot be) is ours too. */
function readOrDamaged<T>(read: () => T, position = 0): T {
  try {
    return read();
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_CORRUPT')) throw new StoreDamaged(positionText(position), 'a page of the file is damaged');
    throw error;
  }
}
