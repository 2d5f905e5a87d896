import type { Gateways } from '../../src/application/ports/gateway';
import type { AccountWatch } from '../../src/application/processes/order/account-watch';
import { IdleProbes, type IdleProbesKit } from '../../src/application/run-idle-probes';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';

describe('questions to whoever nobody uses', () => {
  it('are not put by a process that has just begun: it does not know what others sent before', async () => {
    let nowMs = 1_000_000;
    let asked = 0;
    const runtime = new (class extends SystemRuntime {
      override monotonicMs = (): number => nowMs;
    })();
    const gateway = { flags: { lookup: true }, query: async () => (asked++, { outcome: 'notDone', code: 'HTTP_404' }) };
    const kit: IdleProbesKit = {
      settings: {
        allGateways: () => [{ id: 'main', active: true }],
        allChannels: () => [],
        allSkus: () => [],
      },
      gateways: { find: () => gateway } as unknown as Gateways,
      channels: { find: () => undefined },
      watch: { idle: (accounts: readonly string[]) => accounts, noteProbe: () => undefined } as unknown as AccountWatch,
      clock: { now: () => nowMs },
      runtime,
      policy: { idleAfterMs: 30_000, askEveryMs: 10_000 },
      onProbed: () => undefined,
      onFailed: (error) => {
        throw error;
      },
    };
    const probes = new IdleProbes(kit, new AbortController().signal);
    await probes.tick();
    nowMs += 29_999;
    await probes.tick();
    expect(asked).toBe(0);
    nowMs += 1;
    await probes.tick();
    expect(asked).toBe(1);
  });
});
