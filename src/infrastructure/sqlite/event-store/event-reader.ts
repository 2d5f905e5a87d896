import type { Statement } from 'better-sqlite3';
import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { READ_LIMIT_MAX, StoreUnavailable, type ReadOptions, type SubscriptionBatch } from '../../../application/ports/event-store';
import { dataVersionOf, type Sqlite } from '../open-database';
import { RECORD_COLUMNS, positionText, storedEventOf, type LogRecord } from './record';
import { SELECT_LAST_POSITION } from './schema';
import { Tail, TAIL_EVENTS_MAX } from './tail';

/** Prefixes of one subscription at most; each number of prefixes is a statement of its own. */
export const STREAM_PREFIXES_MAX = 32;
/** How far one batch looks for events that match, in positions: bounds the time for which it holds the event loop. */
const SCAN_POSITIONS_MAX = 16_384;
/** Events of the tail read at once. */
const TAIL_READ_MAX = 512;
/** Sorts behind every name that begins with the prefix before it. */
const LAST_CHARACTER = '\u{10FFFF}';

/** Reads on the calling thread, through a connection that cannot write. Every failure to read is StoreUnavailable. */
export class EventReader {
  private readonly selectStream: Statement<[string, number, number], LogRecord>;
  private readonly selectLast: Statement<[], number | null>;
  private readonly versionOfData: () => unknown;
  private readonly selectLog = new Map<number, Statement<unknown[], LogRecord>>();
  private readonly selectCategories = new Map<number, Statement<unknown[], LogRecord>>();
  private readonly tail = new Tail();
  /** Where the log ends as far as this process was told; undefined: to be looked up. */
  private end: number | undefined;

  constructor(private readonly db: Sqlite) {
    this.selectStream = db.prepare(`
      SELECT ${RECORD_COLUMNS} FROM streams s JOIN events e ON e.stream_id = s.id WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`);
    this.selectLast = db.prepare<[], number | null>(SELECT_LAST_POSITION).pluck();
    this.versionOfData = dataVersionOf(db);
  }

  /** What is there of a stream, also when it has a hole. */
  read(stream: string, { from = 0, limit = READ_LIMIT_MAX }: ReadOptions): readonly StoredEvent[] {
    return this.answer(() => this.selectStream.all(stream, from, Math.min(limit, READ_LIMIT_MAX)).map(storedEventOf));
  }

  head(): Position | null {
    const last = this.lastPosition();
    return last === 0 ? null : positionText(last);
  }

  /**
   * The next events behind a position; undefined when the log ends there, as far as this process was told (`committed`, `looksAgain`).
   * May be empty when nothing in reach matched.
   */
  batchAfter(after: number, prefixes: readonly string[] | undefined, batchMax: number): SubscriptionBatch | undefined {
    const last = (this.end ??= this.lastPosition());
    if (last <= after) return undefined;
    if (last - after <= TAIL_EVENTS_MAX / 2) return this.tailAfter(after, prefixes, batchMax, last);
    return prefixes?.every(isCategory) === true
      ? this.categoriesAfter(after, prefixes, batchMax, last)
      : this.logAfter(after, prefixes, batchMax, last);
  }

  /** What this process has just committed: as long as it is all that was, nobody need read it again. */
  committed(events: readonly StoredEvent[]): void {
    for (const event of events) if (event.position === positionText(this.tail.end + 1)) this.tail.push(event);
    this.end = events.at(-1)?.position === positionText(this.tail.end) ? this.tail.end : undefined;
  }

  /** Somebody has committed: true when that was more than this process was told. */
  looksAgain(): boolean {
    const told = this.end;
    this.end = undefined;
    this.end = this.lastPosition();
    return this.end !== told;
  }

  /** Near the end all subscriptions of a process want the same events: they are read and parsed once. */
  private tailAfter(after: number, prefixes: readonly string[] | undefined, batchMax: number, last: number): SubscriptionBatch {
    if (!this.tail.reaches(after)) this.tail.restart(after);
    if (this.tail.end < Math.min(last, after + batchMax)) {
      const records = this.answer(() => this.logStatement(0).all(this.tail.end, last, TAIL_READ_MAX));
      for (const record of records) {
        expectPlace(record.position, this.tail.end + 1, `position ${positionText(this.tail.end + 1)}`);
        this.tail.push(this.answer(() => storedEventOf(record)));
      }
      // There is more, and it cannot be read: without this whoever follows would be told of nothing for ever.
      if (records.length === 0) throw missing(`position ${positionText(this.tail.end + 1)}`);
    }
    const events: StoredEvent[] = [];
    let position = after;
    while (position < this.tail.end && events.length < batchMax) {
      const event = this.tail.at(++position);
      if (event !== undefined && (prefixes === undefined || prefixes.some((prefix) => event.stream.startsWith(prefix)))) events.push(event);
    }
    return { events, position: positionText(position), caughtUp: position === last };
  }

