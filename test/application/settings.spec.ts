import { setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../../src/application/settings';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { FaultInjectingEventStore } from './fault-injecting-event-store';

const GATEWAY = 'gateway-main';

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const endsMs = performance.now() + 10_000; !holds(); await sleep(5)) if (performance.now() > endsMs) throw new Error(`not ${what} in time`);
}

describe('settings in a process', () => {
  let ending: AbortController;
  let store: FaultInjectingEventStore;
  let settings: Settings;
  let problems: string[];
  let running: Promise<void>;

  const isActive = (): boolean | undefined => settings.gateway('main')?.active;
  const pauseAndResume = (): void => ['GatewayPaused', 'GatewayResumed'].forEach((type) => store.add(GATEWAY, type));

  beforeEach(() => {
    ending = new AbortController();
    store = new FaultInjectingEventStore();
    problems = [];
    settings = new Settings({
      store,
      codec: createCodec(codecCatalog),
      runtime: new SystemRuntime(),
      onProblem: (problem) => problems.push(problem),
    });
    pauseAndResume();
    running = settings.start(ending.signal);
  });
  afterEach(async () => {
    ending.abort();
    store.wakeAll();
    await running;
  });

  it('hear of a change that the subscription left out as soon as it shows the next one, in their order', async () => {
    await settings.ready();
    const heard: (boolean | undefined)[] = [];
    settings.onChange(() => heard.push(isActive()));
    store.skips = ({ revision }) => revision === 2 || revision === 3;
    pauseAndResume();
    store.add(GATEWAY, 'GatewayPaused');
    await until(() => isActive() === false, 'paused');
    expect(heard).toEqual([false, true, false]);
    expect(problems).toEqual(['revisions 2 to 3 of gateway-main were left out']);
  });

  it('hear of what was left out while the store is away when it is back', async () => {
    await settings.ready();
    const heard: (boolean | undefined)[] = [];
    settings.onChange(() => heard.push(isActive()));
    store.skips = ({ revision }) => revision === 2;
    store.failsReads = true;
    pauseAndResume();
    await until(() => problems.length > 0, 'away');
    store.failsReads = false;
    await until(() => heard.length === 2, 'heard of');
    expect(heard).toEqual([false, true]);
  });
});
