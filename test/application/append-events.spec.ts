import { appendEvents } from '../../src/application/append-events';
import { type AppendResult, StoreUnavailable } from '../../src/application/ports/event-store';
import type { Runtime } from '../../src/application/ports/runtime';
import { StreamBuilder } from '../support/event-builders';
import { Choices, FaultChoosingAppends } from './fault-choosing-appends';

/** Time passes at once, so that every path can be walked. */
const hurried: Runtime = {
  wallMs: () => 0,
  monotonicMs: () => 0,
  sleep: async () => undefined,
  turn: async () => undefined,
  random: () => 0.5,
  newId: () => 'id',
};

interface Ended {
  readonly result: AppendResult | 'refused';
  readonly store: FaultChoosingAppends;
  readonly ours: readonly string[];
}

async function append(choices: Choices, before: number): Promise<Ended> {
  const builder = new StreamBuilder('order-1');
  const first = before === 0 ? [] : builder.batch(before);
  const { expected } = builder;
  const events = builder.proposed(2, { writer: 'ours' });
  const store = new FaultChoosingAppends('order-1', choices, builder.proposed(1, { writer: 'rival' }));
  first.forEach((event, revision) =>
    store.stored.push({ ...event, stream: 'order-1', revision, position: String(revision), recordedAt: event.occurredAt }),
  );
  const result = await appendEvents(store, hurried, 'order-1', expected, events).catch((error: unknown) => {
    if (error instanceof StoreUnavailable) return 'refused' as const;
    throw error;
  });
  return { result, store, ours: events.map(({ eventId }) => eventId) };
}

const timesStored = ({ store, ours }: Ended): readonly number[] => ours.map((id) => store.stored.filter(({ eventId }) => eventId === id).length);

describe.each([
  ['a stream that does not exist', 0],
  ['a stream of three events', 3],
])('an append to %s', (_name, before) => {
  it('says what is true on every path of stored, lost, late, refused and overtaken sendings and reads that fail', async () => {
    const choices = new Choices();
    const outcomes: Record<string, number> = {};
    do {
      const ended = await append(choices, before);
      const { result, store } = ended;
      const outcome = result === 'refused' ? result : result.outcome;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      // Whatever is still on its way must not make the answer untrue afterwards.
      store.writeLate();
      const told = { path: store.fates.join(' '), outcome, stored: timesStored(ended) };
      const once = [1, 1];
      const never = [0, 0];
      if (outcome === 'committed') {
        expect(told).toEqual({ ...told, stored: once });
        expect(result).toMatchObject({ revision: before + 1 });
      } else if (outcome === 'unknown') {
        expect([once, never]).toContainEqual(told.stored);
        // Nobody gives up before the budget is spent.
        expect({ ...told, fates: store.fates.length >= 4 }).toEqual({ ...told, fates: true });
      } else expect(told).toEqual({ ...told, stored: never });
      expect(store.stored.map(({ revision }) => revision)).toEqual(store.stored.map((_, i) => i));
      expect(store.sendings).toBeLessThanOrEqual(4);
    } while (choices.advance());
    expect(Object.keys(outcomes).sort()).toEqual(['committed', 'conflict', 'refused', 'unknown']);
    expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(150);
  });
});

it('a first sending that was certainly not written is refused at once, and nothing is sent again', async () => {
  const refusing = new FaultChoosingAppends('order-1', { take: () => 'REFUSED' } as unknown as Choices, []);
  await expect(appendEvents(refusing, hurried, 'order-1', 'none', new StreamBuilder('order-1').batch())).rejects.toThrow(StoreUnavailable);
  expect(refusing.sendings).toBe(1);
});

it('the same ids with another payload are a conflict, not ours', async () => {
  const builder = new StreamBuilder('order-1');
  const ours = builder.proposed(1, { data: () => ({ note: 'ours' }) });
  const changed = builder.proposed(1, { data: () => ({ note: 'another' }) });
  const fates = ['RIVAL_FIRST_UNKNOWN', 'ANSWERED'];
  const store = new FaultChoosingAppends('order-1', { take: () => fates.shift() } as unknown as Choices, changed);
  expect(await appendEvents(store, hurried, 'order-1', 'none', ours)).toMatchObject({ outcome: 'conflict' });
});
