import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore, StoreUnavailable, type SubscriptionBatch } from './application/ports/event-store';
import type { Leases } from './application/ports/leases';
import type { OutboxCursor } from './application/ports/outbox-cursor';
import type { ReadModels } from './application/ports/read-models';
import type { Runtime } from './application/ports/runtime';
import type { SubjectKeyPlace, SubjectKeys } from './application/ports/subject-keys';
import { upToEnd } from './application/up-to-end';
import type { Config } from './config';
import type { Position, StoredEvent } from './domain/kernel/event';
import { makeFolder } from './infrastructure/disk/durable-folder';
import type { EventStoreDb, AppendObserver, SubscriptionObserver } from './infrastructure/eventstoredb';
import { outboxCursorFile } from './infrastructure/files/outbox-cursor-file';
import { openSqliteEventStore } from './infrastructure/sqlite/event-store';
import { openSqliteLeases } from './infrastructure/sqlite/leases/sqlite-leases';
import { openSqliteSubjectKeys } from './infrastructure/sqlite/subject-keys/sqlite-subject-keys';
import { openSqliteReadModels } from './infrastructure/sqlite/read-models/sqlite-read-models';
import { eventsUpTo, openLogFile } from './workbench';

/**
 * Which store holds the log, and which the read models: every choice between them is made on this page. The client of a
 * server is loaded when it is chosen: the embedded default starts without the some 300 modules of the two.
 */

/** Where the embedded stores and their companions lie. */
export const filesOf = (config: Config) => {
  const inFolder = (name: string): string => join(config.values.CARDRAIL_DATA_DIR, name);
  return {
    events: inFolder('events.db'),
    readModels: inFolder('read-models.db'),
    keyring: config.values.CARDRAIL_KEYRING_FILE ?? inFolder('keyring.json'),
    wake: inFolder('wake.json'),
    outbox: inFolder('outbox.json'),
    leases: inFolder('leases.db'),
    /** Keys of persons, and who was erased. Cannot be made again. */
    subjectKeys: inFolder('subject-keys.db'),
    /** Heads of all streams at the last checkpoint; may be made again from the log. */
    audit: inFolder('audit.db'),
    /** The same for a check that is under way. */
    auditCheck: inFolder('audit-check.db'),
    /** Says that the log has moved to another store. */
    moved: inFolder('moved.json'),
  };
};

export type StoreName = Config['values']['CARDRAIL_STORE'];

export type OpenEventStore = EventStore & { close(): Promise<void> };

export interface StoreObserver extends AppendObserver, SubscriptionObserver {
  /** The store failed to write and must not be trusted by a program that goes on. */
  fatal?(cause: string): void;
}

export interface OpenOptions {
  readonly runtime: Runtime;
  /** How long a store on another machine may be away at the start. Milliseconds. */
  readonly patienceMs: number;
  readonly observer?: StoreObserver;
  /** Opens the embedded store also when the shop has moved away from it: for the way back. */
  readonly evenIfMoved?: true;
}

/** Two shops on one past would sell the same cards: a log that was left behind is not gone on with. */
export class ShopMoved extends Error {
  override readonly name = 'ShopMoved';
  constructor(file: string) {
    super(
      `this shop has moved to EventStoreDB (${file}): set CARDRAIL_STORE=eventstoredb, or move back with cardrail migrate --from eventstoredb --to embedded`,
    );
  }
}

const TRY_AGAIN_MS = 500;

/** Opens the event store of a name. Throws StoreUnavailable when it stays away, and else what a person can act on. */
export async function openEventStore(name: StoreName, config: Config, options: OpenOptions): Promise<OpenEventStore> {
  const { runtime, observer = {}, evenIfMoved } = options;
  if (name === 'embedded') {
    if (evenIfMoved !== true && existsSync(filesOf(config).moved)) throw new ShopMoved(filesOf(config).moved);
    makeFolder(config.values.CARDRAIL_DATA_DIR);
    return openSqliteEventStore({
      file: filesOf(config).events,
      runtime,
      observer: { appended: (ms, outcome) => observer.appended?.(ms, outcome) },
      onFatal: (cause) => observer.fatal?.(cause),
    });
  }
  return openEventStoreDbPatiently(config, options);
}

async function openEventStoreDbPatiently(config: Config, { runtime, patienceMs, observer = {} }: OpenOptions): Promise<EventStoreDb> {
  const deadline = runtime.monotonicMs() + patienceMs;
  const { openEventStoreDb } = await import('./infrastructure/eventstoredb');
  for (;;) {
    try {
      return await openEventStoreDb({ connectionString: eventStoreUrl(config), runtime, observer });
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || runtime.monotonicMs() >= deadline) throw error;
      await runtime.sleep(TRY_AGAIN_MS);
    }
  }
}

/** Throws what a person can act on: a store may be wanted that the configuration does not run on, as when a shop moves house. */
function eventStoreUrl({ values }: Config): string {
  if (values.CARDRAIL_EVENTSTORE_URL === undefined) throw new Error('CARDRAIL_EVENTSTORE_URL is not set: it says where EventStoreDB is');
  return values.CARDRAIL_EVENTSTORE_URL.reveal();
}

/** Empty where none was given: the configuration asks for one wherever one is needed. */
const mongoUrl = ({ values }: Config): string => values.CARDRAIL_MONGODB_URL?.reveal() ?? '';

