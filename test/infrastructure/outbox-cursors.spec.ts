import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutboxCursor, OutboxState } from '../../src/application/ports/outbox-cursor';
import { outboxCursorFile } from '../../src/infrastructure/files/outbox-cursor-file';
import { openMongoOutboxCursor } from '../../src/infrastructure/mongodb/outbox-cursor/mongo-outbox-cursor';
import { FakeMongodb } from '../support/fake-mongodb/fake-mongodb';

const state = (position: string | null, term?: number): OutboxState => ({
  position,
  parked: [{ notifierId: 'webhook', orderId: 'o', revision: 3, kind: 'ORDER_EVENT', why: 'gone', tries: 8, parkedAt: '2026-01-01T00:00:00.000Z' }],
  ...(term === undefined ? {} : { term }),
});

interface Kept {
  readonly cursor: OutboxCursor;
  readonly another: OutboxCursor;
  close(): Promise<void>;
}

async function inFile(): Promise<Kept> {
  const folder = await mkdtemp(join(tmpdir(), 'cardrail-cursor-'));
  const file = join(folder, 'outbox.json');
  return { cursor: outboxCursorFile(file), another: outboxCursorFile(file), close: () => rm(folder, { recursive: true }) };
}

async function inMongo(): Promise<Kept> {
  const server = await FakeMongodb.start({ replicaSet: 'rs0' });
  const [cursor, another] = [openMongoOutboxCursor({ url: server.url }), openMongoOutboxCursor({ url: server.url })];
  const close = async (): Promise<void> => {
    await Promise.all([cursor.close(), another.close()]);
    await server.stop();
  };
  return { cursor, another, close };
}

describe.each([
  ['a file', inFile],
  ['MongoDB', inMongo],
] as const)('the place of the outbox in %s', (_name, open) => {
  let kept: Kept;
  beforeEach(async () => (kept = await open()));
  afterEach(() => kept.close());

  it('is none at first, and what was saved last for everybody afterwards', async () => {
    expect(await kept.cursor.load()).toBeNull();
    for (const saved of [state(null), state('a', 1), state('b', 1), state('b', 2), state(null, 3)]) {
      await kept.cursor.save(saved);
      expect(await kept.another.load()).toEqual(saved);
    }
  });
});

it('a sender of an older term changes nothing in MongoDB, however late it comes', async () => {
  const { cursor, another, close } = await inMongo();
  await cursor.save(state('new', 5));
  await another.save(state('old', 4));
  expect(await cursor.load()).toEqual(state('new', 5));
  await close();
});
