import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  ReadOptions,
  SubscribeOptions,
  SubscriptionBatch,
} from '../../application/ports/event-store';
import { APPEND_EVENTS_MAX, READ_LIMIT_MAX } from '../../application/ports/event-store';
import type { EventToAppend, Position, StoredEvent } from '../../domain/kernel/event';
import { canonicalJson } from '../../domain/kernel/hash';

const POSITION_DIGITS = 16;
const BATCH_EVENTS = 512;

const positionText = (place: number): Position => String(place).padStart(POSITION_DIGITS, '0');

/** One event as it was encoded. Whoever reads gets what the text says, frozen: nobody can hide anything in a shared object. */
interface LogRecord {
  readonly stream: string;
  readonly text: string;
  event: StoredEvent | null;
}

function frozen<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

function eventOf(record: LogRecord): StoredEvent {
  return (record.event ??= frozen(JSON.parse(record.text) as StoredEvent));
}

/** The log of an event store in memory, without any waiting: what the store *is*, while its adapters say when and how one hears of it. */
export class MemoryLog {
  private readonly log: LogRecord[] = [];
  private readonly streams = new Map<string, number[]>();
  private readonly eventIds = new Set<string>();
  private waiting = new Set<() => void>();
  private recordedAtMs = 0;

  constructor(
    private readonly now: () => number,
    private readonly onStored: (events: readonly StoredEvent[]) => void = () => undefined,
  ) {}

  get size(): number {
    return this.log.length;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): AppendResult {
    if (events.length === 0 || events.length > APPEND_EVENTS_MAX) throw new RangeError(`an append holds 1 to ${APPEND_EVENTS_MAX} events`);
    const places = this.streams.get(stream) ?? [];
    const actual = places.length === 0 ? 'none' : places.length - 1;
    const from = expected === 'none' ? 0 : expected + 1;
    if (actual !== expected) return this.repeated(places.slice(from, from + events.length), events) ?? { outcome: 'conflict', actual };
    if (events.some(({ eventId }) => this.eventIds.has(eventId)) || new Set(events.map(({ eventId }) => eventId)).size < events.length)
      return { outcome: 'conflict', actual };
    return this.store(stream, from, events);
  }

  private store(stream: string, from: number, events: readonly EventToAppend[]): AppendResult {
    this.recordedAtMs = Math.max(this.recordedAtMs, Math.floor(this.now()));
    const recordedAt = new Date(this.recordedAtMs).toISOString();
    const places = this.streams.get(stream) ?? [];
    this.streams.set(stream, places);
    const stored: StoredEvent[] = [];
    for (const [index, event] of events.entries()) {
      const place = { stream, revision: from + index, position: positionText(this.log.length + 1), recordedAt };
      const record: LogRecord = { stream, text: JSON.stringify({ ...place, ...event }), event: null };
      places.push(this.log.push(record) - 1);
      this.eventIds.add(event.eventId);
      stored.push(eventOf(record));
    }
    this.onStored(stored);
    this.announce();
    return committed(stored);
  }

  /** The very same batch again, ids and payload, whatever the order of its members. */
  private repeated(places: readonly number[], events: readonly EventToAppend[]): AppendResult | null {
    const stored = places.map((place) => this.at(place));
    const isSame = (event: EventToAppend, index: number): boolean => {
      const there = stored[index];
      if (there?.eventId !== event.eventId) return false;
      const { stream: _stream, revision: _revision, position: _position, recordedAt: _recordedAt, ...own } = there;
      return canonicalJson(own) === canonicalJson(JSON.parse(JSON.stringify(event)));
    };
    return stored.length === events.length && events.every(isSame) ? committed(stored) : null;
  }

  /** Whether an append that expects this finds the stream so. */
  isNext(stream: string, expected: ExpectedRevision): boolean {
    return this.revisionOf(stream) === (expected === 'none' ? -1 : expected);
  }

  read(stream: string, { from = 0, limit = READ_LIMIT_MAX }: ReadOptions = {}): readonly StoredEvent[] {
    const places = this.streams.get(stream) ?? [];
    return places.slice(from, from + Math.min(limit, READ_LIMIT_MAX)).map((place) => this.at(place));
  }

  /** The newest revision of a stream; -1 when it does not exist. */
  revisionOf(stream: string): number {
    return (this.streams.get(stream)?.length ?? 0) - 1;
  }

  head(): Position | null {
    return this.log.length === 0 ? null : positionText(this.log.length);
  }

  /** What lies behind a position, at most so many matching events; undefined when nothing does. */
  batchAfter(after: Position | null, streamPrefixes: readonly string[] | undefined, limit: number): SubscriptionBatch | undefined {
    let place = after === null ? 0 : Number(after);
    if (place >= this.log.length) return undefined;
    const events: StoredEvent[] = [];
    for (; place < this.log.length && events.length < limit; place++) {
      const record = this.log[place];
      if (record !== undefined && (streamPrefixes?.some((prefix) => record.stream.startsWith(prefix)) ?? true)) events.push(eventOf(record));
    }
    return { events, position: positionText(place), caughtUp: place >= this.log.length };
  }

  /** Calls back once when something is stored. */
  onNext(call: () => void): void {
    this.waiting.add(call);
  }

  forget(call: () => void): void {
    this.waiting.delete(call);
  }

  /** Every event in log order. */
  *all(): Generator<StoredEvent> {
    for (const record of this.log) yield eventOf(record);
  }

  streamNames(): readonly string[] {
    return [...this.streams.keys()];
  }

  private at(place: number): StoredEvent {
    const record = this.log[place];
    if (record === undefined) throw new RangeError(`no event at place ${place}`);
    return eventOf(record);
  }

  private announce(): void {
    const waiting = this.waiting;
    this.waiting = new Set();
    for (const call of waiting) call();
  }
}

function committed(events: readonly StoredEvent[]): AppendResult {
  const last = events.at(-1);
  if (last === undefined) throw new RangeError('nothing was appended');
  return { outcome: 'committed', revision: last.revision, position: last.position, recordedAt: last.recordedAt };
}

/** The log as an event store that always answers at once. */
export class MemoryEventStore implements EventStore {
  constructor(private readonly log: MemoryLog) {}

  async read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]> {
    return this.log.read(stream, options);
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    return this.log.append(stream, expected, events);
  }

  async head(): Promise<Position | null> {
    return this.log.head();
  }

  async *subscribe({ after, streamPrefixes, batchMax = BATCH_EVENTS, signal }: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    let position = after;
    while (!signal.aborted) {
      const batch = this.log.batchAfter(position, streamPrefixes, batchMax);
      if (batch === undefined) {
        await this.untilNext(signal);
        continue;
      }
      position = batch.position;
      yield batch;
    }
  }

  private untilNext(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.log.forget(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.log.onNext(end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