export async function openReadModels(config: Config, onSetAside: (message: string) => void): Promise<ReadModels> {
  if (config.values.CARDRAIL_READ_MODELS === 'embedded') return openSqliteReadModels({ file: filesOf(config).readModels, onSetAside });
  const { openMongoReadModels } = await import('./infrastructure/mongodb/read-models/mongo-read-models');
  return openMongoReadModels({ url: mongoUrl(config) });
}

/** What the processes of one shop share besides the log: on one machine in files, on many where the read models are. */
export interface SharedState {
  readonly leases: Leases;
  readonly outboxCursor: OutboxCursor;
  readonly subjectKeys: SubjectKeys;
  close(): Promise<void>;
}

/** The keys of persons: a file beside the log, or where processes on several machines share everything. */
export async function openSubjectKeys(config: Config): Promise<SubjectKeys & { close(): Promise<void> }> {
  return openSubjectKeyPlace(config, config.values.CARDRAIL_READ_MODELS);
}

export type ReadModelsName = Config['values']['CARDRAIL_READ_MODELS'];

async function openSubjectKeyPlace(config: Config, name: ReadModelsName): Promise<SubjectKeyPlace> {
  if (name === 'embedded') return openSqliteSubjectKeys(filesOf(config).subjectKeys);
  const { openMongoSubjectKeys } = await import('./infrastructure/mongodb/subject-keys/mongo-subject-keys');
  return openMongoSubjectKeys({ url: mongoUrl(config) });
}

/** Every place in which keys of persons of this shop may lie, by the read models that they lie with. */
export async function subjectKeyPlaces(config: Config): Promise<ReadonlyMap<ReadModelsName, SubjectKeyPlace>> {
  const names: readonly ReadModelsName[] = config.values.CARDRAIL_MONGODB_URL === undefined ? ['embedded'] : ['embedded', 'mongodb'];
  return new Map(await Promise.all(names.map(async (name) => [name, await openSubjectKeyPlace(config, name)] as const)));
}

export async function openSharedState(config: Config): Promise<SharedState> {
  const subjectKeys = await openSubjectKeys(config);
  if (config.values.CARDRAIL_READ_MODELS === 'embedded') {
    const files = filesOf(config);
    const leases = openSqliteLeases(files.leases);
    const close = async (): Promise<void> => {
      leases.close();
      await subjectKeys.close();
    };
    return { leases, outboxCursor: outboxCursorFile(files.outbox), subjectKeys, close };
  }
  const { openMongoLeases } = await import('./infrastructure/mongodb/leases/mongo-leases');
  const url = mongoUrl(config);
  const [leases, outboxCursor] = [openMongoLeases({ url }), await mongoOutboxCursor(url)];
  return {
    leases,
    outboxCursor,
    subjectKeys,
    close: async () => void (await Promise.all([leases.close(), outboxCursor.close(), subjectKeys.close()])),
  };
}

async function mongoOutboxCursor(url: string): Promise<OutboxCursor & { close(): Promise<void> }> {
  const { openMongoOutboxCursor } = await import('./infrastructure/mongodb/outbox-cursor/mongo-outbox-cursor');
  return openMongoOutboxCursor({ url });
}

/** Every place in which an outbox of this shop may look for its cursor. */
export interface OutboxCursors {
  /** The one that it uses now. */
  readonly current: OutboxCursor;
  readonly all: readonly OutboxCursor[];
  close(): Promise<void>;
}

export async function outboxCursors(config: Config): Promise<OutboxCursors> {
  const { CARDRAIL_READ_MODELS: name, CARDRAIL_MONGODB_URL: url } = config.values;
  const file = outboxCursorFile(filesOf(config).outbox);
  if (url === undefined) return { current: file, all: [file], close: async () => undefined };
  const shared = await mongoOutboxCursor(url.reveal());
  return { current: name === 'embedded' ? file : shared, all: [file, shared], close: () => shared.close() };
}

/** How many events lie before and at a position; null where the store's positions do not count them. */
export const eventCountAt = (name: StoreName, position: Position | null): number | null => (name === 'embedded' ? eventsUpTo(position) : null);

/** The log to read and nothing else: works beside a running shop, on a copy, and on a file that is damaged in places. */
export interface Log extends Pick<EventStore, 'read' | 'head'> {
  /** The newest events, oldest first. */
  newest(count: number): Promise<readonly StoredEvent[]>;
  /** What lies behind a position, up to where the log ends when it is asked; null is the beginning. */
  after(position: Position | null): AsyncIterable<SubscriptionBatch>;
  close(): Promise<void>;
}

/** Throws DatabaseRefused, StoreUnavailable, or what SQLite says when the file is not there. */
export async function openLog(config: Config, options: OpenOptions): Promise<Log> {
  if (config.values.CARDRAIL_STORE === 'embedded') {
    const file = openLogFile(filesOf(config).events);
    async function* after(position: Position | null): AsyncGenerator<SubscriptionBatch> {
      yield* file.after(position);
    }
    return { read: file.read, head: file.head, after, newest: async (count) => file.newest(count), close: async () => file.close() };
  }
  const store = await openEventStoreDbPatiently(config, options);
  return { ...logOver(store), newest: (count) => store.newest(count), close: () => store.close() };
}

/** A store to read through its port. */
export const logOver = (store: EventStore): Pick<Log, 'read' | 'head' | 'after'> => ({
  read: (stream, options) => store.read(stream, options),
  head: () => store.head(),
  after: (position) => upToEnd(store, position),
});
