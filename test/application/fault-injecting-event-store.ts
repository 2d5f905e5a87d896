import { chainHash, GENESIS_HASH } from '../../src/domain/kernel/hash';
import type { Position, StoredEvent } from '../../src/domain/kernel/event';
import {
  type AppendResult,
  type EventStore,
  type ReadOptions,
  StoreUnavailable,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../../src/application/ports/event-store';

export const place = (n: number): Position => String(n).padStart(16, '0');

/** A log in memory whose subscription can be made to skip, repeat, split, stop and fail. Appends are made by the test, not through the port. */
export class FaultInjectingEventStore implements EventStore {
  readonly log: StoredEvent[] = [];
  /** While true every call rejects with StoreUnavailable. */
  isAway = false;
  /** While true no stream can be read by its name. */
  failsReads = false;
  /** Events that subscriptions leave out. */
  skips: (event: StoredEvent) => boolean = () => false;
  /** How many events before the asked place a new subscription begins again. */
  redelivers: () => number = () => 0;
  /** Sizes of the batches to come. */
  batchSize: () => number = () => 64;
  subscriptions = 0;
  private wake: (() => void)[] = [];

  add(stream: string, type: string, data: object = {}, schemaVersion = 1): StoredEvent {
    const before = this.log.filter((event) => event.stream === stream);
    const revision = before.length;
    const position = place(this.log.length + 1);
    const bare = { eventId: `${stream}-${revision}`, type, schemaVersion, occurredAt: '2026-01-01T00:00:00.000Z', data };
    const metadata = { commandId: 'c', correlationId: stream, causationId: 'c', actor: { kind: 'ENGINE' as const, id: 'test' } };
    const hash = chainHash(before.at(-1)?.metadata.hash ?? GENESIS_HASH, stream, revision, { ...bare, metadata });
    const event = { ...bare, metadata: { ...metadata, hash }, stream, revision, position, recordedAt: bare.occurredAt };
    this.log.push(event);
    this.wakeAll();
    return event;
  }

  /** As if restored from an older backup. */
  truncate(events: number): void {
    this.log.length = events;
  }

  comeBack(): void {
    this.isAway = false;
    this.wakeAll();
  }

  wakeAll(): void {
    for (const wake of this.wake.splice(0)) wake();
  }

  async read(stream: string, { from = 0, limit = 4_096 }: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    this.assertThere();
    if (this.failsReads) throw new StoreUnavailable('switched off by the test');
    return this.log.filter((event) => event.stream === stream && event.revision >= from).slice(0, limit);
  }

  async append(): Promise<AppendResult> {
    throw new Error('the test appends with add()');
  }

  async head(): Promise<Position | null> {
    this.assertThere();
    return this.log.at(-1)?.position ?? null;
  }

  async *subscribe({ after, streamPrefixes, signal }: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    this.subscriptions++;
    const asked = after === null ? 0 : Number(after);
    for (let next = Math.max(0, asked - this.redelivers()); !signal.aborted;) {
      this.assertThere();
      const raw = this.log.slice(next, next + this.batchSize());
      const last = raw.at(-1);
      if (last === undefined) {
        await this.untilWoken(signal);
        continue;
      }
      next += raw.length;
      const events = raw.filter((event) => !this.skips(event) && (streamPrefixes?.some((prefix) => event.stream.startsWith(prefix)) ?? true));
      yield { events, position: last.position, caughtUp: next >= this.log.length };
    }
  }

  private assertThere(): void {
    if (this.isAway) throw new StoreUnavailable('switched off by the test');
  }

  private untilWoken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.wake.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
