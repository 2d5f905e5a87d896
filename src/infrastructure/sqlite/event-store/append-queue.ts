import type { Worker } from 'node:worker_threads';
import type { EventToAppend, StoredEvent } from '../../../domain/kernel/event';
import { toIso } from '../../../domain/kernel/time';
import { StoreUnavailable, type AppendResult, type ExpectedRevision } from '../../../application/ports/event-store';
import type { Runtime } from '../../../application/ports/runtime';
import { appendRequest, charsOf, expectedOf, type AppendRequest } from './append-request';
import type { MemberResult } from './group-committer';
import { positionText } from './record';
import type { FromWorker, ToWorker } from './worker-protocol';

/** Appends that wait or are under way at most; one more is refused. */
export const QUEUE_APPENDS_MAX = 16_384;
/** JSON text that waits or is under way at most, in UTF-16 code units. */
export const QUEUE_CHARS_MAX = 64 * 1_024 * 1_024;
/** Our own timer, longer than the worker waits for the file lock: what is not answered by then is unknown. */
export const APPEND_TIMEOUT_MS = 10_000;
/** A long turn of the event loop hands over so many at once, so that the writer works while the turn goes on. */
const HANDOVER_APPENDS = 32;
const CLOSE_TIMEOUT_MS = 10_000;

/** Figures for metrics; called synchronously, must not throw. */
export interface AppendObserver {
  /** One append ended. `ms` is what its caller waited. */
  appended?(ms: number, outcome: AppendResult['outcome'] | 'refused'): void;
  /** One transaction was committed in `ms`, its sync included. */
  committed?(group: { readonly appends: number; readonly events: number; readonly ms: number }): void;
}

export interface AppendQueueOptions {
  readonly runtime: Runtime;
  readonly observer?: AppendObserver;
  readonly appendTimeoutMs?: number;
  /** Called once, when this process will never append again. */
  readonly onFatal: (cause: string) => void;
  /** Called after each commit with what it has stored, in the order of the log, before its appenders hear of it. */
  readonly onCommit: (stored: readonly StoredEvent[]) => void;
}

interface Waiting {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly since: number;
  readonly chars: number;
  settle(result: AppendResult): void;
  refuse(why: string): void;
}

/** The caller's side of the worker: one message per turn of the event loop there, one per commit back. */
export class AppendQueue {
  private readonly waiting = new Map<number, Waiting>();
  private turn: AppendRequest[] = [];
  private chars = 0;
  private lastId = 0;
  private stopped: string | undefined;
  private watching: Promise<void> | undefined;
  private readonly awake = new AbortController();
  private readonly exited: Promise<void>;

