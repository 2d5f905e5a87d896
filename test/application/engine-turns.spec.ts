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

/** Remembers for how long somebody wanted to sleep. */
class Watched extends SystemRuntime {
  readonly asked: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.asked.push(ms);
    return super.sleep(ms, signal);
  }
}

const SNAPSHOT_MS = 3_600_000;

it.each([
  { about: 'sleeps for half a minute', waitsFor: [], knowsTime: true, ms: 30_000 },
  { about: 'looks every second while somebody waits in line', waitsFor: ['room:gateway:main'], knowsTime: true, ms: 1_000 },
  { about: 'looks every second while it does not know the time of the store', waitsFor: [], knowsTime: false, ms: 1_000 },
])('an engine with nothing to do $about', async ({ waitsFor, knowsTime, ms }) => {
  const file = new EventFile();
  const store = await file.open();
  const runtime = new Watched();
  const clock = new StoreClock(runtime);
  if (knowsTime) clock.learn(new Date(runtime.wallMs()).toISOString());
  const stopping = new AbortController();
  const dueAt = runtime.wallMs() + SNAPSHOT_MS;
  const engine = new Engine(idleProcess({ plan: () => ({ kind: 'wait', waitUntil: dueAt, waitsFor }) }), {
    ...{ store, commands: new CommandHandling(store, createCodec(codecCatalog), clock, runtime), runtime },
    limits: { ...defaultEngineLimits, snapshotEveryMs: SNAPSHOT_MS },
    snapshots: { load: async () => ({ position: null, entries: [{ id: 'order-1', dueAt, waitsFor, since: 0 }] }), save: async () => undefined },
    observer: { stuck: () => undefined, failed: () => undefined },
    shareOf: () => ({ weight: 1, max: defaultEngineLimits.callsMax }),
  });
  const running = engine.run(stopping.signal, 0);
  const pauses = (): readonly number[] => runtime.asked.filter((asked) => asked >= 1_000 && asked < SNAPSHOT_MS);
  while (pauses().length === 0 || engine.status().running > 0) await new Promise(setImmediate);
  stopping.abort();
  await running;
  await file.close();
  expect(pauses().at(-1)).toBe(ms);
});
