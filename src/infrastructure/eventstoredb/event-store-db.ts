import { setMaxListeners } from 'node:events';
import type { EventToAppend, Position, StoredEvent } from '../../domain/kernel/event';
import {
  StoreUnavailable,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type ReadOptions,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../../application/ports/event-store';
import type { Runtime } from '../../application/ports/runtime';
import { Appender, type AppendObserver } from './appender';
import { acquireConnection, releaseConnection } from './connections';
import { Deadline } from './deadline';
import { Reader } from './reader';
import { subscription, type SubscriptionObserver } from './subscription';
import type { Connection } from './wire';

/** What one read may take. */
export const READ_TIMEOUT_MS = 5_000;

export interface EventStoreDbOptions {
  /** `esdb://…` for one node, `esdb+discover://…` or several hosts for a cluster. Never quoted in an error: it may hold a password. */
  readonly connectionString: string;
  readonly runtime: Runtime;
  readonly observer?: AppendObserver & SubscriptionObserver;
  /** What an append waits for its answer before it is looked after; APPEND_TIMEOUT_MS unless told. */
  readonly appendTimeoutMs?: number;
  /** What the one call that looks after an append may take; SINGLE_TIMEOUT_MS unless told. */
  readonly singleTimeoutMs?: number;
  /** READ_TIMEOUT_MS unless told. */
  readonly readTimeoutMs?: number;
  /** How long a subscription is silent before it is checked against the log; LOOK_EVERY_MS unless told. */
  readonly lookEveryMs?: number;
  /** How long an event of the log may be missing from a subscription; OVERDUE_MS unless told. */
  readonly overdueMs?: number;
}

/**
 * The event store of a cluster: EventStoreDB 23.10 or later, KurrentDB. Decisions read from the leader; appends end within our own time;
 * subscriptions are begun anew when they are lost.
 *
 * `append` rejects with StoreUnavailable when the events were certainly not sent (closed, too many under way), and answers unknown
 * when they may have been, after it has looked for them and sent them once more. Nothing that another program wrote to the server
 * leaves this adapter, nor do the server's own streams.
 */
export class EventStoreDb implements EventStore {
  private closed = false;
  private readonly deadline: Deadline;
  private readonly reader: Reader;
  private readonly appender: Appender;
  private readonly closing = new AbortController();

  constructor(
    private readonly connection: Connection,
    private readonly options: EventStoreDbOptions,
  ) {
    const { runtime, readTimeoutMs = READ_TIMEOUT_MS } = options;
    // One for each subscription: their number is bounded by who asks, not here.
    setMaxListeners(0, this.closing.signal);
    this.deadline = new Deadline(runtime, readTimeoutMs);
    this.reader = new Reader(connection, runtime, this.deadline);
    this.appender = new Appender(connection, this.reader, options);
  }

  async read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]> {
    this.assertOpen();
    return this.reader.read(stream, options);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    return this.appender.append(stream, expected, events);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    const { runtime, observer, lookEveryMs, overdueMs } = this.options;
    return subscription(options, {
      connection: this.connection,
      reader: this.reader,
      runtime,
      closing: this.closing.signal,
      ...(observer !== undefined && { observer }),
      ...(lookEveryMs !== undefined && { lookEveryMs }),
      ...(overdueMs !== undefined && { overdueMs }),
    });
  }

  async head(): Promise<Position | null> {
    this.assertOpen();
    return this.reader.head();
  }

  /** Our newest events, oldest first: for people who look at the end of the log. */
  async newest(count: number): Promise<readonly StoredEvent[]> {
    this.assertOpen();
    return this.reader.newest(count);
  }

  /** Appends under way: the gauge that tells how near the store is to refusing. */
  get appendsWaiting(): number {
    return this.appender.length;
  }

  /** Ends accepted appends, then the connection, if nobody else of this process uses it. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.closing.abort();
    await this.appender.close();
    await this.deadline.close();
    await releaseConnection(this.connection);
  }

  private assertOpen(): void {
    if (this.closed) throw new StoreUnavailable('the store is closed');
  }
}

/**
 * Opens the store and asks it once, so that a wrong address or password is told at start. Throws ConnectionStringRefused for a string
 * that is none, StoreUnavailable while the server does not answer.
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStoreDb> {
  const store = new EventStoreDb(acquireConnection(options.connectionString), options);
  try {
    await store.head();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