  constructor(
    private readonly worker: Worker,
    private readonly options: AppendQueueOptions,
  ) {
    worker.on('message', (message: FromWorker) => this.hear(message));
    worker.on('error', (error) => this.fail(`the writer died: ${error.message}`));
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.fail(`the writer ended with code ${code}`);
        resolve();
      });
    });
  }

  get length(): number {
    return this.waiting.size;
  }

  /** Rejects with StoreUnavailable when the append was certainly not written, with RangeError when it never could be. */
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      const request = appendRequest(++this.lastId, stream, expected, events);
      const waiting: Waiting = {
        stream,
        events,
        since: this.options.runtime.monotonicMs(),
        chars: charsOf(request.events),
        settle: resolve,
        refuse: (why) => reject(new StoreUnavailable(why)),
      };
      if (this.stopped !== undefined) return waiting.refuse(this.stopped);
      if (this.waiting.size >= QUEUE_APPENDS_MAX || this.chars + waiting.chars > QUEUE_CHARS_MAX)
        return waiting.refuse('too many appends are waiting');
      this.chars += waiting.chars;
      this.waiting.set(request.id, waiting);
      const appends = this.turn.push(request);
      if (appends === 1) setImmediate(() => this.send());
      else if (appends >= HANDOVER_APPENDS) this.send();
      this.watching ??= this.watch();
    });
  }

  /** Lets everything that was accepted end, then the worker. What has not ended in its time is unknown; later appends are refused. */
  async close(): Promise<void> {
    const inTime = new AbortController();
    this.send();
    this.stopped ??= 'the store is closed';
    this.post({ kind: 'close' });
    await Promise.race([this.exited, this.options.runtime.sleep(CLOSE_TIMEOUT_MS, inTime.signal)]);
    inTime.abort();
    // One that the disk holds is left to end by itself: a thread that is stopped inside SQLite may take the whole process with it.
    this.worker.unref();
    this.fail('the writer did not end in time');
    this.awake.abort();
    await this.watching;
  }

  private send(): void {
    if (this.turn.length === 0) return;
    const requests = this.turn;
    this.turn = [];
    this.post({ kind: 'append', requests });
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        return;
      case 'done':
        this.options.observer?.committed?.({ appends: message.ids.length, events: message.events, ms: message.ms });
        this.options.onCommit(message.ids.flatMap((id, index) => storedOf(this.waiting.get(id), message.members[index])));
        return message.ids.forEach((id, index) => this.settle(id, resultOf(message.members[index])));
      case 'refused':
        return message.ids.forEach((id) => this.refuse(id, message.cause));
      case 'failed':
        for (const id of message.ids) this.settle(id, { outcome: 'unknown', cause: message.cause });
        return this.fail(message.cause);
    }
  }

  /** What was sent may have been written; what was not, is refused. */
  private fail(cause: string): void {
    const first = this.stopped === undefined;
    this.stopped ??= cause;
    for (const { id } of this.turn.splice(0)) this.refuse(id, cause);
    for (const id of [...this.waiting.keys()]) this.settle(id, { outcome: 'unknown', cause });
    if (first) this.options.onFatal(cause);
  }

  private settle(id: number, result: AppendResult): void {
    const waiting = this.leave(id, result.outcome);
    waiting?.settle(result);
  }

  private refuse(id: number, why: string): void {
    this.leave(id, 'refused')?.refuse(why);
  }

  private leave(id: number, outcome: AppendResult['outcome'] | 'refused'): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return undefined;
    this.waiting.delete(id);
    this.chars -= waiting.chars;
    this.options.observer?.appended?.(this.options.runtime.monotonicMs() - waiting.since, outcome);
    return waiting;
  }

  /** All appends have the same time-out and ids rise, so the first one waiting is always the next to run out. */
  private async watch(): Promise<void> {
    const { runtime, appendTimeoutMs: timeoutMs = APPEND_TIMEOUT_MS } = this.options;
    for (let [first] = this.waiting; first !== undefined; [first] = this.waiting) {
      const [id, { since }] = first;
      const leftMs = since + timeoutMs - runtime.monotonicMs();
      if (leftMs <= 0) this.settle(id, { outcome: 'unknown', cause: `no answer within ${timeoutMs} ms` });
      else await runtime.sleep(leftMs, this.awake.signal);
    }
    this.watching = undefined;
  }
}

/** The events of an append as the log has them now; none when it was not stored, or is not waited for any more. */
function storedOf(waiting: Waiting | undefined, member: MemberResult | undefined): readonly StoredEvent[] {
  if (waiting === undefined || member?.outcome !== 'committed') return [];
  const { stream, events } = waiting;
  const recordedAt = toIso(member.recordedAtMs);
  return events.map(({ eventId, type, schemaVersion, occurredAt, data, metadata }, index) => {
    const before = events.length - 1 - index;
    const [revision, position] = [member.revision - before, positionText(member.position - before)];
    return { stream, revision, position, recordedAt, eventId, type, schemaVersion, occurredAt, data, metadata };
  });
}

function resultOf(member: MemberResult | undefined): AppendResult {
  if (member === undefined) return { outcome: 'unknown', cause: 'the writer left an append out of its answer' };
  if (member.outcome === 'conflict') return { outcome: 'conflict', actual: expectedOf(member.actual) };
  const { outcome, revision, position, recordedAtMs } = member;
  return { outcome, revision, position: positionText(position), recordedAt: toIso(recordedAtMs) };
}