  /** Far behind, with whole categories wanted: their index leads over everything else at once. */
  private categoriesAfter(after: number, categories: readonly string[], batchMax: number, last: number): SubscriptionBatch {
    const parameters = categories.flatMap((category) => [category, after, last, batchMax]);
    return this.batchOf(
      this.answer(() => this.categoryStatement(categories.length).all(...parameters, batchMax)),
      batchMax,
      last,
      last,
    );
  }

  private logAfter(after: number, prefixes: readonly string[] | undefined, batchMax: number, last: number): SubscriptionBatch {
    const until = Math.min(last, after + SCAN_POSITIONS_MAX);
    return this.batchOf(
      this.answer(() => this.logStatement(prefixes?.length ?? 0).all(after, until, ...rangesOf(prefixes), batchMax)),
      batchMax,
      until,
      last,
    );
  }

  private batchOf(records: readonly LogRecord[], batchMax: number, until: number, last: number): SubscriptionBatch {
    const position = records.length === batchMax ? (records.at(-1)?.position ?? until) : until;
    return { events: this.answer(() => records.map(storedEventOf)), position: positionText(position), caughtUp: position === last };
  }

  /** Changes whenever another connection, of this process or another one, has committed. */
  dataVersion(): unknown {
    return this.answer(this.versionOfData);
  }

  close(): void {
    this.end = undefined;
    this.db.close();
  }

  private lastPosition(): number {
    return this.answer(() => this.selectLast.get() ?? 0);
  }

  private logStatement(prefixes: number): Statement<unknown[], LogRecord> {
    const known = this.selectLog.get(prefixes);
    if (known !== undefined) return known;
    const matches = prefixes === 0 ? '' : `AND (${Array(prefixes).fill('e.stream >= ? AND e.stream < ?').join(' OR ')})`;
    const statement = this.db.prepare<unknown[], LogRecord>(
      `SELECT ${RECORD_COLUMNS} FROM events e WHERE e.position > ? AND e.position <= ? ${matches} ORDER BY e.position LIMIT ?`,
    );
    this.selectLog.set(prefixes, statement);
    return statement;
  }

  private categoryStatement(categories: number): Statement<unknown[], LogRecord> {
    const known = this.selectCategories.get(categories);
    if (known !== undefined) return known;
    // Places first, from the index alone: each category has as many as the batch holds, and most of them are not in it.
    const places = 'SELECT * FROM (SELECT position FROM events WHERE category = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?)';
    const wanted = `${Array(categories).fill(places).join(' UNION ALL ')} ORDER BY position LIMIT ?`;
    const statement = this.db.prepare<unknown[], LogRecord>(
      `SELECT ${RECORD_COLUMNS} FROM (${wanted}) wanted JOIN events e USING (position) ORDER BY wanted.position`,
    );
    this.selectCategories.set(categories, statement);
    return statement;
  }

  private answer<T>(read: () => T): T {
    if (!this.db.open) throw new StoreUnavailable('the store is closed');
    try {
      return read();
    } catch (error) {
      // What was told before holds no longer: whoever waits for more finds out by looking.
      this.end = undefined;
      throw new StoreUnavailable('the event file could not be read', { cause: error });
    }
  }
}

/** Revisions and positions have no gaps. Where the file shows one it is damaged, and nothing behind it is handed out. Throws StoreUnavailable. */
export function expectPlace(found: number, wanted: number, where: string): void {
  if (found !== wanted) throw missing(where);
}

const missing = (where: string): StoreUnavailable =>
  new StoreUnavailable(`${where} is missing: the event file is damaged there, and cardrail verify tells more`);

/** A prefix that is the whole category, its dash included. */
const isCategory = (prefix: string): boolean => prefix.indexOf('-') === prefix.length - 1 && prefix.length > 1;

const rangesOf = (prefixes: readonly string[] = []): readonly string[] => prefixes.flatMap((prefix) => [prefix, prefix + LAST_CHARACTER]);
