import { readSettings } from '../../src/cli/session';
import { Settings } from '../../src/application/settings';
import type { EventStore } from '../../src/application/ports/event-store';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import type { Parts } from '../../src/parts';

describe('settings that a verb reads', () => {
  const runtime = new SystemRuntime();
  let following = 0;
  const subscribe: EventStore['subscribe'] = async function* ({ signal }) {
    following++;
    await runtime.sleep(600_000, signal);
    following--;
    if (!signal.aborted) yield { events: [], position: '1', caughtUp: true };
  };
  const partsOver = (head: EventStore['head']): Parts => {
    const store = { head, subscribe } as EventStore;
    return { settings: new Settings({ store, codec: createCodec(codecCatalog), runtime }) } as unknown as Parts;
  };

  it('are followed no further than they are needed', async () => {
    await readSettings(partsOver(async () => null));
    expect(following).toBe(0);
  });

  it.each([
    ['answers too late', () => runtime.sleep(200).then(() => null), 'cardrail doctor says whether it is there'],
    ['says why not', () => Promise.reject(new Error('the log is damaged')), 'the log is damaged'],
  ] as const)('are not waited for for ever: a store that was opened and now %s is told of', async (_, head, told) => {
    await expect(readSettings(partsOver(head), 50)).rejects.toThrow(told);
    expect(following).toBe(0);
  });
});
