import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { DatabaseRefused, openDatabase, sqliteCode, type Sqlite } from '../open-database';
import { walDamage, wordsOf } from '../wal-check';
import { idLookup } from './event-ids';
import type { Finding } from './finding';
import { EMPTY_CHAIN, checkLog, type CheckedRecord } from './log-check';
import { checkStreams } from './stream-check';
import { positionText, storedEventOf } from './record';
import { EVENT_FILE, SELECT_ANCHOR, type Anchor } from './schema';

export interface ScannedRecord {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly crcOk: boolean;
  readonly logChainOk: boolean;
  /** null when the record is damaged beyond reading. */
  readonly event: StoredEvent | null;
}

const PAGE_FINDINGS_MAX = 100;

/** The whole log, record by record, as it is at the first step. May be stopped at any record. */
export async function* scanForVerify(file: string): AsyncGenerator<ScannedRecord, void, undefined> {
  const db = openSnapshot(file);
  try {
    for (const { record, crcWrong, logChainOk } of checkLog(db, { position: 0, chain: EMPTY_CHAIN })) {
      const { stream, revision, position } = record;
      yield { stream, revision, position: positionText(position), crcOk: crcWrong.length === 0, logChainOk, event: eventOrNull(record) };
    }
  } finally {
    db.close();
  }
}

/**
 * Everything that is wrong with an event file by its own account; nothing when it is sound. Reads only, also beside running writers.
 * What the events mean (their schemas, their own hash chains) is for the caller to check with `scanForVerify`.
 */
export async function* checkStore(file: string): AsyncGenerator<Finding, void, undefined> {
  let db: Sqlite | undefined;
  try {
    // What lies behind the damage is out of reach for all that follows, and is missed by nobody: it must be said first.
    const damage = walDamage(file);
    if (damage !== null) yield { kind: 'wal', what: wordsOf(damage) };
    db = openSnapshot(file);
    yield* pageFindings(db);
    yield* logFindings(db);
    yield* checkStreams(db);
  } catch (error) {
    if (error instanceof DatabaseRefused) yield { kind: 'unreadable', what: error.message };
    else if (sqliteCode(error)?.startsWith('SQLITE_CORRUPT'))
      yield { kind: 'page', what: 'a page of the file is damaged; what lies behind it was not checked' };
    else throw error;
  } finally {
    db?.close();
  }
}

/** A read transaction pins the moment, so that what is compared belongs together. */
function openSnapshot(file: string): Sqlite {
  const db = openDatabase({ ...EVENT_FILE, file, readonly: true });
  db.exec('BEGIN');
  return db;
}

function* pageFindings(db: Sqlite): Generator<Finding> {
  const words = db.prepare<[], string>(`PRAGMA integrity_check(${PAGE_FINDINGS_MAX})`).pluck().all();
  for (const what of words) if (what !== 'ok') yield { kind: /\bindex\b/i.test(what) ? 'index' : 'page', what };
}

function* logFindings(db: Sqlite): Generator<Finding> {
  const anchor = db.prepare<[], Anchor>(SELECT_ANCHOR).get();
  const leadsTo = idLookup(db);
  let end = { position: 0, chain: EMPTY_CHAIN };
  for (const checked of checkLog(db, end)) {
    yield* recordFindings(checked, leadsTo(checked.record.eventId, checked.record.position));
    end = checked.record;
  }
  if (anchor === undefined) yield { kind: 'missing-tail', what: 'the anchor row is gone: nothing tells where the log ended' };
  else if (end.position < anchor.position) {
    yield { kind: 'missing-tail', position: positionText(end.position + 1), what: `the log was written up to ${positionText(anchor.position)}` };
  } else if (end.position > anchor.position || end.chain !== anchor.chain) {
    yield { kind: 'missing-tail', position: positionText(end.position), what: 'the anchor names another end of the log' };
  }
}

function* recordFindings({ record, crcWrong, logChainOk, missingBefore, indexedStream }: CheckedRecord, idFound: boolean): Generator<Finding> {
  const where = { stream: record.stream, revision: record.revision, position: positionText(record.position) };
  if (missingBefore > 0) yield { kind: 'missing-record', position: positionText(record.position - missingBefore), what: `${missingBefore} in a row` };
  for (const field of crcWrong) yield { kind: 'crc', ...where, field };
  // A record behind a gap, or one that was changed, cannot follow from the one before it: that has been said.
  if (!logChainOk && crcWrong.length === 0 && missingBefore === 0) yield { kind: 'log-chain', ...where };
  if (indexedStream !== record.stream) yield { kind: 'head-mismatch', ...where, what: 'the stream index does not name this stream' };
  if (!idFound) yield { kind: 'index', ...where, what: 'its event id does not lead to it' };
}

function eventOrNull(record: CheckedRecord['record']): StoredEvent | null {
  try {
    return storedEventOf(record);
  } catch {
    return null;
  }
}
