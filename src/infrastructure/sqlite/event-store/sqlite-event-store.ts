import type { Worker } from 'node:worker_threads';
import type { EventToAppend, Position, StoredEvent } from '../../../domain/kernel/event';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  ReadOptions,
  SubscribeOptions,
  SubscriptionBatch,
} from '../../../application/ports/event-store';
import type { Runtime } from '../../../application/ports/runtime';
import { openDatabase } from '../open-database';
import { AppendQueue, type AppendObserver } from './append-queue';
import { backupDatabase } from './backup';
import { CommitSignal } from './commit-signal';
import { EventReader, expectPlace, STREAM_PREFIXES_MAX } from './event-reader';
import { positionNumber } from './record';
import { EVENT_FILE } from './schema';
import { checkTail, checkWal } from './start-check';
import { startWorker } from './start-worker';
import type { FromWorker } from './worker-protocol';

export interface SqliteEventStoreOptions {
  /** Created when it is not there; its folder must exist. */
  readonly file: string;
  readonly runtime: Runtime;
  readonly observer?: AppendObserver;
  /** Called once when a write failed or the writer died. The store stays readable and accepts nothing more; the process should exit. */
  readonly onFatal?: (cause: string) => void;
  /** What an append waits for its answer before it is unknown; APPEND_TIMEOUT_MS unless told. */
  readonly appendTimeoutMs?: number;
  /** The file grows no further than this; the append that needs more fails like one on a full disk. */
  readonly fileBytesMax?: number;
  /** A write-ahead log longer than this is copied into the file, in pages of 4 KiB; CHECKPOINT_PAGES unless told. */
  readonly checkpointPages?: number;
}

const BATCH_EVENTS = 512;
const BATCH_EVENTS_MAX = 4_096;
/** Reads wait for a lock on the event loop, so not for long; only recovery after a crash of another process holds one. */
const READ_BUSY_MS = 250;
const READER_CACHE_KIB = 32 * 1_024;

/**
 * The embedded event store: one SQLite file, written by one worker thread per process, read where it is asked.
 *
 * `append` rejects with StoreUnavailable when the events were certainly not written (closed, queue full, file locked for
 * too long, or stopped after a failed write), and answers unknown when they may have been.
 */
export class SqliteEventStore implements EventStore {
  constructor(
    private readonly file: string,
    private readonly reader: EventReader,
    private readonly queue: AppendQueue,
    private readonly commits: CommitSignal,
    private readonly runtime: Pick<Runtime, 'turn'>,
  ) {}

  async read(stream: string, options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    const events = this.reader.read(stream, options);
    const { from = 0 } = options;
    // A fold over a stream with a hole in it would decide on what never was.
    events.forEach(({ revision }, i) => expectPlace(revision, from + i, `revision ${from + i} of ${stream}`));
    return events;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    return this.queue.append(stream, expected, events);
  }

  async *subscribe({ after, streamPrefixes, batchMax = BATCH_EVENTS, signal }: SubscribeOptions): AsyncGenerator<SubscriptionBatch, void, undefined> {
    if ((streamPrefixes?.length ?? 0) > STREAM_PREFIXES_MAX) throw new RangeError(`at most ${STREAM_PREFIXES_MAX} stream prefixes`);
    const limit = Math.min(Math.max(batchMax, 1), BATCH_EVENTS_MAX);
    let position = after;
    while (!signal.aborted) {
      const { ticket } = this.commits;
      const batch = this.reader.batchAfter(position === null ? 0 : positionNumber(position), streamPrefixes, limit);
      if (batch === undefined) {
        await this.commits.changed(ticket, signal);
        continue;
      }
      position = batch.position;
      yield batch;
      // Reading is synchronous: a follower far behind that never waits would keep sockets and timers out until it has caught up.
      if (!batch.caughtUp) await this.runtime.turn();
    }
  }

  async head(): Promise<Position | null> {
    return this.reader.head();
  }

  /** Appends that wait or are under way: the gauge that tells how near the store is to refusing. */
  get appendsWaiting(): number {
    return this.queue.length;
  }

  /** Writes a copy of the log, as it is now, to a new file. Appends go on meanwhile. */
  backupTo(target: string): Promise<void> {
    return backupDatabase({ ...EVENT_FILE, file: this.file }, target);
  }

  /** Ends accepted appends, marks the file as closed in order, ends subscriptions with StoreUnavailable. */
  async close(): Promise<void> {
    await this.queue.close();
    this.reader.close();
    await this.commits.close();
  }
}

/** Opens (or makes) the file, checks its end, starts the writer. Throws DatabaseRefused or StoreDamaged. */
export async function openSqliteEventStore(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
  const { file, runtime, observer, onFatal, appendTimeoutMs, fileBytesMax, checkpointPages } = options;
  makeAndCheck(file);
  const reader = new EventReader(openDatabase({ ...EVENT_FILE, file, readonly: true, busyTimeoutMs: READ_BUSY_MS, cacheKib: READER_CACHE_KIB }));
  try {
    const worker = startWorker({
      file,
      ...(fileBytesMax !== undefined && { fileBytesMax }),
      ...(checkpointPages !== undefined && { checkpointPages }),
    });
    await untilReady(worker);
    const commits = new CommitSignal(runtime, reader);
    const queue = new AppendQueue(worker, {
      runtime,
      onCommit: (stored) => {
        reader.committed(stored);
        commits.announce();
      },
      onFatal: onFatal ?? (() => undefined),
      ...(observer && { observer }),
      ...(appendTimeoutMs !== undefined && { appendTimeoutMs }),
    });
    return new SqliteEventStore(file, reader, queue, commits, runtime);
  } catch (error) {
    reader.close();
    throw error;
  }
}

function makeAndCheck(file: string): void {
  checkWal(file);
  const db = openDatabase({ ...EVENT_FILE, file });
  try {
    checkTail(db);
    // What a killed process had written and not synced is part of the log now that it has been read: it must be durable before
    // anybody is told of it. The copy into the file syncs both, and fails where the disk does.
    db.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    db.close();
  }
}

/** The first thing a sound worker says is that it is ready; one that cannot open the file throws. */
function untilReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (_ready: FromWorker) => {
      worker.off('error', reject);
      resolve();
    });
    worker.once('error', reject);
  });
}
