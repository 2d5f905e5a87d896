import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregates } from '../../src/application/aggregates';
import { CommandHandling } from '../../src/application/handle-command';
import { AccountWatch } from '../../src/application/processes/order/account-watch';
import { judgeAccounts, type AccountHealthKit } from '../../src/application/run-account-health';
import { Settings } from '../../src/application/settings';
import { StoreClock } from '../../src/application/store-clock';
import type { ChannelSettings } from '../../src/domain/catalog/channel';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { toIso } from '../../src/domain/kernel/time';
import type { Account } from '../../src/domain/routing/account';
import { defaultHealthPolicy as policy, type Health } from '../../src/domain/routing/health';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore, type SqliteEventStore } from '../../src/infrastructure/sqlite/event-store';
import { seconds, T0 } from '../support/given';

const event = (type: string, data: object, atMs: number): StoredEvent => ({ type, data, occurredAt: toIso(T0 + atMs) }) as unknown as StoredEvent;
const asked = (requestId: string, atMs: number): StoredEvent => event('PurchaseRequested', { requestId, channelId: 'up' }, atMs);
const channel: Account = 'channel:up';

describe('what the log tells of a channel', () => {
  /** Calls of this process are sent when their intent is stored, and take 300 ms. */
  const watched = (...events: readonly StoredEvent[]): AccountWatch => {
    const watch = new AccountWatch(policy);
    for (const each of events) {
      const { requestId } = each.data as { readonly requestId?: string };
      if (each.type === 'PurchaseRequested') watch.sent(requestId ?? '', channel, Date.parse(each.occurredAt));
      else watch.over(requestId ?? '', 300);
      watch.observe(each);
    }
    return watch;
  };
  const windowOf = (watch: AccountWatch, atMs: number, health?: Health) => watch.windows(() => health, T0 + atMs).get(channel);

  it.each([
    ['a sale', 'PurchaseCompleted', {}, { timedOut: 0, failed: 0, meanMs: 300 }],
    ['"out of stock"', 'PurchaseRefused', { proof: 'STATUS', reason: 'OUT_OF_STOCK' }, { timedOut: 0, failed: 0, meanMs: 300 }],
    ['"later"', 'PurchaseChecked', { status: 'PENDING' }, { timedOut: 0, failed: 0, meanMs: 300 }],
    ['silence', 'PurchaseTimedOut', { cause: 'TIMEOUT' }, { timedOut: 1, failed: 0, meanMs: 0 }],
    ['a broken answer', 'PurchaseTimedOut', { cause: 'HTTP_502' }, { timedOut: 0, failed: 1, meanMs: 0 }],
    ['a closed door', 'PurchaseRefused', { proof: 'NOT_DONE', reason: 'ECONNREFUSED' }, { timedOut: 0, failed: 1, meanMs: 0 }],
  ])('counts %s as what it is', (_what, type, data, seen) =>
    expect(windowOf(watched(asked('p1', 0), event(type, { requestId: 'p1', ...data }, 400)), 500)).toMatchObject({ attempts: 1, ...seen }),
  );
  it.each([
    ['came too late to send', 'PurchaseRefused', { proof: 'NOT_DONE', reason: 'TOO_LATE' }],
    ['fell silent', 'PurchaseTimedOut', { cause: 'PERFORMER_SILENT' }],
  ])('does not blame it for our own performer that %s', (_what, type, data) =>
    expect(windowOf(watched(asked('p1', 0), event(type, { requestId: 'p1', ...data }, 400)), 500)).toBeUndefined(),
  );
  it('counts only the first answer to a request, not what a doubt comes to later', () => {
    const silent = event('PurchaseTimedOut', { requestId: 'p1', cause: 'TIMEOUT' }, 400);
    const found = event('PurchaseCompleted', { requestId: 'p1' }, 900);
    expect(windowOf(watched(asked('p1', 0), silent, found), 1_000)).toMatchObject({ attempts: 1, timedOut: 1 });
  });
  it('suspects what has been under way for longer than it should', () => {
    const watch = watched(asked('p1', 0));
    expect(windowOf(watch, policy.suspectAfterMs)).toMatchObject({ suspects: 0 });
    expect(windowOf(watch, policy.suspectAfterMs + 1)).toMatchObject({ attempts: 1, suspects: 1 });
  });
  it('does not take how late this process or another one was for how slow the channel is', () => {
    const watch = watched(asked('p1', 0));
    watch.over('p1', 120);
    expect(windowOf(watch, seconds(30))).toBeUndefined();
    watch.observe(event('PurchaseCompleted', { requestId: 'p1' }, seconds(22)));
    expect(windowOf(watch, seconds(30))).toMatchObject({ attempts: 1, suspects: 0, meanMs: 120 });
    const other = new AccountWatch(policy);
    other.observe(asked('p1', 0));
    expect(windowOf(other, seconds(9))).toBeUndefined();
    other.observe(event('PurchaseCompleted', { requestId: 'p1' }, seconds(22)));
    expect(windowOf(other, seconds(30))).toMatchObject({ attempts: 1, suspects: 0, meanMs: 0 });
    expect(other.record(channel)).toMatchObject({ attempts: 1, good: 1, latencyMs: 0, latencies: [] });
  });
  it('forgets what was sent before a probe began', () => {
    const probing: Health = { word: 'PROBING', since: T0 + seconds(1), cause: 'RESTED', isolations: 1 };
    const watch = watched(asked('p1', 0), event('PurchaseTimedOut', { requestId: 'p1', cause: 'TIMEOUT' }, seconds(2)));
    expect(windowOf(watch, seconds(3), probing)).toMatchObject({ attempts: 0 });
  });
  it('is idle while nothing is under way there and nothing was sent lately; questions are no use of it, and teach no time-outs', () => {
    const since = T0 + 1_000;
    expect(watched().idle([channel], since)).toEqual([channel]);
    expect(watched(asked('p1', 0)).idle([channel], since)).toEqual([]);
    const sold = (atMs: number) => watched(asked('p1', 0), event('PurchaseCompleted', { requestId: 'p1' }, atMs));
    expect(sold(1_001).idle([channel], since)).toEqual([]);
    const watch = sold(1_000);
    const before = watch.record(channel);
    watch.noteProbe(channel, { startedAt: T0 + 2_000, endedAt: T0 + 5_000, outcome: 'TIMED_OUT' });
    expect(watch.idle([channel], since)).toEqual([channel]);
    expect(watch.record(channel)).toEqual(before);
    expect(windowOf(watch, 5_000)).toMatchObject({ attempts: 2, timedOut: 1, probes: 1 });
  });
  it('judges gateways by the first answer to a payment request', () => {
    const request = event('PaymentRequested', { reference: 'r1', gatewayId: 'main' }, 0);
    const later = event('PaymentTimedOut', { reference: 'r1', call: 'query', cause: 'TIMEOUT' }, 300);
    const silent = event('PaymentTimedOut', { reference: 'r1', call: 'request', cause: 'TIMEOUT' }, 200);
    const window = watched(request, silent, later).windows(() => undefined, T0 + 400);
    expect([...window]).toEqual([['gateway:main', expect.objectContaining({ attempts: 1, timedOut: 1 })]]);
  });
});

