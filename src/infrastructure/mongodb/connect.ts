import { MongoClient, type MongoClientOptions } from 'mongodb';

export interface MongoPlace {
  /** A `mongodb://` or `mongodb+srv://` address, with the credentials and TLS settings it needs. */
  readonly url: string;
  /** By default the one that the address names, or else `cardrail`. */
  readonly database?: string;
}

const DATABASE_DEFAULT = 'cardrail';
/** Connections of one process. A projector uses one per projection at most, an API process a few. */
const POOL_SIZE_MAX = 32;
/** A call waits so long for a primary before the store counts as away: short, since a buyer may be waiting for the answer. */
const FIND_SERVER_MS = 2_000;
/** How often the driver looks which server is the primary. While a call waits for one, it looks every half second by itself. */
const LOOK_MS = 2_000;
/** A server that says nothing for so long counts as away. The driver asks once more elsewhere, so a call may last twice as long. */
const SILENCE_MS = 5_000;

/**
 * Reads and writes go to the primary and count once a majority has them: what was acknowledged outlives the loss of a server.
 * These settings are not the address's to choose, so they win over what it says.
 */
const SETTINGS: MongoClientOptions = {
  appName: 'cardrail',
  readPreference: 'primary',
  readConcernLevel: 'majority',
  writeConcern: { w: 'majority', wtimeoutMS: SILENCE_MS },
  retryReads: true,
  retryWrites: true,
  maxPoolSize: POOL_SIZE_MAX,
  serverSelectionTimeoutMS: FIND_SERVER_MS,
  waitQueueTimeoutMS: FIND_SERVER_MS,
  connectTimeoutMS: FIND_SERVER_MS,
  heartbeatFrequencyMS: LOOK_MS,
  socketTimeoutMS: SILENCE_MS,
  ignoreUndefined: true,
};

/** A client that connects with its first call. Throws TypeError for what is no address, without quoting it: it may hold a password. */
export function mongoClient({ url }: MongoPlace): MongoClient {
  try {
    return new MongoClient(url, SETTINGS);
  } catch {
    throw new TypeError('not an address of MongoDB: it must look like mongodb://host:27017/database, with user and password percent-encoded');
  }
}

export function databaseName({ url, database }: MongoPlace): string {
  return database ?? /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/.exec(url)?.[1] ?? DATABASE_DEFAULT;
}
