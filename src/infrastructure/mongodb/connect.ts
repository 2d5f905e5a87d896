import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';

export interface MongoPlace {
  /** A `mongodb://` or `mongodb+srv://` address, with the credentials and TLS settings it needs. */
  readonly url: string;
  /** By default the one that the address names, or else `cardrail`. */
  readonly database?: string;
  /** A call waits so long for a primary before the store counts as away. Short, since a buyer may wait for the answer. */
  readonly findServerMs?: number;
  /** A server that says nothing for so long counts as away. The driver asks once more, so a call may last twice as long. */
  readonly silenceMs?: number;
}

const DATABASE_DEFAULT = 'cardrail';
/** Connections of one process. A projector uses one per projection at most, an API process a few. */
const POOL_SIZE_MAX = 32;
const FIND_SERVER_MS = 2_000;
const SILENCE_MS = 5_000;
/** How often the driver looks which server is the primary. While a call waits for one, it looks every half second by itself. */
const LOOK_MS = 2_000;

/**
 * Reads and writes go to the primary and count once a majority has them: what was acknowledged outlives the loss of a server.
 * These settings are not the address's to choose, so they win over what it says.
 */
const settings = (findServerMs: number, silenceMs: number): MongoClientOptions => ({
  appName: 'cardrail',
  readPreference: 'primary',
  readConcernLevel: 'majority',
  writeConcern: { w: 'majority', wtimeoutMS: silenceMs },
  retryReads: true,
  retryWrites: true,
  maxPoolSize: POOL_SIZE_MAX,
  serverSelectionTimeoutMS: findServerMs,
  waitQueueTimeoutMS: findServerMs,
  connectTimeoutMS: findServerMs,
  heartbeatFrequencyMS: LOOK_MS,
  socketTimeoutMS: silenceMs,
  ignoreUndefined: true,
});

/** A question that the driver never answered: the server may have done what was asked, or not. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** One client for the life of a process. It connects with the first call, so a server that is away keeps nobody from starting. */
export class MongoConnection {
  private readonly client: MongoClient;
  private readonly db: Db;
  private readonly answerMs: number;
  private hasConnected = false;
  private isClosed = false;

  /** Throws TypeError for what is no address, without quoting it: it may hold a password. */
  constructor(place: MongoPlace) {
    const { url, findServerMs = FIND_SERVER_MS, silenceMs = SILENCE_MS } = place;
    try {
      this.client = new MongoClient(url, settings(findServerMs, silenceMs));
    } catch {
      throw new TypeError('not an address of MongoDB: it must look like mongodb://host:27017/database, with user and password percent-encoded');
    }
    this.db = this.client.db(databaseName(place));
    this.answerMs = 2 * (findServerMs + silenceMs);
  }

  /** For naming collections; what is asked of them is asked inside `answer`. */
  get database(): Db {
    return this.db;
  }

  /**
   * Does the work once there was a server, and waits for it as long as the driver may take for one call and its repetition, or as long as told.
   * Its own times are not enough: a command that is being written when its connection breaks is waited for by the driver for ever.
   * Rejects with NoAnswer then.
   */
  async answer<T>(work: () => Promise<T>, withinMs = this.answerMs): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new NoAnswer(`no answer within ${withinMs} ms`)), withinMs);
    });
    try {
      return await Promise.race([this.connected(work), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The driver finds servers again that it has met, but gives up for good when it meets none at first. */
  private async connected<T>(work: () => Promise<T>): Promise<T> {
    if (!this.hasConnected && !this.isClosed) {
      await this.client.connect();
      this.hasConnected = true;
    }
    return work();
  }

  /** Calls `lost` before anything is answered on a new connection: it may be another server, or the same one with other data. */
  onLost(lost: () => void): void {
    this.client.on('connectionPoolCleared', lost);
    this.client.on('connectionClosed', ({ reason }) => {
      if (reason === 'error' || reason === 'stale') lost();
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client.close();
  }
}

function databaseName({ url, database }: MongoPlace): string {
  return database ?? /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/.exec(url)?.[1] ?? DATABASE_DEFAULT;
}
