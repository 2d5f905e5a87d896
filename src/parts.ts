import type { Logger } from 'pino';
import { KeyUse } from './application/api-keys/key-use';
import { CommandHandling, FOLDS_CACHED_MAX, FOLDS_CACHED_WITHOUT_ENGINE_MAX } from './application/handle-command';
import { OrderSecrets } from './application/order-secrets';
import type { Channels } from './application/ports/channel';
import type { EventCodec } from './application/ports/event-codec';
import type { EventStore } from './application/ports/event-store';
import type { Gateways } from './application/ports/gateway';
import type { KeyCustody, Keyring } from './application/ports/keyring';
import type { Notifier } from './application/ports/notifier';
import type { OutboxCursor } from './application/ports/outbox-cursor';
import type { OutsideCalls } from './application/ports/outside-calls';
import type { ReadModels } from './application/ports/read-models';
import type { Runtime } from './application/ports/runtime';
import type { Captcha } from './application/ports/captcha';
import type { StaffTokens } from './application/ports/staff-tokens';
import type { SubjectKeys } from './application/ports/subject-keys';
import type { WakeSnapshots } from './application/ports/wake-snapshots';
import { Shedding } from './application/shedding/shedding';
import { Settings } from './application/settings';
import { StoreClock } from './application/store-clock';
import type { Config } from './config';
import type { ChannelSettings } from './domain/catalog/channel';
import type { GatewaySettings, SecretRef } from './domain/catalog/events';
import { RefusalBook } from './domain/refusal/refusal-book';
import { buildChannel, ConfiguredChannels } from './infrastructure/channels/registry';
import * as channelSecrets from './infrastructure/channels/with-secrets';
import { codecCatalog } from './infrastructure/codec/catalog';
import { createCodec } from './infrastructure/codec/codec';
import { watchedChannels, watchedGateways } from './application/watched-accounts';
import type { Leases } from './application/ports/leases';
import { makeFolder } from './infrastructure/disk/durable-folder';
import { wakeSnapshotFile } from './infrastructure/files/wake-snapshot-file';
import { buildGateway, ConfiguredGateways } from './infrastructure/gateways/registry';
import * as gatewaySecrets from './infrastructure/gateways/with-secrets';
import { Turnstile } from './infrastructure/captcha/turnstile';
import { openKeyring } from './infrastructure/keyring/file-keyring';
import { CallWatch } from './infrastructure/observability/call-watch';
import { Metrics } from './infrastructure/observability/metrics';
import { OtlpSpans, QuietSpans } from './infrastructure/observability/otlp-spans';
import { Mortality } from './infrastructure/runtime/mortality';
import { SystemRuntime } from './infrastructure/runtime/system-runtime';
import { notifiersOf } from './notifiers';
import { filesOf, openEventStore, openReadModels, openSharedState, type StoreObserver } from './stores';
import { version } from './version';

/** The adapters that a config asks for, opened. Everything behind a port; who uses them stands in app.module.ts. */
export interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly runtime: Runtime;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly codec: EventCodec;
  readonly keyring: Keyring;
  /** Undefined where no issuer is configured: API keys alone let people in. */
  readonly staffTokens: StaffTokens | undefined;
  readonly captcha: Captcha | undefined;
  readonly subjectKeys: SubjectKeys;
  /** What orders hold of their buyers. */
  readonly secrets: OrderSecrets;
  readonly commands: CommandHandling;
  readonly settings: Settings;
  readonly shedding: Shedding;
  /** Which API keys were used here of late. */
  readonly keyUse: KeyUse;
  /** What this process refused and has not stored yet. */
  readonly refusals: RefusalBook;
  readonly gateways: Gateways;
  readonly channels: Channels;
  readonly notifiers: readonly Notifier[];
  readonly metrics: Metrics;
  /** Hears of every call to the outside: wrap what makes calls in it. */
  readonly calls: OutsideCalls;
  readonly spans: QuietSpans | OtlpSpans;
  readonly leases: Leases;
  readonly wakeSnapshots: WakeSnapshots;
  readonly outboxCursor: OutboxCursor;
  /** Where this process dies, if a test wants it to. */
  readonly mortality: Mortality;
  close(): Promise<void>;
}