describe('judging', () => {
  const runtime = new SystemRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'cardrail-health-'));
  const codec = createCodec(codecCatalog);
  const stopping = new AbortController();
  let store: SqliteEventStore;
  let settings: Settings;
  let following: Promise<void>;
  let commands: CommandHandling;

  beforeAll(async () => {
    store = await openSqliteEventStore({ file: join(folder, 'events.db'), runtime });
    commands = new CommandHandling(store, codec, new StoreClock(runtime), runtime);
    settings = new Settings({ store, codec, runtime });
    following = settings.start(stopping.signal);
    const data: ChannelSettings = {
      adapter: 'http-v1',
      baseUrl: 'http://127.0.0.1:9',
      apiKey: { env: 'A' },
      webhookSecrets: [],
      flags: [],
      notFoundFinalAfterSeconds: 1,
      weight: 1,
      priority: 1,
      ratePerSecond: 1,
      maxInFlight: 1,
    };
    const context = { commandId: 'configure', correlationId: 'up', causationId: 'test', actor: { kind: 'CLI', id: 'test' } } as const;
    await commands.handle(aggregates.channel, 'up', { type: 'Configure', settings: data }, context);
  });
  afterAll(async () => {
    stopping.abort();
    await following;
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('by two processes at once stores one change, and says what it was decided on', async () => {
    await settings.ready();
    while (settings.channel('up') === undefined) await runtime.sleep(5);
    const now = commands.clock.now();
    const told: string[] = [];
    const kit = (): AccountHealthKit => {
      const watch = new AccountWatch(policy);
      for (let n = 0; n < policy.attemptsMin; n++) {
        watch.observe(event('PurchaseRequested', { requestId: `p${n}`, channelId: 'up' }, now - T0 - 900));
        watch.observe(event('PurchaseTimedOut', { requestId: `p${n}`, cause: 'TIMEOUT' }, now - T0 - 100));
      }
      const own = new CommandHandling(store, codec, new StoreClock(runtime), runtime);
      return {
        commands: own,
        settings,
        watch,
        policy,
        runtime,
        onChanged: (account, _from, to) => told.push(`${account} ${to}`),
        onFailed: () => undefined,
      };
    };
    await Promise.all([judgeAccounts(kit()), judgeAccounts(kit())]);
    const stored = await store.read('channel-up');
    expect(stored.map(({ type, data }) => ({ type, data })).slice(1)).toEqual([
      {
        type: 'HealthChanged',
        data: {
          from: 'HEALTHY',
          to: 'ISOLATED',
          cause: 'ERRORS',
          window: { attempts: policy.attemptsMin, timedOut: policy.attemptsMin, failed: 0, suspects: 0, meanMs: 0 },
        },
      },
    ]);
    expect(told).toEqual(['channel:up ISOLATED']);
  });
});
