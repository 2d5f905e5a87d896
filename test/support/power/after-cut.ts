import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outboxCursorFile } from '../../../src/infrastructure/files/outbox-cursor-file';
import { wakeSnapshotFile } from '../../../src/infrastructure/files/wake-snapshot-file';
import { openKeyring } from '../../../src/infrastructure/keyring/file-keyring';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { checkStore, openSqliteEventStore, type SqliteEventStore } from '../../../src/infrastructure/sqlite/event-store';
import type { DiskImage } from './disk-record';
import type { Said } from './said';

const DATA = 'data/shop';
const EVENTS_READ = 4_096;

export function writeImage(image: DiskImage, folder: string): void {
  for (const [path, bytes] of image) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes, { mode: 0o600 });
  }
}

/** Opens what the cut has left as a shop would at its next start, and holds it against what was promised. */
export async function expectEverythingSaidIsThere(image: DiskImage, said: readonly Said[], folder: string, when: string): Promise<void> {
  writeImage(image, folder);
  const data = join(folder, DATA);
  expectKeysOpen(join(data, 'keyring.json'), said, when);
  await expectSaved(data, said, when);
  const file = join(data, 'events.db');
  mkdirSync(data, { recursive: true });
  // Before anything was promised the file may be there and empty, which is what is said of it.
  const isInUse = said.some(({ kind }) => kind === 'read');
  if (isInUse) expect({ when, findings: await findingsIn(file) }).toEqual({ when, findings: [] });
  const store = await openSqliteEventStore({ file, runtime: new SystemRuntime() });
  try {
    await expectEvents(store, said, when);
  } finally {
    await store.close();
  }
  expect({ when, findings: await findingsIn(file) }).toEqual({ when, findings: [] });
}

async function findingsIn(file: string): Promise<readonly object[]> {
  const findings: object[] = [];
  for await (const finding of checkStore(file)) findings.push(finding);
  return findings;
}

async function expectEvents(store: SqliteEventStore, said: readonly Said[], when: string): Promise<void> {
  const promised = said.flatMap((word) => (word.kind === 'read' && word.position !== null ? [word.position] : []));
  const head = await store.head();
  expect({ when, head, isBehind: promised.some((position) => head === null || head < position) }).toMatchObject({ isBehind: false });

  // A store that has stopped said so, and could still be read.
  for (const word of said)
    if (word.kind === 'stopped')
      expect({ when, word }).toMatchObject({ word: { outcome: /unknown|refused/.exec(word.outcome)?.[0], readable: true } });

  const stored = new Set(said.flatMap((word) => (word.kind === 'stored' ? [word.ids[0]] : [])));
  const accounted = new Set<string>();
  for (const word of said) {
    if (word.kind !== 'sent') continue;
    const { stream, from, ids } = word;
    const there = (await store.read(stream, { from, limit: ids.length })).map(({ eventId }) => eventId);
    // Whole or not at all; and whole when it was acknowledged.
    const isWhole = there.length > 0 || stored.has(ids[0]);
    expect({ when, stream, from, there }).toEqual({ when, stream, from, there: isWhole ? ids : [] });
    for (const id of there) accounted.add(id);
  }
  const found = await eventIdsIn(store);
  expect({ when, unknown: found.filter((id) => !accounted.has(id)) }).toEqual({ when, unknown: [] });
  expect(found).toHaveLength(accounted.size);
}

async function eventIdsIn(store: SqliteEventStore): Promise<readonly string[]> {
  const head = await store.head();
  const ids: string[] = [];
  if (head === null) return ids;
  for await (const { events, position } of store.subscribe({ after: null, batchMax: EVENTS_READ, signal: new AbortController().signal })) {
    for (const { eventId } of events) ids.push(eventId);
    if (position >= head) break;
  }
  return ids;
}

/** Whatever was sealed before the cut is opened after it. */
function expectKeysOpen(file: string, said: readonly Said[], when: string): void {
  for (const word of said) {
    if (word.kind !== 'keyring') continue;
    expect({ when, opened: openKeyring(file, { allowDevelopment: true }).open(word.sealed, 'a card') }).toEqual({ when, opened: 'a code' });
  }
}

/** Each file holds what was saved last, or what somebody was at saving since, also in a run that was cut short. */
async function expectSaved(data: string, said: readonly Said[], when: string): Promise<void> {
  const found = {
    cursor: (await outboxCursorFile(join(data, 'outbox.json')).load())?.position ?? null,
    wake: (await wakeSnapshotFile(join(data, 'wake.json')).load())?.position ?? null,
  };
  for (const kind of ['cursor', 'wake'] as const) {
    let allowed: (string | null)[] = [null];
    for (const word of said) {
      if (word.kind === kind) allowed = [word.position];
      if (word.kind === 'saving') allowed.push(word.position);
    }
    if (!allowed.includes(found[kind])) throw new Error(`${when}: ${kind} holds ${found[kind]} and not one of ${allowed.join(', ')}`);
  }
}
