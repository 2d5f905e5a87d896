import { runProjections } from '../../src/application/run-projections';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { projections } from '../../src/projections';
import { MemoryEventStore, MemoryLog } from '../../src/simulation/ports/memory-log';
import { MemoryReadModels } from '../../src/simulation/ports/memory-read-models';
import { StreamBuilder } from '../support/event-builders';

const PATIENCE_MS = 30_000;

describe('read models restored from an old copy (F23)', () => {
  const runtime = new SystemRuntime();

  async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = runtime.monotonicMs() + PATIENCE_MS;
    while (!(await holds())) {
      if (runtime.monotonicMs() > deadline) throw new Error(`not in time: ${what}`);
      await runtime.sleep(2);
    }
  }

  it('replay forward by themselves, also under a projector that never stopped', async () => {
    const store = new MemoryEventStore(new MemoryLog(() => runtime.wallMs()));
    const readModels = new MemoryReadModels();
    const stopping = new AbortController();
    const codec = createCodec(codecCatalog);
    const notices = projections.filter(({ name }) => name === 'notices');
    const quarantine = (id: string): Promise<unknown> => {
      const stream = new StreamBuilder(`notice-${id}`);
      const data = { gatewayId: 'main', noticeId: id, cause: 'UNKNOWN_ORDER', bodyHash: 'a'.repeat(64) };
      return store.append(stream.stream, 'none', stream.batch(1, { type: 'NoticeQuarantined', data: () => data }));
    };
    const rows = (): Promise<number> => readModels.count('notices', {}, 100);
    const running = runProjections({ store, readModels, projections: notices, codec, runtime, signal: stopping.signal });
    for (const id of ['1', '2', '3']) await quarantine(id);
    await until(async () => (await rows()) === 3, 'three rows');
    readModels.restoreBackup();
    expect(await rows()).toBe(0);
    await quarantine('4');
    await until(async () => (await rows()) === 4, 'all four rows');
    stopping.abort();
    await running.done;
  });
});
