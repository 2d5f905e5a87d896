import { aggregates } from '../../src/application/aggregates';
import { Background } from '../../src/application/background';
import { CommandHandling } from '../../src/application/handle-command';
import type { IssuingChannel } from '../../src/application/ports/channel';
import type { EventStore } from '../../src/application/ports/event-store';
import type { PaymentGateway } from '../../src/application/ports/gateway';
import type { Runtime } from '../../src/application/ports/runtime';
import type { WakeSnapshot, WakeSnapshots } from '../../src/application/ports/wake-snapshots';
import { AccountWatch } from '../../src/application/processes/order/account-watch';
import { CallRoom, type CallRoomPolicy, defaultCallRoomPolicy } from '../../src/application/processes/order/call-room';
import { ChannelOffers } from '../../src/application/processes/order/channel-offers';
import { LanePaces } from '../../src/application/processes/order/lane-paces';
import { OrderProcess } from '../../src/application/processes/order/order-process';
import { CardPool, LOOK_AHEAD } from '../../src/application/processes/order/pool';
import { LogStock } from '../../src/application/processes/order/log-stock';
import { readAvailableFrom, readStockFrom } from '../../src/application/processes/order/read-stock';
import { StockHint } from '../../src/application/processes/order/stock-hint';
import { defaultEngineLimits, type EngineLimits, type EngineStatus } from '../../src/application/engine/engine-kit';
import { Engine } from '../../src/application/run-engine';
import { BUILT_IN } from '../../src/domain/routing/policy';
import type { CallLimits } from '../../src/application/processes/order/account-load';
import type { ChannelView } from '../../src/domain/order/plan';
import { defaultHealthPolicy, roomOnRamp, type Health, type HealthPolicy } from '../../src/domain/routing/health';
import { defaultPaceRule } from '../../src/domain/routing/lane-pace';
import { defaultLanePolicy, isLane } from '../../src/domain/routing/lanes';
import { runProjections } from '../../src/application/run-projections';
import type { Share } from '../../src/application/work-share';
import { StoreClock } from '../../src/application/store-clock';
import { recordsOf, verifyStore } from '../../src/application/verify/verify-store';
import type { VerifyReport } from '../../src/application/verify/violation';
import { cardIdFor, orderIdFor, orderNumberFor, streams } from '../../src/domain/kernel/ids';
import type { OrderTerms, PaymentKind, Source } from '../../src/domain/order/events';
import { phaseOf, type Phase } from '../../src/domain/order/phase';
import { defaultTiming, type Timing } from '../../src/domain/order/timing';
import { times } from '../../src/domain/kernel/money';
import { codecCatalog } from '../../src/infrastructure/codec/catalog';
import { createCodec } from '../../src/infrastructure/codec/codec';
import { buildChannel } from '../../src/infrastructure/channels/registry';
import { buildGateway } from '../../src/infrastructure/gateways/registry';
import { createKeyring } from '../../src/infrastructure/keyring/create-keyring';
import { openSqliteSubjectKeys } from '../../src/infrastructure/sqlite/subject-keys/sqlite-subject-keys';
import { OrderSecrets } from '../../src/application/order-secrets';
import { openKeyring } from '../../src/infrastructure/keyring/file-keyring';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { openSqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { skuStock } from '../../src/projections/sku-stock';
import { EventFile } from '../support/event-file';
import { startTestSandbox } from '../support/sandbox';
import type { SandboxFlag } from '../../src/sandbox/channel';
import { ALL_FLAGS, CARD_PRODUCT, startTestChannel } from '../support/sandbox-channel';

export const FAST: Timing = {
  ...defaultTiming,
  paymentTimeoutMs: 150,
  issueTimeoutMs: 150,
  purchaseAskMs: 20,
  rerouteAfterMs: 400,
  performWithinMs: 150,
  answerSlackMs: 10,
  retryBaseMs: 10,
  retryCapMs: 100,
  retryJitterMs: 10,
  checkStagesMs: [100, 250, 500],
  pendingAskMs: 50,
};
const PRICE = { amountMinor: 4_800, currency: 'CNY' } as const;
const CHANNEL_LIMITS = { maxInFlight: 20, ratePerSecond: 1_000 };
/** What the shop buys from its one channel, whatever the order of its sources. */
export const FROM_CHANNEL: Source = {
  kind: 'CHANNEL',
  channelId: 'up',
  product: CARD_PRODUCT.product,
  maxUnitCost: { amountMinor: 4_600, currency: 'CNY' },
};

export interface SubmitChanges extends Partial<OrderTerms> {
  readonly quantity?: number;
}
const PATIENCE_MS = 60_000;

/** Everything outside an engine that a test may want to put something in front of. */
export interface Surroundings {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly gateway: PaymentGateway;
  readonly channel: IssuingChannel;
  readonly snapshots: WakeSnapshots;
}

export interface EngineOptions {
  readonly limits?: Partial<EngineLimits>;
  readonly room?: Partial<CallRoomPolicy>;
  readonly timing?: Partial<Timing>;
  readonly around?: (surroundings: Surroundings) => Surroundings;
  readonly drainMs?: number;
  readonly share?: Share;
  /** How the channel is at this moment; absent: nothing was ever said of it. */
  readonly channelHealth?: () => Health | undefined;
  readonly healthPolicy?: HealthPolicy;
  /** What the channel may have under way at once. */
  readonly channelCallsMax?: number;
}

export interface RunningEngine {
  status(): EngineStatus;
  takeUp(orderId: string): boolean;
  readonly failures: readonly string[];
  /** Orders of other engines that this one took a step on, once per step. */
  readonly helped: readonly string[];
  stop(): Promise<void>;
  /** It is dead: nobody waits for its end. */
  bury(): void;
}

export class MemorySnapshots implements WakeSnapshots {
  kept: WakeSnapshot | null = null;
  load = async (): Promise<WakeSnapshot | null> => this.kept;
  save = async (snapshot: WakeSnapshot): Promise<void> => {
    this.kept = structuredClone(snapshot);
  };
}

export interface EngineShopOptions {
  readonly isProjecting?: boolean;
  readonly channelFlags?: readonly SandboxFlag[];
}

/** An engine's whole world in this process: real files, a real gateway over HTTP, and no API. */
export async function openEngineShop({ isProjecting = true, channelFlags = ALL_FLAGS }: EngineShopOptions = {}) {
  const file = new EventFile();
  const store = await file.open();
  const runtime = new SystemRuntime();
  const readModels = openSqliteReadModels({ file: `${file.folder}/read-models.db` });
  createKeyring(`${file.folder}/keyring.json`, { development: true });
  const keyring = openKeyring(`${file.folder}/keyring.json`, { allowDevelopment: true });
  const subjectKeys = openSqliteSubjectKeys(`${file.folder}/subject-keys.db`);
  const secrets = new OrderSecrets(keyring, subjectKeys);
  const codec = createCodec(codecCatalog);
  const commands = new CommandHandling(store, codec, new StoreClock(runtime), runtime);
  const ending = new AbortController();
  const running: Promise<void>[] = [];
  const project = (): void => void running.push(runProjections({ store, readModels, projections, codec, runtime, signal: ending.signal }).done);
  await readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
  if (isProjecting) project();
  const sandbox = await startTestSandbox();
  const gateway = buildGateway(sandbox.settings, Date.now);
  const upstream = await startTestChannel({ flags: channelFlags });
  const channel = buildChannel(upstream.settings, { wallMs: Date.now, dropRoot: undefined });
  const snapshots = new MemorySnapshots();
  const engines = new Set<RunningEngine>();
  let orders = 0;

  const context = (id: string) => ({ commandId: runtime.newId(), correlationId: id, causationId: id, actor: { kind: 'CLI', id: 'test' } }) as const;

  const shop = {
    file,
    store,
    secrets,
    commands,
    readModels,
    runtime,
    sandbox,
    /** The sandbox of the one channel there is: 'up'. */
    upstream,
    /** Speaks to it. */
    channel,
    snapshots,
    /** Begins to build the read models, when they were not wanted from the start. */
    project,

    startEngine({
      limits,
      room: ofRoom,
      timing: ofTiming,
      around = (all) => all,
      drainMs = 2_000,
      share,
      ...ofChannel
    }: EngineOptions = {}): RunningEngine {
      const { channelHealth, healthPolicy = defaultHealthPolicy, channelCallsMax = CHANNEL_LIMITS.maxInFlight } = ofChannel;
      const channelLimits: CallLimits = { ...CHANNEL_LIMITS, maxInFlight: channelCallsMax };
      const outside = around({ store, runtime, gateway, channel, snapshots });
      const timing = { ...FAST, ...ofTiming };
      const failures: string[] = [];
      const own = new CommandHandling(outside.store, codec, new StoreClock(outside.runtime), outside.runtime);
      const background = new Background();
      const loaded = (skuId: string): void => engine.wake(`loading:${skuId}`, Number.MAX_SAFE_INTEGER);
      const filled = (skuId: string, cards: number): void => {
        loaded(skuId);
        engine.wake(`stock:${skuId}`, cards + LOOK_AHEAD);
      };
      const failed = (error: unknown): void => void failures.push(String(error));
      const { flags, merchantId } = outside.gateway;
      const stopping = new AbortController();
      const channels = { find: () => outside.channel };
      const watch = new AccountWatch(healthPolicy);
      const room = new CallRoom(runtime, { ...defaultCallRoomPolicy, ...ofRoom });
      room.onRoom(
        (topic, count) => engine.wake(topic, count),
        (topic, lane) => engine.longestWaiting(topic, lane),
      );
      const onNews = (id: string): void => engine.wake(`channel:${id}`, Number.MAX_SAFE_INTEGER);
      const onRamp = (): CallLimits => {
        const left = (max: number): number => roomOnRamp(max, channelHealth?.(), own.clock.now(), healthPolicy);
        return { maxInFlight: left(channelLimits.maxInFlight), ratePerSecond: left(CHANNEL_LIMITS.ratePerSecond) };
      };
      const healthOfChannel = (): Pick<ChannelView, 'health' | 'rampFull'> => {
        const health = channelHealth?.();
        return { ...(health === undefined ? {} : { health }), rampFull: room.isRampFull('channel:up', onRamp) };
      };
      const logStock = new LogStock(outside.store);
      const process = new OrderProcess({
        commands: own,
        runtime: outside.runtime,
        timing,
        healthPolicy,
        policies: () => ({ active: BUILT_IN }),
        watch,
        outside: {
          gateways: { find: () => outside.gateway },
          channels,
          keyring,
          secrets,
          clock: own.clock,
          timing,
          isReusable: () => false,
        },
        route: () => ({ lane: 'default', policyVersion: 'v1', why: 'TIER_STANDARD' }),
        room,
        paces: new LanePaces(defaultPaceRule, outside.runtime),
        offers: new ChannelOffers({ channels, runtime: outside.runtime, onNews, background, askAgainMs: 50 }),
        background,
        channelView: () => ({
          flags: outside.channel.flags,
          notFoundFinalAfterMs: 500,
          paused: false,
          busy: room.isChannelBusy('up', channelLimits),
          priority: 1,
          weight: 1,
          record: watch.record('channel:up'),
          ...healthOfChannel(),
        }),
        pool: new CardPool(
          readAvailableFrom(readModels, logStock),
          outside.runtime,
          background,
          filled,
          failed,
          () => runtime.newId().split('-').reverse().join('-'),
          () => own.clock.now(),
        ),
        stock: new StockHint(skuStock, readStockFrom(readModels, logStock), outside.runtime, background, loaded, failed),
        gatewayView: () => ({
          ...{ flags, merchantId, notFoundFinalAfterMs: 500, notifyUrl: 'http://127.0.0.1:9/nobody-listens', paused: false },
          busy: room.isGatewayBusy('main'),
        }),
      });
      const helped: string[] = [];
      const observer = {
        stuck: () => undefined,
        failed: (what: string, error: unknown) => void failures.push(`${what}: ${String(error)}`),
        helpedOut: (id: string) => void helped.push(id),
      };
      const engine = new Engine(process, {
        ...outside,
        commands: own,
        limits: { ...defaultEngineLimits, stuckFirstMs: 20, stuckMaxMs: 200, snapshotEveryMs: 50, ...limits },
        observer,
        shareOf: (lane) => {
          const { weight, concurrency } = defaultLanePolicy.lanes[isLane(lane) ? lane : 'default'];
          return { weight, max: concurrency };
        },
        ...(share === undefined ? {} : { share }),
      });
      const done = engine.run(stopping.signal, drainMs);
      const running: RunningEngine = {
        status: () => engine.status(),
        takeUp: (orderId) => engine.takeUp(orderId),
        failures,
        helped,
        stop: async () => {
          stopping.abort();
          await done;
          running.bury();
        },
        bury: () => {
          engines.delete(running);
          stopping.abort();
        },
      };
      engines.add(running);
      return running;
    },

    async stock(skuId: string, count: number, expiresAt?: string): Promise<readonly string[]> {
      const batch = runtime.newId();
      return Promise.all(
        Array.from({ length: count }, async (_, i) => {
          const fingerprint = `${batch}-${i}`;
          const id = cardIdFor(skuId, fingerprint);
          const card = {
            type: 'StockCard',
            skuId,
            batchId: batch,
            sealed: keyring.seal('{}', id),
            fingerprint,
            ...(expiresAt && { expiresAt }),
          } as const;
          await commands.handle(aggregates.card, id, card, context(id));
          return id;
        }),
      );
    },

    async submit(skuId: string, kind: PaymentKind = 'CHARGE', { quantity = 1, ...changes }: SubmitChanges = {}): Promise<string> {
      const orderId = orderIdFor('shop', `key-${++orders}`);
      const terms = {
        unitPrice: PRICE,
        payWithinSeconds: 60,
        deliverWithinSeconds: 60,
        reserve: 'AT_PAYMENT',
        partial: 'WAIT',
        compensation: 'REFUND',
        onDoubt: 'WAIT',
        oversell: false,
        sources: [{ kind: 'POOL' }],
        ...changes,
      } as const;
      const order = {
        orderNumber: orderNumberFor(orderId),
        clientId: 'shop',
        skuId,
        quantity,
        amount: times(PRICE, quantity),
        terms,
        buyer: { ref: `buyer-${orders}`, tier: 'STANDARD' },
        payment: { gatewayId: 'main', kind },
        admission: 'NOW',
        requestFingerprint: 'f',
        accessToken: { keyVersion: 1, epoch: 0 },
        locale: 'en',
      } as const;
      const handled = await commands.handle(aggregates.order, orderId, { type: 'SubmitOrder', orderId, order }, context(orderId));
      if (handled.outcome !== 'done') throw new Error(handled.rejection.code);
      return orderId;
    },

    note: (orderId: string) => commands.handle(aggregates.order, orderId, { type: 'AddNote', text: 'look again' }, context(orderId)),

    types: async (orderId: string): Promise<readonly string[]> => (await store.read(streams.order(orderId))).map(({ type }) => type),

    cardIdsOf: async (orderId: string): Promise<readonly string[]> => {
      const { state } = await commands.load(aggregates.order, orderId, true);
      return state.held.map(({ cardId }) => cardId);
    },

    phase: async (orderId: string): Promise<Phase> => phaseOf((await commands.load(aggregates.order, orderId, true)).state),

    /** Looks again and again until it is so; the last look stands in the error. */
    async until(orderId: string, wanted: Phase): Promise<void> {
      const deadline = performance.now() + PATIENCE_MS;
      for (;;) {
        const phase = await shop.phase(orderId);
        if (phase === wanted) return;
        if (performance.now() > deadline)
          throw new Error(`order ${orderId} is ${phase} and never ${wanted}: ${(await shop.types(orderId)).join(' ')}`);
        await runtime.sleep(5);
      }
    },

    /** What the gateway took for an order: one entry per payment that captured anything, less what went back. */
    async captured(orderId: string): Promise<readonly number[]> {
      const { payments } = await sandbox.ledger();
      return payments
        .filter(({ reference, capturedMinor }) => reference.startsWith(orderId) && capturedMinor > 0)
        .map(({ capturedMinor, refundedMinor }) => capturedMinor - refundedMinor);
    },

    async verify(): Promise<VerifyReport> {
      const head = await store.head();
      return verifyStore({ store, codec, head, records: recordsOf(store, head, ending.signal) });
    },

    async close(): Promise<void> {
      await Promise.all([...engines].map((engine) => engine.stop()));
      ending.abort();
      await Promise.all(running);
      await gateway.release();
      await channel.release();
      await upstream.close();
      await sandbox.close();
      await readModels.close();
      await subjectKeys.close();
      await file.remove();
    },
  };
  return shop;
}

export type EngineShop = Awaited<ReturnType<typeof openEngineShop>>;
