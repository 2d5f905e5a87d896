import {
  BACKWARDS,
  END,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
  isCommandError,
  type AppendExpectedRevision,
  type EventStoreDBClient,
  type JSONEventData,
} from './client-package';
import { BatchClient } from './batch-client';
import { collected, follow } from './client-reads';
import { credentialsIn, isWithoutTls, newClient, type Credentials } from './connection-string';
import type { AppendPath, Connection, Follow, FollowEvents, LogPlace, StreamFilter, WireAppended, WireEvent, WireRecord } from './wire';

/**
 * What the client package does and this file works around: appends under way live in one table of the whole process, which any error on any
 * client's append stream empties, and an answer that then still comes throws where nobody can catch it. So exactly one client of
 * the process appends in batches, reads and subscriptions have a client of their own, whose troubles cannot touch that table, and the
 * appending client is exchanged only while nothing is under way. `connections.ts` sees to it that there is one connection.
 */
export function connect(connectionString: string): Connection {
  return new ClientConnection(connectionString);
}

/** As long as the client takes: it sends an absolute time, which a server whose clock is ahead would find passed. Our own timer ends the wait. */
const BATCH_DEADLINE_MS = 365 * 24 * 3_600_000;
/** Clients given up for new ones that are kept for the sake of their subscriptions. */
const FORMER_READERS_MAX = 4;
/** The server compares only whether there are any; with TLS they would have to be true. */
const ANY_CREDENTIALS = { username: 'single', password: 'single' };

class ClientConnection implements Connection {
  private reader: EventStoreDBClient;
  /** Clients that were let go of because a read was not answered, with the subscriptions that may live on there. */
  private readonly formerReaders: EventStoreDBClient[] = [];
  private writer: Promise<BatchClient>;
  /** Batch appends that somebody still waits for. */
  private underWay = 0;
  /** To be exchanged as soon as nobody waits for it any more; till then nothing new is given to it. */
  private writerFailed = false;
  private closed = false;
  /** Clients that end their connections, one after the other. */
  private disposing: Promise<unknown> = Promise.resolve();
  private readonly singleCallCredentials: Credentials | undefined;

  constructor(private readonly connectionString: string) {
    this.reader = newClient(connectionString);
    this.writer = Promise.resolve(new BatchClient(connectionString));
    this.singleCallCredentials = credentialsIn(connectionString) ?? (isWithoutTls(connectionString) ? ANY_CREDENTIALS : undefined);
  }

  async append(
    stream: string,
    expected: number | undefined,
    events: readonly WireEvent[],
    path: AppendPath,
    signal: AbortSignal,
  ): Promise<WireAppended> {
    const expectedRevision: AppendExpectedRevision = expected === undefined ? NO_STREAM : BigInt(expected);
    const batch = events.map((event) => ({ ...event, contentType: 'application/json' }) as JSONEventData);
    const credentials = path.kind === 'single' || this.writerFailed ? this.singleCallCredentials : undefined;
    const base = { expectedRevision, requiresLeader: true } as const;
    try {
      const { nextExpectedRevision, position } =
        credentials === undefined
          ? await this.asWriter(signal, (writer) => writer.appendToStream(stream, batch, { ...base, deadline: BATCH_DEADLINE_MS }))
          : await this.asReader(signal, (reader) => reader.appendToStream(stream, batch, { ...base, deadline: path.deadlineMs, credentials }));
      return { outcome: 'written', revision: Number(nextExpectedRevision), place: position };
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw error;
      return { outcome: 'wrong-revision', actual: typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : undefined };
    }
  }

  private async asWriter<T>(signal: AbortSignal, use: (writer: EventStoreDBClient) => Promise<T>): Promise<T> {
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      this.underWay--;
      if (this.writerFailed && this.underWay === 0) this.exchangeWriter();
    };
    this.underWay++;
    const giveUp = (): void => {
      this.writerFailed = true;
      leave();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const { client } = await this.writer;
      if (signal.aborted) throw new Error('the time was over before it could be sent');
      return await use(client);
    } catch (error) {
      // What is no answer of a server may be remembered for ever: a client that did not find its cluster once never appends again.
      // Of one that was given up it says nothing: its client is no longer the one that others use.
      if (!left && error instanceof Error && !isCommandError(error)) this.writerFailed = true;
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      leave();
    }
  }

  /** The old one has let go of everything before the new one begins: its last words would be taken for the new one's. */
  private exchangeWriter(): void {
    this.writerFailed = false;
    this.writer = this.writer.then(async (old) => {
      await old.letGo();
      return new BatchClient(this.connectionString);
    });
  }

  /**
   * A node that does not answer is found out by the client after 20 seconds; a cluster has another leader long before. So whoever runs
   * out of time turns to a new client, which looks for the leader anew. Subscriptions stay where they are: they watch themselves.
   */
  private async asReader<T>(signal: AbortSignal, use: (reader: EventStoreDBClient) => Promise<T>): Promise<T> {
    const { reader } = this;
    const giveUp = (): void => this.exchangeReader(reader);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await use(reader);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  private exchangeReader(old: EventStoreDBClient): void {
    if (this.reader !== old || this.closed) return;
    this.reader = newClient(this.connectionString);
    this.formerReaders.push(old);
    const oldest = this.formerReaders.length > FORMER_READERS_MAX ? this.formerReaders.shift() : undefined;
    // What keeps it from ending is nobody's trouble any more.
    if (oldest !== undefined) this.disposing = Promise.allSettled([this.disposing, oldest.dispose()]);
  }

  async readStream(stream: string, from: number, max: number, signal: AbortSignal): Promise<readonly WireRecord[]> {
    const options = { fromRevision: BigInt(from), maxCount: max, requiresLeader: true };
    try {
      return await this.asReader(signal, (reader) => collected(reader.readStream(stream, options), signal));
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
  }

  readLog(from: LogPlace | undefined, max: number, signal: AbortSignal): Promise<readonly WireRecord[]> {
    const options = { fromPosition: from ?? START, maxCount: max, requiresLeader: true } as const;
    return this.asReader(signal, (reader) => collected(reader.readAll(options), signal));
  }

  readLogEnd(from: LogPlace | undefined, max: number, signal: AbortSignal): Promise<readonly WireRecord[]> {
    const options = { fromPosition: from ?? END, direction: BACKWARDS, maxCount: max, requiresLeader: true } as const;
    return this.asReader(signal, (reader) => collected(reader.readAll(options), signal));
  }

  follow(after: LogPlace | undefined, filter: StreamFilter, on: FollowEvents): Follow {
    return follow(this.reader, after ?? START, filter, on);
  }

  async close(): Promise<void> {
    this.closed = true;
    const writer = await this.writer;
    await writer.letGo();
    await this.disposing;
    for (const client of [this.reader, ...this.formerReaders]) await client.dispose();
  }
}
