import type { StoredEvent } from '../../domain/kernel/event';
import type { Runtime } from '../../application/ports/runtime';
import { causeOf } from './cause';
import { isBehind } from './position';
import { isSystemStream, type Reader } from './reader';
import { isOurs, storedEvent } from './record';
import type { Connection, Follow, LogPlace, StreamFilter, WireRecord } from './wire';

/** Events that wait for a slow consumer; then the server is let wait. */
export const BUFFER_EVENTS_MAX = 1_024;
/** Far behind, a batch is filled up for so long after it has begun. */
const FILL_MS = 25;
/** A subscription that is silent for so long is checked against the log. */
export const LOOK_EVERY_MS = 1_000;
/** Events of the log that one look reads. */
const LOOK_EVENTS_MAX = 256;
/** What the log has and the subscription does not bring within this time, it never will: it is dead, and begun anew. */
export const OVERDUE_MS = 5_000;

/** A subscription that must be begun anew from where it is. */
export class SubscriptionLost extends Error {
  override readonly name = 'SubscriptionLost';
}

export interface FollowingOptions {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly runtime: Runtime;
  readonly filter: StreamFilter;
  readonly lookEveryMs?: number;
  readonly overdueMs?: number;
  /** An event in a stream of ours that somebody else wrote. It is left out. */
  readonly onForeign?: (record: WireRecord) => void;
}

/** What is next in the log: events, or only how far it has been read. */
export interface Portion {
  readonly events: readonly StoredEvent[];
  readonly place: LogPlace;
  readonly caughtUp: boolean;
}

/**
 * One subscription of the server, from its beginning until it is lost. The server pushes into a bounded buffer; whoever takes from it
 * sets the pace. While nothing comes, the log itself is looked at: that moves the place on over what does not match, which the server
 * tells only now and then, and finds a subscription that has died without a word. "Caught up", which the server says, is only the
 * reason for such a look and a hint in the batch.
 */
export class Following {
  private readonly buffer: WireRecord[] = [];
  private readonly follow: Follow;
  /** Everything up to here is in the buffer or was taken. */
  private passed: LogPlace | undefined;
  /** What the last portion said. */
  private told: LogPlace | undefined;
  private live = false;
  /** The last portion left it open whether more was there. */
  private leftOpen = false;
  private lookNow = false;
  private paused = false;
  private lost: SubscriptionLost | undefined;
  /** The first event that the log has and we do not, and since when that is known. */
  private missing: { readonly place: LogPlace; readonly sinceMs: number } | undefined;
  private wake: () => void = () => undefined;

  constructor(
    after: LogPlace | undefined,
    private readonly options: FollowingOptions,
  ) {
    this.passed = after;
    this.told = after;
    this.follow = options.connection.follow(after, options.filter, {
      event: (record) => this.push(record),
      passed: (place) => this.pass(place),
      caughtUp: () => this.reachEnd(),
      fellBehind: () => {
        this.live = false;
      },
      lost: (cause) => this.lose(causeOf(cause)),
    });
  }

  /** The next portion; undefined when the signal aborts. Rejects with SubscriptionLost, after everything that had come was taken. */
  async next(eventsMax: number, signal: AbortSignal): Promise<Portion | undefined> {
    while (!signal.aborted) {
      if (this.buffer.length > 0) {
        if (this.buffer.length < eventsMax && !this.live && this.lost === undefined) await this.waited(FILL_MS, signal, eventsMax);
        return this.take(eventsMax);
      }
      const hasNews = this.passed !== undefined && (isBehind(this.passed, this.told) || (this.live && this.leftOpen));
      if (hasNews) return this.take(eventsMax);
      if (this.lost !== undefined) throw this.lost;
      const isSilent = await this.waited(this.lookNow ? 0 : (this.options.lookEveryMs ?? LOOK_EVERY_MS), signal, 1);
      if (isSilent && !signal.aborted) await this.look();
    }
    return undefined;
  }