/** Spans go to a collector where one is configured; else the trace context that came in only travels on. */
function spansOf({ values }: Config, log: Logger, runtime: Runtime, processName: string): QuietSpans | OtlpSpans {
  const endpoint = values.CARDRAIL_OTLP_ENDPOINT;
  if (endpoint === undefined) return new QuietSpans();
  return new OtlpSpans({
    endpoint,
    runtime,
    resource: { 'service.name': 'cardrail', 'service.version': version, 'service.instance.id': processName },
    onProblem: (error) => log.warn({ err: error }, 'spans could not be sent to the collector'),
  });
}

/** Opens no connection until the first token comes. Loaded where an issuer is configured. */
async function staffTokensOf({ jwt }: Config, log: Logger, runtime: Runtime) {
  if (jwt === undefined) return undefined;
  const [{ JwtStaffTokens }, { keySourceAt }, { SigningKeys }] = await Promise.all([
    import('./infrastructure/jwt/jwt-staff-tokens'),
    import('./infrastructure/jwt/key-source'),
    import('./infrastructure/jwt/signing-keys'),
  ]);
  const onAway = (why: string): void => log.warn({ why }, "the identity provider's keys cannot be read: CARDRAIL_JWT_KEYS");
  return new JwtStaffTokens(jwt, new SigningKeys(keySourceAt(jwt.keys), runtime, jwt.keyLimits, onAway), runtime);
}

/** Opens no connection until an order needs one. */
function captchaOf({ captcha }: Config, log: Logger): Turnstile | undefined {
  if (captcha === undefined) return undefined;
  return new Turnstile({ ...captcha, secret: captcha.secret.reveal() }, (why) =>
    log.warn({ why }, 'the captcha cannot be checked: CARDRAIL_CAPTCHA_URL, CARDRAIL_CAPTCHA_SECRET'),
  );
}

/** Why an account cannot be used here: each secret that is missing, by its name, or else what its adapter says. No value is ever quoted. */
function accountProblems(refs: readonly SecretRef[], config: Config, build: (secretOf: (ref: SecretRef) => string) => unknown): readonly string[] {
  const problemOf = (attempt: () => unknown): readonly string[] => {
    try {
      attempt();
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : 'its secrets cannot be read'];
    }
  };
  const secretOf = (ref: SecretRef): string => config.secretOf(ref).reveal();
  const absent = refs.flatMap((ref) => problemOf(() => secretOf(ref)));
  // Built and dropped: it opens no socket until somebody pays.
  return absent.length > 0 ? absent : problemOf(() => build(secretOf));
}

export const gatewayProblems = (id: string, settings: GatewaySettings, config: Config): readonly string[] =>
  accountProblems(gatewaySecrets.secretRefsOf(settings), config, (secretOf) =>
    buildGateway(gatewaySecrets.withSecrets(id, settings, secretOf), () => 0),
  );

export const channelProblems = (id: string, settings: ChannelSettings, config: Config): readonly string[] =>
  accountProblems(channelSecrets.secretRefsOf(settings), config, (secretOf) =>
    buildChannel(channelSecrets.withSecrets(id, settings, secretOf), { wallMs: () => 0, dropRoot: config.values.CARDRAIL_DROP_DIR }),
  );

