import type { EventToAppend } from '../../domain/kernel/event';
import { assertAppend } from '../../application/ports/append-rules';
import { StoreUnavailable, type AppendResult, type ExpectedRevision } from '../../application/ports/event-store';
import type { Runtime } from '../../application/ports/runtime';
import { causeOf } from './cause';
import { Deadline } from './deadline';
import { positionOf } from './position';
import { isSystemStream, type Reader } from './reader';
import { isSameEvent, preparedEvent, StreamDamaged, type PreparedEvent } from './record';
import type { AppendPath, Connection, LogPlace, WireAppended } from './wire';

/** Our own timer for the batch path: what is not answered by then is unknown, and looked after. */
export const APPEND_TIMEOUT_MS = 5_000;
/** What the one call that looks after an unknown append may take; the server honours it. */
export const SINGLE_TIMEOUT_MS = 3_000;
/** Our timer behind the server's, which a server that is gone does not honour. */
const SINGLE_GRACE_MS = 1_000;
/** Appends under way at most; one more is refused. */
export const APPENDS_MAX = 16_384;
/** Bytes under way at most. */
export const APPENDS_BYTES_MAX = 128 * 1_024 * 1_024;
/** The server's default for one append is 1 MiB; what it adds to each event must fit in as well. */
export const APPEND_BYTES_MAX = 1_000_000;

/** Figures for metrics; called synchronously, must not throw. */
export interface AppendObserver {
  /** One append ended. `ms` is what its caller waited. */
  appended?(ms: number, outcome: AppendResult['outcome'] | 'refused'): void;
  /** The answer of one append could not be had and was looked after: by reading, and by sending it once more. */
  resolved?(outcome: AppendResult['outcome']): void;
}

export interface AppenderOptions {
  readonly runtime: Runtime;
  readonly observer?: AppendObserver;
  readonly appendTimeoutMs?: number;
  readonly singleTimeoutMs?: number;
}

interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** Revision of the event before the batch; −1 for a new stream. */
  readonly before: number;
  readonly events: readonly PreparedEvent[];
  readonly bytes: number;
}

/**
 * Every append ends as committed, conflict or unknown within our own time. A rejection that is not a version conflict proves nothing,
 * whatever it says: errors of one append fail all others that are under way, stored or not. So it is looked after: read what stands
 * there, ids and content; where nothing does, send the very same batch once more, by a call of its own; and read again.
 */
export class Appender {
  private readonly batchDeadline: Deadline;
  private readonly singleDeadline: Deadline;
  private readonly singleTimeoutMs: number;
  private readonly underWay = new Set<Promise<AppendResult>>();
  private bytes = 0;
  private closed = false;

  constructor(
    private readonly connection: Connection,
    private readonly reader: Reader,
    private readonly options: AppenderOptions,
  ) {
    const { runtime, appendTimeoutMs = APPEND_TIMEOUT_MS, singleTimeoutMs = SINGLE_TIMEOUT_MS } = options;
    this.batchDeadline = new Deadline(runtime, appendTimeoutMs);
    this.singleTimeoutMs = singleTimeoutMs;
    this.singleDeadline = new Deadline(runtime, singleTimeoutMs + SINGLE_GRACE_MS);
  }

  get length(): number {
    return this.underWay.size;
  }

