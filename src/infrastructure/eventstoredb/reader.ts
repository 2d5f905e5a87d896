import { READ_LIMIT_MAX, StoreUnavailable, type ReadOptions } from '../../application/ports/event-store';
import type { Position, StoredEvent } from '../../domain/kernel/event';
import type { Runtime } from '../../application/ports/runtime';
import { causeOf } from './cause';
import { TimedOut, type Deadline } from './deadline';
import { isSamePlace, positionOf } from './position';
import { isOurs, storedEvent, StreamDamaged } from './record';
import type { Connection, LogPlace, WireRecord } from './wire';

/** A read is repeated when the node was the wrong one or has just gone: the client then turns to another. */
const READ_TRIES_MAX = 3;
const TRY_PAUSE_MS = 50;
/** System events that may lie behind our newest one before the end of the log is not looked for any longer. */
const HEAD_SCAN_MAX = 65_536;
/** The first look is short: nearly always the newest event of the log is ours. */
const HEAD_PAGES = [8, 512, 4_096] as const;

const NEWEST_PAGE = 512;

/** Reads from the leader, each under our own time-out. Every failure to read is StoreUnavailable. */
export class Reader {
  constructor(
    private readonly connection: Connection,
    private readonly runtime: Runtime,
    private readonly deadline: Deadline,
  ) {}

  async read(stream: string, { from = 0, limit = READ_LIMIT_MAX }: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    const records = await this.records(stream, from, Math.min(limit, READ_LIMIT_MAX));
    for (const [index, record] of records.entries()) {
      if (record.revision !== from + index) throw new StreamDamaged(`${stream} lacks revision ${from + index}: it was deleted or cut`);
      if (!isOurs(record)) throw new StreamDamaged(`revision ${record.revision} of ${stream} was not written by cardrail`);
    }
    return records.map(storedEvent);
  }

  /** What stands in a stream, whoever wrote it. */
  records(stream: string, from: number, max: number): Promise<readonly WireRecord[]> {
    return this.answer((signal) => this.connection.readStream(stream, from, max, signal));
  }

  /** The log behind a place, system streams too. */
  async logBehind(place: LogPlace | undefined, max: number): Promise<readonly WireRecord[]> {
    // The place itself comes with what lies behind it.
    const records = await this.answer((signal) => this.connection.readLog(place, max + 1, signal));
    return records.filter((record) => !isSamePlace(record.place, place));
  }

  /** The event at a place, if there is one. */
  async eventAt(place: LogPlace): Promise<WireRecord | undefined> {
    const [record] = await this.answer((signal) => this.connection.readLog(place, 1, signal));
    return record !== undefined && isSamePlace(record.place, place) ? record : undefined;
  }

  /** Where our newest event stands. The server's own streams are no part of the log. */
  async head(): Promise<Position | null> {
    let from: LogPlace | undefined;
    for (let scanned = 0, round = 0; scanned < HEAD_SCAN_MAX; round++) {
      const max = HEAD_PAGES[round] ?? HEAD_PAGES[HEAD_PAGES.length - 1] ?? 1;
      const records = await this.answer((signal) => this.connection.readLogEnd(from, max, signal));
      const newest = records.find((record) => !isSystemStream(record.stream));
      if (newest !== undefined) return positionOf(newest.place);
      const last = records.at(-1);
      if (last === undefined) return null;
      from = last.place;
      scanned += records.length;
    }
    throw new StoreUnavailable(`the last ${HEAD_SCAN_MAX} events of the server are all its own: is it told to write its statistics into the log?`);
  }

  /** Our newest events, oldest first. Fewer when the server's own fill the end of the log. */
  async newest(count: number): Promise<readonly StoredEvent[]> {
    const newest: StoredEvent[] = [];
    let from: LogPlace | undefined;
    for (let scanned = 0; newest.length < count && scanned < HEAD_SCAN_MAX;) {
      const records = await this.answer((signal) => this.connection.readLogEnd(from, NEWEST_PAGE, signal));
      const last = records.at(-1);
      if (last === undefined) break;
      newest.push(...records.filter(isOurs).map(storedEvent));
      from = last.place;
      scanned += records.length;
    }
    return newest.slice(0, Math.max(0, count)).reverse();
  }

  private async answer<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.deadline.run(call);
      } catch (error) {
        if (error instanceof TimedOut || tried >= READ_TRIES_MAX) throw new StoreUnavailable(causeOf(error), { cause: error });
        await this.runtime.sleep(TRY_PAUSE_MS * (0.5 + this.runtime.random()));
      }
    }
  }
}

export const isSystemStream = (stream: string): boolean => stream.startsWith('$');