/** Keeps accounts as the settings have them. One whose secrets are not there stays away, loudly, until they are. */
function followAccounts(settings: Settings, gateways: ConfiguredGateways, channels: ConfiguredChannels, config: Config, log: Logger): void {
  const secretOf = (ref: SecretRef): string => config.secretOf(ref).reveal();
  settings.onChange((kind, id) => {
    try {
      const gateway = kind === 'gateway' ? settings.gateway(id)?.settings : undefined;
      if (gateway !== undefined) gateways.set(gatewaySecrets.withSecrets(id, gateway, secretOf));
      const channel = kind === 'channel' ? settings.channel(id)?.settings : undefined;
      if (channel !== undefined) channels.set(channelSecrets.withSecrets(id, channel, secretOf));
    } catch (error) {
      log.error({ kind, id, err: error }, 'this account cannot be used');
    }
  });
}

/** A key whose end is ordered seals nothing any more; one that is destroyed leaves this process, and the file. Also one that somebody put back. */
function followKeys(settings: Settings, keyring: Keyring & KeyCustody, log: Logger): void {
  settings.onChange((kind, kid) => {
    if (kind !== 'key') return;
    const status = settings.sealingKey(kid)?.status;
    try {
      if (status === 'COUNTING' && kid === keyring.kidInUse) keyring.renew();
      if (status === 'DESTROYED') keyring.destroy(kid);
    } catch (error) {
      log.error({ kid, err: error }, 'the keyring cannot follow what became of a key: take the key out by hand');
    }
  });
}

const mortalGateways = (gateways: Gateways, mortality: Mortality): Gateways =>
  mortality.each(gateways, { request: 'gateway', query: 'gateway', close: 'gateway', refund: 'gateway', queryRefund: 'gateway' });

const mortalChannels = (channels: Channels, mortality: Mortality): Channels =>
  mortality.each(channels, { purchase: 'channel', query: 'channel', cancel: 'channel' });

/** What the store tells of itself, as numbers and lines of the log. */
function storeObserver(metrics: Metrics, log: Logger): StoreObserver {
  return {
    appended: (ms, outcome) => (outcome === 'refused' ? undefined : metrics.observe('append_seconds', ms / 1_000, { outcome })),
    resolved: (outcome) => metrics.count('appends_resolved_total', { outcome }),
    subscriptionLost: (cause) => log.warn({ cause }, 'a subscription was lost; begun anew where it was'),
    foreignEvent: (stream, revision) => log.error({ stream, revision }, 'another program wrote into a stream of ours: it is not read'),
    fatal: (cause) => {
      // A store that failed to write must not be trusted by a program that goes on: end, and let the next start check the file.
      log.fatal({ cause }, 'the event store failed to write; this process ends');
      process.exit(1);
    },
  };
}

/**
 * Nothing was ever stored, so nothing was missed: the outbox begins at the beginning, and a cursor that is lost later is noticed.
 * Before anything is stored, so that a crash in between cannot leave a log without one.
 */
async function beginOutbox(store: EventStore, cursor: OutboxCursor, log: Logger): Promise<void> {
  try {
    if ((await store.head()) === null && (await cursor.load()) === null) await cursor.save({ position: null, parked: [] });
  } catch (error) {
    log.warn({ err: error }, 'whether the outbox has begun cannot be told now');
  }
}

/** How long a store may be away when a shop starts. Milliseconds. */
const START_PATIENCE_MS = 30_000;

export interface OpenPartsOptions {
  /** Its name among the processes of the shop. */
  readonly processName?: string;
  readonly patienceMs?: number;
}

/** What has been opened so far. */
class Opened {
  private readonly closers: (() => Promise<unknown>)[] = [];

  add<T>(part: T, close: (part: T) => Promise<unknown>): T {
    this.closers.push(() => close(part));
    return part;
  }

