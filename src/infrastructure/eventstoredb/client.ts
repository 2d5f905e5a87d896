import {
  BACKWARDS,
  EventStoreDBClient,
  END,
  NO_STREAM,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
  isCommandError,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AppendExpectedRevision,
  type JSONEventData,
  type ReadPosition,
  type ResolvedEvent,
  type StreamingRead,
} from '@eventstore/db-client';
import type { AppendPath, Connection, Follow, FollowEvents, LogPlace, StreamFilter, WireAppended, WireEvent, WireRecord } from './wire';

/**
 * The one file that knows the client package; its successor, @kurrent/kurrentdb-client, is a change of this file.
 *
 * What the package does and this file works around: appends under way live in one table of the whole process, which any error on any
 * client's append stream empties, and an answer that then still comes throws where nobody can catch it. So exactly one client of
 * the process appends in batches, reads and subscriptions have a client of their own, whose troubles cannot touch that table, and the
 * appending client is exchanged only while nothing is under way. `connections.ts` sees to it that there is one connection.
 */
export function connect(connectionString: string): Connection {
  return new ClientConnection(connectionString);
}

/** Why a connection string cannot be used. Never quotes it: it may hold a password. */
export class ConnectionStringRefused extends Error {
  override readonly name = 'ConnectionStringRefused';
}

/** As long as the client takes: it sends an absolute time, which a server whose clock is ahead would find passed. Our own timer ends the wait. */
const BATCH_DEADLINE_MS = 365 * 24 * 3_600_000;
/** Records that a filtered subscription looks through for each page, and after which it says how far it is. */
const SEARCH_WINDOW = 256;
/** Clients given up for new ones that are kept for the sake of their subscriptions. */
const FORMER_READERS_MAX = 4;
/** Everything but the server's own streams. */
const OWN_STREAMS = '^[^$].*';
/** The server compares only whether there are any; with TLS they would have to be true. */
const ANY_CREDENTIALS = { username: 'single', password: 'single' };

interface Credentials {
  readonly username: string;
  readonly password: string;
}

class ClientConnection implements Connection {
  private reader: EventStoreDBClient;
  /** Clients that were let go of because a read was not answered, with the subscriptions that may live on there. */
  private readonly formerReaders: EventStoreDBClient[] = [];
  private writer: Promise<EventStoreDBClient>;
  /** Batch appends that somebody still waits for. */
  private underWay = 0;
  /** To be exchanged as soon as nobody waits for it any more; till then nothing new is given to it. */
  private writerFailed = false;
  private closed = false;
  private readonly singleCallCredentials: Credentials | undefined;

  constructor(private readonly connectionString: string) {
    this.reader = newClient(connectionString);
    this.writer = Promise.resolve(newClient(connectionString));
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
      return await use(await this.writer);
    } catch (error) {
      // What is no answer of a server may be remembered for ever: a client that did not find its cluster once never appends again.
      if (error instanceof Error && !isCommandError(error)) this.writerFailed = true;
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
      await old.dispose();
      return newClient(this.connectionString);
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
    if (this.formerReaders.length > FORMER_READERS_MAX) void this.formerReaders.shift()?.dispose();
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
    for (const client of [writer, this.reader, ...this.formerReaders]) await client.dispose();
  }
}

function newClient(connectionString: string): EventStoreDBClient {
  if (/throwOnAppendFailure=false/i.test(connectionString)) {
    throw new ConnectionStringRefused('throwOnAppendFailure=false makes the client answer wrong revisions: leave it out of the connection string');
  }
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch {
    // What the client says quotes the string.
    throw new ConnectionStringRefused('this is no EventStoreDB connection string; it looks like esdb://user:password@host:2113?tls=true');
  }
}

/** The client keeps its own to itself, so that they are read a second time. */
function credentialsIn(connectionString: string): Credentials | undefined {
  const [, username, password] = /^[^:]+:\/\/([^:@/]+):([^@]+)@/.exec(connectionString.trim()) ?? [];
  return username === undefined || password === undefined
    ? undefined
    : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

const isWithoutTls = (connectionString: string): boolean => /[?&]tls=false(&|$)/i.test(connectionString);

/** The records of one read. Ends with what it has when the signal aborts: whoever aborts looks no further. */
async function collected(
  reading: StreamingRead<ResolvedEvent> | StreamingRead<AllStreamResolvedEvent>,
  signal: AbortSignal,
): Promise<readonly WireRecord[]> {
  const cancel = (): void => {
    reading.destroy();
    reading.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  // Its error reaches the loop below; a second one, after the loop has ended, nobody.
  reading.on('error', () => undefined);
  try {
    const records: WireRecord[] = [];
    for await (const { event } of reading as AsyncIterable<ResolvedEvent>) if (event !== undefined) records.push(recordOf(event));
    return records;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function recordOf(event: NonNullable<ResolvedEvent['event']>): WireRecord {
  const { streamId, revision, id, type, data, metadata, created, position } = event;
  if (position === undefined) throw new Error('the server does not say positions: it must be EventStoreDB 22.6 or later');
  return { stream: streamId, revision: Number(revision), id, type, data, metadata, recordedAt: created.toISOString(), place: position };
}

function follow(client: EventStoreDBClient, fromPosition: ReadPosition, filter: StreamFilter, on: FollowEvents): Follow {
  let stopped = false;
  // The package tells of progress while events before it still wait in the stream: what it tells is held back until they are through.
  const held: (() => void)[] = [];
  const inOrder = (tell: () => void): void => {
    if (subscription.readableLength === 0) tell();
    else held.push(tell);
  };
  const lose = (cause: unknown): void => {
    if (stopped) return;
    stopped = true;
    on.lost(cause);
  };
  const options = {
    maxSearchWindow: SEARCH_WINDOW,
    checkpointInterval: 1,
    checkpointReached: async (_subscription: unknown, place: LogPlace): Promise<void> => inOrder(() => on.passed(place)),
  };
  const subscription = client.subscribeToAll({
    fromPosition,
    requiresLeader: true,
    filter:
      'prefixes' in filter ? streamNameFilter({ ...options, prefixes: [...filter.prefixes] }) : streamNameFilter({ ...options, regex: OWN_STREAMS }),
  });
  subscription
    .on('data', ({ event }) => {
      if (stopped) return;
      if (event !== undefined) on.event(recordOf(event));
      if (subscription.readableLength === 0) for (const tell of held.splice(0)) tell();
    })
    .on('caughtUp', () => inOrder(() => on.caughtUp()))
    .on('fellBehind', () => inOrder(() => on.fellBehind()))
    .on('error', lose)
    .on('end', () => lose(new Error('the subscription ended without an error')))
    .on('close', () => lose(new Error('the subscription was closed')));
  return {
    pause: () => void subscription.pause(),
    resume: () => void subscription.resume(),
    stop: () => {
      stopped = true;
      held.length = 0;
      subscription.destroy();
      subscription.unsubscribe().catch(() => undefined);
    },
  };
}
