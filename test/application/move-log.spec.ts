import { type Moved, moveLog, MoveRefused } from '../../src/application/move-log';
import { StoreUnavailable, type EventStore } from '../../src/application/ports/event-store';
import { upToEnd } from '../../src/application/up-to-end';
import type { EventToAppend, StoredEvent } from '../../src/domain/kernel/event';
import { chainHash, GENESIS_HASH } from '../../src/domain/kernel/hash';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { Chance } from '../support/chance';
import { EventFile } from '../support/event-file';

const runtime = new SystemRuntime();
const never = new AbortController().signal;
let files: EventFile[];
beforeEach(() => void (files = []));
afterEach(() => Promise.all(files.map((file) => file.remove())));

async function newStore(): Promise<EventStore> {
  const file = new EventFile();
  files.push(file);
  return file.open();
}

/** Adds decisions of one to three events to a few streams, in an order that a seed decides. */
async function fill(store: EventStore, decisions: number, seed = 1): Promise<void> {
  const chance = new Chance(seed);
  for (let n = 0; n < decisions; n++) {
    const stream = `order-${chance.between(1, 5)}`;
    const before = await store.read(stream);
    let previous = before.at(-1)?.metadata.hash ?? GENESIS_HASH;
    const events = Array.from({ length: chance.between(1, 3) }, (_, i): EventToAppend => {
      const metadata = { commandId: 'c', correlationId: stream, causationId: 'c', actor: { kind: 'CLI', id: 'test' }, hash: '' } as const;
      const event = {
        eventId: runtime.newId(),
        type: 'NoteAdded',
        schemaVersion: 1,
        occurredAt: '2026-01-01T00:00:00.000Z',
        data: { text: `note ${n}.${i}` },
        metadata,
      };
      previous = chainHash(previous, stream, before.length + i, event);
      return { ...event, metadata: { ...metadata, hash: previous } };
    });
    await store.append(stream, before.length === 0 ? 'none' : before.length - 1, events);
  }
}

async function all(store: EventStore): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of upToEnd(store, null)) events.push(...batch.events);
  return events;
}

/** Everything but what is the store's own. */
const kept = (events: readonly StoredEvent[]): readonly object[] => events.map(({ position: _position, recordedAt: _recordedAt, ...rest }) => rest);

const move = (from: EventStore, to: EventStore, follow: string | null = null): Promise<Moved> =>
  moveLog({ from, to, runtime, signal: never, follow });

const refused = async (moving: Promise<Moved>): Promise<string> => {
  const error: unknown = await moving.catch((thrown: unknown) => thrown);
  if (!(error instanceof MoveRefused)) throw new Error('it was not refused', { cause: error });
  return error.code;
};

/** Injects a fault: the store goes away at the nth append, before or after it was stored. */
function faultAtAppend(store: EventStore, n: number, side: 'before' | 'after'): EventStore {
  let appends = 0;
  return {
    read: (stream, options) => store.read(stream, options),
    head: () => store.head(),
    subscribe: (options) => store.subscribe(options),
    append: async (stream, expected, events) => {
      if (++appends !== n) return store.append(stream, expected, events);
      if (side === 'after') await store.append(stream, expected, events);
      throw new StoreUnavailable('gone');
    },
  };
}

describe('a log that moves', () => {
  it('is the same event by event in its new store, in its order, with ids, times and hashes', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from, 80);
    const { events, copied, head } = await move(from, to);
    expect([events, copied, head]).toEqual([(await all(from)).length, events, await to.head()]);
    expect(kept(await all(to))).toEqual(kept(await all(from)));
  });

  it('that is empty moves to an empty one', async () => {
    expect(await move(await newStore(), await newStore())).toEqual({ events: 0, copied: 0, head: null, followed: null });
  });

  it.each([
    [1, 'before'],
    [1, 'after'],
    [17, 'before'],
    [17, 'after'],
    [39, 'after'],
  ] as const)('goes on where it was cut off: at append %d, %s it was stored', async (n, side) => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from, 60);
    await expect(move(from, faultAtAppend(to, n, side))).rejects.toThrow(StoreUnavailable);
    const there = (await all(to)).length;
    const { events, copied } = await move(from, to);
    expect(copied).toBe(events - there);
    expect(kept(await all(to))).toEqual(kept(await all(from)));
    expect((await move(from, to)).copied).toBe(0);
  });

  it('can go back: only what came since is written', async () => {
    const [old, cluster] = [await newStore(), await newStore()];
    await fill(old, 30, 1);
    const { events: before } = await move(old, cluster);
    await fill(cluster, 20, 2);
    const { events, copied } = await move(cluster, old);
    expect(copied).toBe(events - before);
    expect(kept(await all(old))).toEqual(kept(await all(cluster)));
  });

  it('finds the same event again for somebody who remembers a place', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(to, 0);
    await fill(from, 40);
    const remembered = (await all(from))[24];
    const { followed } = await move(from, to, remembered?.position ?? null);
    expect((await all(to)).find(({ position }) => position === followed)?.eventId).toBe(remembered?.eventId);
  });

  it('is refused by a store that holds another log, and nothing is written there', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from, 10, 1);
    await fill(to, 5, 2);
    const before = await all(to);
    expect(await refused(move(from, to))).toBe('TARGET_DIFFERS');
    expect(await all(to)).toEqual(before);
  });

  it('is refused by a store that is further on: the move would be the wrong way round', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from, 10);
    await move(from, to);
    await fill(to, 3, 2);
    expect(await refused(move(from, to))).toBe('TARGET_AHEAD');
  });

  it('is not moved while the shop runs: what is stored meanwhile is noticed', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from, 10);
    const busy: EventStore = {
      ...faultAtAppend(to, 0, 'before'),
      append: async (stream, expected, events) => {
        if ((await to.head()) === null) await fill(from, 1, 9);
        return to.append(stream, expected, events);
      },
    };
    expect(await refused(move(from, busy))).toBe('SHOP_RUNS');
  });

  it('is not called moved when somebody else writes to the new store', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from, 10);
    const meddled: EventStore = {
      ...faultAtAppend(to, 0, 'before'),
      append: async (stream, expected, events) => {
        const result = await to.append(stream, expected, events);
        if (events[0]?.eventId === (await all(from))[0]?.eventId) await fill(to, 1, 9);
        return result;
      },
    };
    expect(['TARGET_DIFFERS', 'TARGET_WRITTEN']).toContain(await refused(move(from, meddled)));
  });
});