  /** Closes all of it, the last one first, each whatever became of the others. Throws the first failure. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closers.splice(0).reverse()) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** Opens everything, in the order in which it depends on each other; what was opened is closed when something is missing. Throws what a person can act on. */
export async function openParts(config: Config, log: Logger, options: OpenPartsOptions = {}): Promise<Parts> {
  const opened = new Opened();
  try {
    return await openInto(opened, config, log, options);
  } catch (error) {
    await opened.close().catch((err: unknown) => log.warn({ err }, 'what had been opened cannot be closed'));
    throw error;
  }
}

async function openInto(
  opened: Opened,
  config: Config,
  log: Logger,
  { processName = 'main', patienceMs = START_PATIENCE_MS }: OpenPartsOptions,
): Promise<Parts> {
  const files = filesOf(config);
  makeFolder(config.values.CARDRAIL_DATA_DIR);
  const keyring = openKeyring(files.keyring, { allowDevelopment: !config.production });
  const runtime = new SystemRuntime();
  const mortality = new Mortality(config.dieAt);
  const metrics = new Metrics(processName);
  const spans = spansOf(config, log, runtime, processName);
  const calls = new CallWatch(metrics, runtime, spans);
  const staffTokens = await staffTokensOf(config, log, runtime);
  const captcha = captchaOf(config, log);
  const observer = storeObserver(metrics, log);
  const openedStore = opened.add(await openEventStore(config.values.CARDRAIL_STORE, config, { runtime, patienceMs, observer }), (it) => it.close());
  const shared = opened.add(await openSharedState(config), (it) => it.close());
  await beginOutbox(openedStore, shared.outboxCursor, log);
  const store = mortality.at(openedStore, { append: 'append' });
  const onSetAside = (message: string): void => log.warn({ message }, 'the read models are built anew');
  const openedReadModels = opened.add(await openReadModels(config, onSetAside), (it) => it.close());
  const readModels = mortality.at(openedReadModels, { write: 'read-models' });
  const subjectKeys = mortality.at(shared.subjectKeys, { keep: 'subject-key', retire: 'subject-retire', destroyRetired: 'subject-destroy' });
  const codec = createCodec(codecCatalog);
  const foldsMax = config.roles.has('engine') ? FOLDS_CACHED_MAX : FOLDS_CACHED_WITHOUT_ENGINE_MAX;
  const commands = new CommandHandling(store, codec, new StoreClock(runtime), runtime, foldsMax);
  const settings = new Settings({ store, codec, runtime, onProblem: (problem) => log.error({ problem }, 'settings cannot be followed') });
  const gateways = new ConfiguredGateways(() => runtime.wallMs());
  const channels = new ConfiguredChannels({ wallMs: () => runtime.wallMs(), dropRoot: config.values.CARDRAIL_DROP_DIR });
  const shedding = new Shedding({
    setting: () => settings.loadShedding(),
    runtime,
    policy: config.shedding,
    lookEveryMs: config.values.CARDRAIL_SHED_LOOK_MS,
    lateMs: config.values.CARDRAIL_SHED_LATE_MS,
  });
  followAccounts(settings, gateways, channels, config, log);
  followKeys(settings, keyring, log);
  for (const account of [gateways, channels, staffTokens, captcha]) if (account !== undefined) opened.add(account, (it) => it.release());
  const notifiers = await notifiersOf(config, runtime);
  return {
    config,
    log,
    runtime,
    store,
    readModels,
    codec,
    keyring,
    staffTokens,
    captcha,
    subjectKeys,
    secrets: new OrderSecrets(keyring, subjectKeys),
    commands,
    settings,
    shedding,
    keyUse: new KeyUse(),
    refusals: new RefusalBook(),
    gateways: watchedGateways(mortalGateways(gateways, mortality), calls),
    channels: watchedChannels(mortalChannels(channels, mortality), calls),
    notifiers: notifiers.map((notifier) => mortality.at(notifier, { send: 'outbox-send' })),
    metrics,
    calls,
    spans,
    leases: shared.leases,
    wakeSnapshots: mortality.at(wakeSnapshotFile(files.wake), { save: 'wake-snapshot' }),
    outboxCursor: mortality.at(shared.outboxCursor, { save: 'outbox-cursor' }),
    mortality,
    close: () => opened.close(),
  };
}
