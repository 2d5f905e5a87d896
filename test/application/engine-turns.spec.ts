import { defaultEngineLimits } from '../../src/application/engine/engine-kit';
import { CommandHandling } from '../../src/application/handle-command';
import { Engine } from '../../src/application/run-engine';
import { StoreClock } from '../../src/application/store-clock';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { EventFile } from '../support/event-file';
import { idleProcess } from './idle-process';

/** More looks than an engine could ever need to let a timer of no length fire. */
const LOOKS_MAX = 20_000;
const WAITING = 200;

it('an engine with more to look at than it ever gets through leaves sockets and timers their turn', async () => {
  const file = new EventFile();
  const store = await file.open();
  const runtime = new SystemRuntime();
  const commands = new CommandHandling(store, createCodec(codecCatalog), new StoreClock(runtime), runtime);
  const stopping = new AbortController();
  let looks = 0;
  let looksAtTurn: number | undefined;
  const entries = Array.from({ length: WAITING }, (_, n) => ({ id: `order-${n}`, dueAt: 0, waitsFor: [], since: 0 }));
  const engine = new Engine(
    // Each is due again as soon as it has been looked at: this never ends by itself.
    idleProcess({
      plan: (_state, now) => {
        looks++;
        if (looks === 1) setTimeout(() => (looksAtTurn = looks), 0);
        if (looksAtTurn !== undefined || looks >= LOOKS_MAX) stopping.abort();
        return { kind: 'wait', waitUntil: now };
      },
    }),
    {
      ...{ store, commands, runtime, limits: defaultEngineLimits },
      snapshots: { load: async () => ({ position: null, entries }), save: async () => undefined },
      observer: { stuck: () => undefined, failed: () => undefined },
      shareOf: () => ({ weight: 1, max: defaultEngineLimits.callsMax }),
    },
  );
  await engine.run(stopping.signal, 1_000);
  await file.close();
  expect(looksAtTurn).toBeLessThan(LOOKS_MAX);
});
