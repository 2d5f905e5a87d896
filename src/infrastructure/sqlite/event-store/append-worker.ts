import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { CHECKPOINT_PAGES, openDatabase } from '../open-database';
import type { AppendRequest } from './append-request';
import { beginImmediate } from './begin-immediate';
import { Checkpoints } from './checkpoints';
import { GroupCommitter } from './group-committer';
import { EVENT_FILE } from './schema';
import { GROUP_EVENTS_MAX, GROUP_REQUESTS_MAX, type FromWorker, type ToWorker, type WorkerSetup } from './worker-protocol';

/**
 * The only writer of this process, on a thread of its own: a commit waits for the disk, and the event loop must not.
 * Whatever arrives while a group is being committed is the next group.
 */
const PAGE_BYTES = 4_096;
const WRITER_CACHE_KIB = 64 * 1_024;

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const { file, fileBytesMax, checkpointPages = CHECKPOINT_PAGES } = workerData as WorkerSetup;

const db = openDatabase({ ...EVENT_FILE, file, cacheKib: WRITER_CACHE_KIB, checkpointPages: 0 });
db.pragma('busy_timeout = 0');
if (fileBytesMax !== undefined) db.pragma(`max_page_count = ${Math.floor(fileBytesMax / PAGE_BYTES)}`);
const committer = new GroupCommitter(db, Date.now);
const checkpoints = new Checkpoints(db, checkpointPages);

let backlog: AppendRequest[] = [];
let closing = false;
/** After a failed write nothing is written any more: what the disk holds now is for the next start to find out. */
let poisoned: string | undefined;

const tell = (message: FromWorker): void => port.postMessage(message);

function take(message: ToWorker): void {
  if (message.kind === 'close') closing = true;
  else backlog = backlog.length === 0 ? [...message.requests] : [...backlog, ...message.requests];
}

function drainPort(from: NonNullable<typeof parentPort>): void {
  for (let next = receiveMessageOnPort(from); next !== undefined; next = receiveMessageOnPort(from)) take(next.message as ToWorker);
}

function nextGroup(): AppendRequest[] {
  let events = 0;
  const reached = backlog.findIndex((request) => (events += request.events.length) > GROUP_EVENTS_MAX);
  return backlog.splice(0, Math.min(reached === -1 ? backlog.length : Math.max(reached, 1), GROUP_REQUESTS_MAX));
}

function commitNext(): void {
  const group = nextGroup();
  const ids = group.map((request) => request.id);
  if (poisoned !== undefined) return tell({ kind: 'refused', ids, cause: poisoned });
  const startedAt = performance.now();
  const result = committer.commit(group);
  if (result.outcome === 'busy') return tell({ kind: 'refused', ids, cause: 'another process holds the file' });
  if (result.outcome === 'failed') {
    poisoned = result.cause;
    return tell({ kind: 'failed', ids, cause: result.cause });
  }
  const events = group.reduce((sum, request) => sum + request.events.length, 0);
  tell({ kind: 'done', ids, members: result.members, events, ms: performance.now() - startedAt });
  checkpoint();
}

/** After its appenders were told: they need not wait for it. */
function checkpoint(): void {
  try {
    checkpoints.copyWhenLong();
  } catch (error) {
    poisoned = String(error);
    tell({ kind: 'failed', ids: [], cause: poisoned });
  }
}

/** Says that everything up to here was written in order, so that the next start need not look at it again. */
function closeInOrder(): void {
  if (poisoned === undefined) {
    try {
      beginImmediate(db);
      db.exec('UPDATE anchor SET clean_position = position; COMMIT');
      db.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Without the mark the next start checks the tail, which is what a failed close deserves.
    }
  }
  db.close();
}

port.on('message', (message: ToWorker) => {
  take(message);
  drainPort(port);
  while (backlog.length > 0) {
    commitNext();
    drainPort(port);
  }
  if (!closing) return;
  closeInOrder();
  port.close();
});

tell({ kind: 'ready' });
