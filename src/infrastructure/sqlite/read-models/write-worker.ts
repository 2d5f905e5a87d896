import { parentPort, workerData } from 'node:worker_threads';
import type { Sqlite } from '../open-database';
import { openToWrite, troubleOf } from './open-read-models-file';
import type { Command, FromWriter, ToWriter, WriterSetup } from './write-protocol';
import { Writer } from './writer';

/** The only writer of this process, on a thread of its own: rows, indexes and commits take a while, and the event loop must not. */
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const { file } = workerData as WriterSetup;

let opened: { readonly db: Sqlite; readonly writer: Writer } | undefined;

/** The file is opened with the first group, so that it is answered like any other when there is trouble with it. */
function open(): { readonly db: Sqlite; readonly writer: Writer } {
  const db = openToWrite(file);
  return { db, writer: new Writer(db) };
}

function commit(commands: readonly Command[]): FromWriter {
  try {
    opened ??= open();
    return { kind: 'committed', outcomes: opened.writer.commit(commands) };
  } catch (error) {
    return { kind: 'failed', trouble: troubleOf(error), message: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (message: ToWriter) => {
  if (message.kind === 'commit') return port.postMessage(commit(message.commands));
  opened?.db.close();
  port.close();
});