  stop(): void {
    this.follow.stop();
    this.lose('it was stopped');
  }

  private take(eventsMax: number): Portion {
    const events = this.buffer.splice(0, eventsMax);
    if (this.paused && this.buffer.length < BUFFER_EVENTS_MAX / 2) {
      this.paused = false;
      this.follow.resume();
    }
    const last = events.at(-1);
    const place = this.buffer.length > 0 && last !== undefined ? last.place : (this.passed ?? last?.place);
    if (place === undefined) throw new Error('there is nothing to take');
    const caughtUp = this.live && this.buffer.length === 0;
    this.told = place;
    this.leftOpen = !caughtUp;
    return { events: this.ours(events), place, caughtUp };
  }

  private ours(records: readonly WireRecord[]): readonly StoredEvent[] {
    const ours = records.filter(isOurs);
    if (ours.length < records.length) for (const record of records) if (!isOurs(record)) this.options.onForeign?.(record);
    return ours.map(storedEvent);
  }

  private push(record: WireRecord): void {
    if (!isBehind(record.place, this.passed)) return;
    this.buffer.push(record);
    this.pass(record.place);
    if (this.buffer.length >= BUFFER_EVENTS_MAX && !this.paused) {
      this.paused = true;
      this.follow.pause();
    }
  }

  private pass(place: LogPlace): void {
    if (!isBehind(place, this.passed)) return;
    this.passed = place;
    this.wake();
  }

  private reachEnd(): void {
    this.live = true;
    this.lookNow = true;
    this.wake();
  }

  private lose(cause: string): void {
    this.lost ??= new SubscriptionLost(cause);
    this.wake();
  }

  /** Compares with the log. Moves on over what does not match; what does match must come by the subscription, and soon. */
  private async look(): Promise<void> {
    this.lookNow = false;
    const { reader, runtime, overdueMs = OVERDUE_MS } = this.options;
    const records = await reader.logBehind(this.passed, LOOK_EVENTS_MAX);
    let reached: LogPlace | undefined;
    for (const record of records) {
      if (!isBehind(record.place, this.passed)) continue;
      if (this.matches(record)) {
        if (reached !== undefined) this.pass(reached);
        return this.miss(record.place, runtime.monotonicMs(), overdueMs);
      }
      reached = record.place;
    }
    this.missing = undefined;
    if (reached !== undefined) this.pass(reached);
    if (records.length < LOOK_EVENTS_MAX) this.live = true;
    else this.lookNow = true;
  }

  private miss(place: LogPlace, nowMs: number, overdueMs: number): void {
    if (this.missing === undefined || isBehind(place, this.missing.place)) this.missing = { place, sinceMs: nowMs };
    else if (nowMs - this.missing.sinceMs >= overdueMs) this.lose(`an event of the log did not come within ${overdueMs} ms`);
  }

  private matches({ stream }: WireRecord): boolean {
    const { filter } = this.options;
    return 'prefixes' in filter ? filter.prefixes.some((prefix) => stream.startsWith(prefix)) : !isSystemStream(stream);
  }

  /** Whether nothing came for so long. Ends early when the buffer holds so many, the subscription is lost or caught up, or the signal aborts. */
  private async waited(ms: number, signal: AbortSignal, events: number): Promise<boolean> {
    if (ms === 0) return this.buffer.length === 0;
    const enough = new AbortController();
    const end = (): void => enough.abort();
    const { passed } = this;
    this.wake = () => {
      if (this.buffer.length >= events || this.lost !== undefined || this.live || (this.buffer.length === 0 && this.passed !== passed)) end();
    };
    signal.addEventListener('abort', end, { once: true });
    try {
      if (!signal.aborted) await this.options.runtime.sleep(ms, enough.signal);
      return !enough.signal.aborted;
    } finally {
      signal.removeEventListener('abort', end);
      this.wake = () => undefined;
    }
  }
}
