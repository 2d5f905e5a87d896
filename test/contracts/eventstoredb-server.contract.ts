import { randomUUID } from 'node:crypto';
import { connect } from '../../src/infrastructure/eventstoredb/client-connection';
import type { AppendPath, Connection, WireAppended, WireEvent, WireRecord } from '../../src/infrastructure/eventstoredb/wire';

const never = new AbortController().signal;
const DEADLINE_MS = 10_000;

/**
 * What the adapter takes for granted about a server, told by the server itself: run on real ones and on the fake, it says whether the
 * fake may be believed.
 */
export function describeEventStoreDbServer(name: string, address: () => Promise<string> | string): void {
  describe(`${name}, asked directly,`, () => {
    let connection: Connection;
    let stream: string;

    beforeEach(async () => {
      connection = connect(await address());
      stream = `order-${randomUUID()}`;
    });
    afterEach(() => connection.close());

    const events = (count: number): readonly WireEvent[] =>
      Array.from({ length: count }, (_, index) => ({ id: randomUUID(), type: 'NoteAdded', data: { index }, metadata: { from: 'test' } }));
    const read = (): Promise<readonly WireRecord[]> => connection.readStream(stream, 0, 100, never);

    describe.each<AppendPath['kind']>(['batch', 'single'])('on the %s path', (kind) => {
      const append = (expected: number | undefined, batch: readonly WireEvent[]): Promise<WireAppended> =>
        connection.append(stream, expected, batch, { kind, deadlineMs: DEADLINE_MS }, never);

      it('writes where the stream is as expected, and answers the revision and place of the last event', async () => {
        const first = await append(undefined, events(3));
        const second = await append(2, events(1));
        const stored = await read();
        expect(first).toEqual({ outcome: 'written', revision: 2, place: stored[2]?.place });
        expect(second).toEqual({ outcome: 'written', revision: 3, place: stored[3]?.place });
      });

      it('answers a repeat with the first revision and place, also behind later events', async () => {
        const [first, second] = [events(2), events(2)];
        const answers = [await append(undefined, first), await append(1, second)];
        await append(3, events(1));
        expect([await append(undefined, first), await append(1, second)]).toEqual(answers);
        expect(await read()).toHaveLength(5);
      });

      it('takes equal ids for a repeat whatever the events hold, and drops what they hold', async () => {
        const [event] = events(1);
        if (event === undefined) return;
        await append(undefined, [event]);
        expect(await append(undefined, [{ ...event, data: { index: 'another' } }])).toMatchObject({ outcome: 'written', revision: 0 });
        expect((await read()).map(({ data }) => data)).toEqual([event.data]);
      });

      it('writes the ids of earlier events once more where the revision is right', async () => {
        const batch = events(1);
        await append(undefined, batch);
        expect(await append(0, batch)).toMatchObject({ outcome: 'written', revision: 1 });
        expect(await read()).toHaveLength(2);
      });

      it('refuses another first id, a part of a batch, more than a batch, and a revision that is not there yet', async () => {
        const batch = events(3);
        await append(undefined, batch);
        const wrong = { outcome: 'wrong-revision', actual: 2 };
        expect(await append(undefined, events(1))).toEqual(wrong);
        expect(await append(undefined, [...batch, ...events(1)])).toEqual(wrong);
        expect(await append(undefined, batch.slice(1))).toEqual(wrong);
        expect(await append(1, batch.slice(1))).toEqual(wrong);
        expect(await append(7, events(1))).toEqual(wrong);
        expect(await read()).toHaveLength(3);
      });

      it('refuses a revision of a stream that is not there', async () => {
        expect(await append(0, events(1))).toEqual({ outcome: 'wrong-revision', actual: undefined });
      });

      it('takes a begun batch for a repeat', async () => {
        const batch = events(3);
        await append(undefined, batch);
        expect(await append(undefined, batch.slice(0, 2))).toMatchObject({ outcome: 'written', revision: 1 });
        expect(await read()).toHaveLength(3);
      });
    });

    it('reads a stream and the log from a place inclusive, and follows the log exclusive', async () => {
      await connection.append(stream, undefined, events(4), { kind: 'batch', deadlineMs: DEADLINE_MS }, never);
      const stored = await read();
      expect((await connection.readStream(stream, 2, 100, never)).map(({ revision }) => revision)).toEqual([2, 3]);
      expect(await connection.readStream(stream, 4, 100, never)).toEqual([]);
      const from = stored[1]?.place;
      if (from === undefined) throw new Error('the second event is missing');
      expect((await connection.readLog(from, 2, never)).map(({ id }) => id)).toEqual(stored.slice(1, 3).map(({ id }) => id));
      expect((await connection.readLogEnd(undefined, 2, never)).map(({ id }) => id)).toEqual([stored[3]?.id, stored[2]?.id]);
      const last = stored[3]?.place;
      expect((await connection.readLogEnd(last, 2, never)).map(({ id }) => id)).toEqual([stored[2]?.id, stored[1]?.id]);
      expect(await followed(connection, from, stream, 2)).toEqual(stored.slice(2).map(({ id }) => id));
    });
  });
}

/** The ids of so many events behind a place. */
function followed(connection: Connection, after: WireRecord['place'], prefix: string, wanted: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const ids: string[] = [];
    const following = connection.follow(
      after,
      { prefixes: [prefix] },
      {
        event: ({ id }) => {
          if (ids.push(id) < wanted) return;
          following.stop();
          resolve(ids);
        },
        passed: () => undefined,
        caughtUp: () => undefined,
        fellBehind: () => undefined,
        lost: (cause) => reject(cause instanceof Error ? cause : new Error(String(cause))),
      },
    );
  });
}
