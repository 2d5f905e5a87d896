import { existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../../src/infrastructure/disk/durable-folder';
import { outboxCursorFile } from '../../../src/infrastructure/files/outbox-cursor-file';
import { wakeSnapshotFile } from '../../../src/infrastructure/files/wake-snapshot-file';
import { addSealingKey, createKeyring } from '../../../src/infrastructure/keyring/create-keyring';
import { openKeyring } from '../../../src/infrastructure/keyring/file-keyring';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore, type SqliteEventStore } from '../../../src/infrastructure/sqlite/event-store';
import { Chance } from '../chance';
import { StreamBuilder } from '../event-builders';
import type { Said } from './said';

/**
 * A program whose disk is recorded: a small shop's store and the files beside it, used as the shop uses them. What it promises to
 * the outside it writes to `said`, so that it stands in the record between the writes and syncs that it followed. It is run again on
 * what a run that died has left.
 */
const WRITERS = 8;
const ROUNDS = 12;
/** Short, so that the write-ahead log is copied into the file again and again. */
const CHECKPOINT_PAGES = 48;
const LONG_NOTE = 3_000;
const STOPPED = 3;

async function main(folder: string, seed: number): Promise<void> {
  const said = openSync(join(folder, 'said'), 'a', 0o600);
  const say = (what: Said): void => void writeSync(said, `${JSON.stringify(what)}\n`);
  const chance = new Chance(seed);
  const data = join(folder, 'data', 'shop');
  makeFolder(data);
  const keyring = join(data, 'keyring.json');
  if (!existsSync(keyring)) createKeyring(keyring);
  say({ kind: 'keyring', sealed: openKeyring(keyring, { allowDevelopment: true }).seal('a code', 'a card') });

  for (let run = 0; run < 2; run++) {
    const store = await openSqliteEventStore({ file: join(data, 'events.db'), runtime: new SystemRuntime(), checkpointPages: CHECKPOINT_PAGES });
    // Whatever can be read is told to somebody.
    say({ kind: 'read', position: await store.head() });
    const words = { say, seed, run, isLong: () => chance.hit(0.2), size: () => chance.between(1, 4) };
    const writing = Array.from({ length: WRITERS }, (_, writer) => write(store, writer, words));
    const ends = await Promise.all([...writing, keepFiles(data, seed * 100 + run * 50, say)]);
    // As a shop does: it ends, and trusts nothing that it has in memory.
    if (ends.includes('stopped')) process.exit(STOPPED);
    if (run === 0) {
      addSealingKey(keyring);
      say({ kind: 'keyring', sealed: openKeyring(keyring, { allowDevelopment: true }).seal('a code', 'a card') });
      await store.close();
    }
  }
  // The last run is left open: a power cut finds it so.
  process.kill(process.pid, 'SIGKILL');
}

interface Words {
  readonly say: (what: Said) => void;
  readonly seed: number;
  readonly run: number;
  isLong(): boolean;
  size(): number;
}

async function write(store: SqliteEventStore, writer: number, { say, seed, run, isLong, size }: Words): Promise<'done' | 'stopped'> {
  const order = new StreamBuilder(`order-${seed}-${run}-${writer}`);
  for (let round = 0; round < ROUNDS; round++) {
    const { expected } = order;
    const note = isLong() ? 'x'.repeat(LONG_NOTE) : 'x';
    const events = order.batch(size(), { data: (revision) => ({ note: `${revision} ${note}` }) });
    const append = { stream: order.stream, from: expected === 'none' ? 0 : expected + 1, ids: events.map(({ eventId }) => eventId) };
    say({ kind: 'sent', ...append });
    const result = await store.append(order.stream, expected, events).catch((error: Error) => ({ outcome: 'refused' as const, why: error.message }));
    if (result.outcome !== 'committed') {
      // Nothing more is taken, and what is there can still be read.
      say({ kind: 'stopped', outcome: result.outcome, readable: (await store.head()) !== undefined });
      return 'stopped';
    }
    say({ kind: 'stored', ...append });
  }
  return 'done';
}

const SAVES = 6;

async function keepFiles(data: string, first: number, say: (what: Said) => void): Promise<'done'> {
  const cursor = outboxCursorFile(join(data, 'outbox.json'));
  const wake = wakeSnapshotFile(join(data, 'wake.json'));
  for (let save = 1; save <= SAVES; save++) {
    const position = String(first + save).padStart(16, '0');
    say({ kind: 'saving', position });
    await cursor.save({ position, parked: [] });
    say({ kind: 'cursor', position });
    await wake.save({ position, entries: [] });
    say({ kind: 'wake', position });
  }
  return 'done';
}

const [folder = '', seed = ''] = process.argv.slice(2);
main(folder, Number(seed)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