  /** Rejects with StoreUnavailable when the append was certainly not sent, with RangeError when it never could be. */
  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    const append = appendOf(stream, expected, events);
    if (this.closed) return this.refuse('the store is closed');
    if (this.underWay.size >= APPENDS_MAX || this.bytes + append.bytes > APPENDS_BYTES_MAX) return this.refuse('too many appends are waiting');
    const { runtime, observer } = this.options;
    const since = runtime.monotonicMs();
    const ending = this.run(append);
    this.underWay.add(ending);
    this.bytes += append.bytes;
    try {
      const result = await ending;
      observer?.appended?.(runtime.monotonicMs() - since, result.outcome);
      return result;
    } finally {
      this.underWay.delete(ending);
      this.bytes -= append.bytes;
    }
  }

  /** Lets everything that was accepted end, each within its own time. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.underWay);
    await Promise.all([this.batchDeadline.close(), this.singleDeadline.close()]);
  }

  private refuse(why: string): never {
    this.options.observer?.appended?.(0, 'refused');
    throw new StoreUnavailable(why);
  }

  private async run(append: Append): Promise<AppendResult> {
    const sent = await this.send(append, 'batch');
    if (sent.outcome !== 'unknown') return sent;
    const result = await this.lookAfter(append, sent.cause);
    this.options.observer?.resolved?.(result.outcome);
    return result;
  }

  private async lookAfter(append: Append, cause: string): Promise<AppendResult> {
    const found = await this.readBack(append, cause);
    if (found !== 'nothing') return found;
    const again = await this.send(append, 'single');
    if (again.outcome === 'committed') return again;
    // A deadline does not undo: what was answered too late stands all the same. And whoever is told of a conflict may have met itself.
    const after = await this.readBack(append, again.outcome === 'unknown' ? again.cause : cause);
    return after === 'nothing' ? again : after;
  }

  private async send(append: Append, kind: AppendPath['kind']): Promise<AppendResult> {
    const { stream, before, events } = append;
    const deadline = kind === 'batch' ? this.batchDeadline : this.singleDeadline;
    const path = { kind, deadlineMs: this.singleTimeoutMs };
    const wire = events.map((event) => event.wire);
    let answer: WireAppended;
    try {
      answer = await deadline.run((signal) => this.connection.append(stream, before < 0 ? undefined : before, wire, path, signal));
    } catch (error) {
      return { outcome: 'unknown', cause: causeOf(error) };
    }
    if (answer.outcome === 'wrong-revision') return { outcome: 'conflict', actual: answer.actual ?? 'none' };
    return committed(append, answer.revision, answer.place);
  }

  /** What stands where our events should be, whoever wrote it. */
  private async readBack(append: Append, cause: string): Promise<AppendResult | 'nothing'> {
    const { stream, before, events } = append;
    try {
      const records = await this.reader.records(stream, before + 1, events.length);
      const last = records.at(-1);
      if (last === undefined) return 'nothing';
      const isOurBatch = records.length === events.length && events.every((event, index) => isSame(records[index], event));
      return isOurBatch ? committed(append, last.revision, last.place) : { outcome: 'conflict', actual: last.revision };
    } catch (error) {
      if (error instanceof StoreUnavailable) return { outcome: 'unknown', cause: `${cause}; and it could not be read back: ${error.message}` };
      throw error;
    }
  }
}

function appendOf(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Append {
  assertAppend(stream, expected, events);
  if (isSystemStream(stream)) throw new RangeError('streams that begin with $ belong to the server');
  const prepared = events.map(preparedEvent);
  const bytes = prepared.reduce((sum, event) => sum + event.bytes, 0);
  if (bytes > APPEND_BYTES_MAX) throw new RangeError(`an append holds at most ${APPEND_BYTES_MAX} bytes of JSON, not ${bytes}`);
  return { stream, expected, before: expected === 'none' ? -1 : expected, events: prepared, bytes };
}

const isSame = (record: Parameters<typeof isSameEvent>[0] | undefined, event: PreparedEvent): boolean =>
  record !== undefined && isSameEvent(record, event);

function committed({ stream, before, events }: Append, revision: number, place: LogPlace | undefined): AppendResult {
  if (revision !== before + events.length)
    throw new StreamDamaged(`${stream} was numbered ${revision} where ${before + events.length} follows: it was deleted or cut`);
  if (place === undefined) throw new Error('the server does not say positions: it must be EventStoreDB 22.6 or later');
  return { outcome: 'committed', revision, position: positionOf(place) };
}
