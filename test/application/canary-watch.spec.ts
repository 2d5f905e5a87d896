import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates, ROUTING_POLICY } from '../../src/application/aggregates';
import { CanaryTrials } from '../../src/application/canary-trials';
import { CommandHandling } from '../../src/application/handle-command';
import type { ReadModels } from '../../src/application/ports/read-models';
import { judgeCanary } from '../../src/application/run-canary-watch';
import { StoreClock } from '../../src/application/store-clock';
import { defaultCanaryRule } from '../../src/domain/routing/canary-report';
import { BUILT_IN, trialKey } from '../../src/domain/routing/policy';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore, type SqliteEventStore } from '../../src/infrastructure/sqlite/event-store';

describe('the watch over a trial', () => {
  const runtime = new SystemRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-canary-'));
  const context = { commandId: 'start', correlationId: ROUTING_POLICY, causationId: 'test', actor: { kind: 'CLI', id: 'test' } } as const;
  let store: SqliteEventStore;
  let commands: CommandHandling;

  beforeAll(async () => {
    store = await openSqliteEventStore({ file: join(folder, 'events.db'), runtime });
    commands = new CommandHandling(store, createCodec(codecCatalog), new StoreClock(runtime), runtime);
    const start = { type: 'StartCanary', policy: { ...BUILT_IN, version: 'v2' }, percent: 5 } as const;
    await commands.handle(aggregates.routing, ROUTING_POLICY, start, context);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Every order went well, but for those that tried the policy when it is a bad one. */
  const trialsOf = (isBad: boolean): CanaryTrials => {
    const order = { good: true, msPerCard: 1_000, unitCostMinor: 4_500 };
    const arm = (trial: unknown): readonly object[] =>
      Array.from({ length: 100 }, () => ({ value: { ...order, good: !isBad || trial !== trialKey('v2', 'CANARY') } }));
    const find: unknown = (_model: string, { filter }: { readonly filter: { readonly trial: { readonly eq: string } } }) =>
      Promise.resolve(arm(filter.trial.eq));
    return new CanaryTrials({ find: find as ReadModels['find'] });
  };
  const look = async (isBad: boolean): Promise<readonly string[]> => {
    const told: string[] = [];
    const { state } = await commands.load(aggregates.routing, ROUTING_POLICY, true);
    const settings = { routingPolicy: () => state };
    const onRolledBack = (version: string, worseBy: readonly string[]): void => void told.push(`${version} ${worseBy.join()}`);
    await judgeCanary({
      commands,
      settings,
      trials: trialsOf(isBad),
      rule: defaultCanaryRule,
      runtime,
      everyMs: 1_000,
      onRolledBack,
      onFailed: fail,
    });
    return told;
  };
  const fail = (error: unknown): void => {
    throw error;
  };

  it('leaves a policy that does as well as the other alone, ends one that does worse, and then has nothing to look at', async () => {
    expect(await look(false)).toEqual([]);
    expect(await look(true)).toEqual(['v2 SUCCESS']);
    expect((await commands.load(aggregates.routing, ROUTING_POLICY, true)).state.canary).toBeUndefined();
    expect(await look(true)).toEqual([]);
  });
});
