import { Advance, type AdvanceKit } from '../../src/application/engine/advance';
import { idleProcess, type OrderLike } from './idle-process';

const ASKS = { kind: 'ask', call: { kind: 'query', reference: 'o.1', notFoundIsFinal: false } } as unknown as ReturnType<OrderLike['plan']>;
const CURRENT_FOR_MS = 5_000;

/** A store that is read in `readMs`, and whose every read finds a state with the number of reads in it. */
function standing({ readMs = 0 } = {}) {
  const seen = { now: 0, reads: 0, askedOn: [] as unknown[] };
  const commands = {
    clock: { now: () => seen.now },
    load: async () => {
      seen.now += readMs;
      return { state: ++seen.reads, revision: 0, hash: '', lastEventId: '', commands: new Map() };
    },
  };
  const kit = { commands, wakeCount: () => 0, nextBy: () => 'e:1', session: 'e', spans: { within: (_: unknown, work: () => unknown) => work() } };
  const process = (stands: (state: unknown) => number): OrderLike =>
    idleProcess({
      plan: (state) => {
        seen.now += stands(state);
        return seen.askedOn.length > 0 ? { kind: 'wait' } : ASKS;
      },
      perform: async (_call, state) => {
        seen.askedOn.push(state);
        return null;
      },
      answered: () => true,
    });
  return { seen, run: (stands: (state: unknown) => number) => Advance.run(process(stands), kit as unknown as AdvanceKit, 'o') };
}

describe('an engine that stood still before it repeats a call', () => {
  it.each([
    ['not for long: asks on what it knows', CURRENT_FOR_MS, 1],
    ['longer than that: reads again, since others may have written off what it repeats', CURRENT_FOR_MS + 1, 2],
  ])('%s', async (_about, stoodMs, state) => {
    const { seen, run } = standing();
    await run((known) => (known === 1 ? stoodMs : 0));
    expect(seen.askedOn).toEqual([state]);
  });

  it('leaves the order alone for a while when the store takes longer for a read than what was read stays current', async () => {
    const { seen, run } = standing({ readMs: CURRENT_FOR_MS + 1 });
    expect(await run(() => 0)).toEqual({ outcome: 'stuck', cause: 'STORE_SLOW' });
    expect(seen).toMatchObject({ askedOn: [], reads: 4 });
  });
});
