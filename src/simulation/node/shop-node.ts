import { setMaxListeners } from 'node:events';
import { CommandHandling } from '../../application/handle-command';
import { OrderSecrets } from '../../application/order-secrets';
import { IncidentMessages } from '../../application/outbox/incident-messages';
import { Messages } from '../../application/outbox/messages';
import type { IssuingChannel } from '../../application/ports/channel';
import type { EventCodec } from '../../application/ports/event-codec';
import type { PaymentGateway } from '../../application/ports/gateway';
import type { Notifier } from '../../application/ports/notifier';
import type { OutboxCursor } from '../../application/ports/outbox-cursor';
import type { SubjectKeys } from '../../application/ports/subject-keys';
import type { WakeSnapshot, WakeSnapshots } from '../../application/ports/wake-snapshots';
import { AccountWatch } from '../../application/processes/order/account-watch';
import { CallRoom, defaultCallRoomPolicy } from '../../application/processes/order/call-room';
import { definitionOf } from '../../application/projections/seat';
import { defaultEngineLimits, type EngineLimits } from '../../application/engine/engine-kit';
import { defaultOutboxLimits } from '../../application/outbox/limits';
import { Outbox } from '../../application/run-outbox';
import { runProjections } from '../../application/run-projections';
import { Settings } from '../../application/settings';
import { StoreClock } from '../../application/store-clock';
import type { Timing } from '../../domain/order/timing';
import { defaultHealthPolicy } from '../../domain/routing/health';
import { projections } from '../../projections';
import { ChannelOverTheWire } from '../ports/channel-over-the-wire';
import { FaultyEventStore } from '../ports/faulty-event-store';
import { faultyReadModels } from '../ports/faulty-read-models';
import { GatewayOverTheWire } from '../ports/gateway-over-the-wire';
import type { SimulatedChannel } from '../ports/simulated-channel';
import type { SimulatedGateway } from '../ports/simulated-gateway';
import { SimulatedKeyring } from '../ports/simulated-keyring';
import { SimulatedRuntime, WallClock } from '../ports/simulated-runtime';
import { drawn } from '../world/chance';
import type { FaultKind } from '../world/faults';
import type { Surroundings } from '../world/surroundings';
import { type ApiDesk, apiDesk } from './api-desk';
import { type BesideWork, runBeside, watchedHealth } from './beside';
import { Life } from './life';
import { type OrderEngine, orderEngine } from './order-engine';

export type NodeRole = 'api' | 'engine' | 'projector' | 'outbox';

export interface NodeKit {
  readonly codec: EventCodec;
  readonly timing: Timing;
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  readonly channels: ReadonlyMap<string, SimulatedChannel>;
  readonly notifiers: readonly Notifier[];
  readonly outboxCursor: OutboxCursor;
  readonly subjectKeys: SubjectKeys;
  /** What engines do beside their orders. */
  readonly worksBeside: ReadonlySet<BesideWork>;
}

/** Parts of one process that hear of its end. */
const RUNNING_MAX = 64;
const DRAIN_MS = 10_000;
/** Rarely: most of a simulated day nobody touches the read models, and each look costs as much as an event. */
const LOOK_AROUND_MS = 60_000;
const RESTART_MS = { least: 500, most: 30_000 };
const LIMITS: EngineLimits = { ...defaultEngineLimits, snapshotEveryMs: 30_000 };

/** One machine of the shop, with a clock and a disk of its own, and one process that dies and comes back. */
export class ShopNode {
  readonly wall: WallClock;
  private life: Life;
  private stopping = new AbortController();
  private lives = 0;
  private isOff = false;
  private snapshot: WakeSnapshot | null = null;
  private desk: ApiDesk | null = null;
  private eventStore: FaultyEventStore | null = null;
  private runningEngine: OrderEngine | null = null;

  constructor(
    readonly name: string,
    readonly roles: ReadonlySet<NodeRole>,
    private readonly around: Surroundings,
    private readonly kit: NodeKit,
  ) {
    this.wall = new WallClock(around.scheduler);
    this.life = this.newLife();
  }

  /** Where requests are answered; null while the process is down or not ready. */
  get api(): ApiDesk | null {
    return this.desk;
  }

  get engine(): OrderEngine | null {
    return this.runningEngine;
  }

  get isUp(): boolean {
    return this.life.isAlive;
  }

  /** Since when this process lives, if it does. */
  get upSince(): number | null {
    return this.life.isAlive ? this.life.bornAt : null;
  }

  start(): void {
    this.isOff = false;
    this.life = this.newLife();
    this.stopping = new AbortController();
    setMaxListeners(RUNNING_MAX, this.stopping.signal);
    // A machine that takes orders asks for the time when it starts: until its first append it stamps events with its own clock.
    if (this.roles.has('api')) this.wall.setRight();
    this.around.story.tell(`${this.life.name} starts`);
    void this.boot(this.life, this.stopping.signal);
  }

  /** kill -9, and a start some time later. */
  crash(): void {
    if (!this.life.isAlive) return;
    this.kill();
    const { scheduler, delays } = this.around;
    scheduler.after(delays.of(`restart ${this.name}`, RESTART_MS.least, RESTART_MS.most), () => {
      if (!this.isOff) this.start();
    });
  }

  /** The whole machine, until it is started. */
  switchOff(): void {
    this.isOff = true;
    if (this.life.isAlive) this.kill();
  }

  private kill(): void {
    this.around.story.tell(`${this.life.name} is killed`);
    this.life.end();
    this.desk = null;
    this.runningEngine = null;
  }

  standStill(ms: number): void {
    this.life.standStill(ms);
  }

  failAppendsInFlight(): number {
    return this.eventStore?.failInFlight().length ?? 0;
  }

  /** SIGTERM: it is told to stop, has its time to drain, and another process takes its place. */
  drain(): void {
    if (!this.life.isAlive) return;
    const { life } = this;
    this.desk = null;
    this.stopping.abort();
    this.around.scheduler.after(DRAIN_MS, () => {
      if (this.life === life) this.crash();
    });
  }

  /** Runs something for a request that reaches this process. */
  reach(ms: number, run: (desk: ApiDesk | null) => void): void {
    const { life } = this;
    if (!life.isAlive) this.around.scheduler.after(ms, () => run(null));
    else life.later(ms, () => run(this.desk));
  }

  private newLife(): Life {
    const { scheduler } = this.around;
    return new Life(`${this.name}.${++this.lives}`, scheduler, scheduler.now);
  }

  private async boot(life: Life, signal: AbortSignal): Promise<void> {
    const { around, kit } = this;
    const runtime = new SimulatedRuntime(around.scheduler, life, this.wall, drawn(around.seed, life.name));
    const fate = (what: string, orderId: string | undefined): void => this.mayDie(life, what, orderId);
    const store = new FaultyEventStore(around, life, fate);
    this.eventStore = store;
    const readModels = faultyReadModels(around, life, fate);
    const keyring = new SimulatedKeyring(around.seed, life.name, () => around.outages.has(`key ${this.name}`));
    const commands = new CommandHandling(store, kit.codec, new StoreClock(runtime), runtime);
    const settings = new Settings({ store, codec: kit.codec, runtime, onProblem: (problem) => this.mishap('settings', problem) });
    const wired = new Map([...kit.gateways].map(([id, gateway]) => [id, new GatewayOverTheWire(gateway, around, life, fate)]));
    const gateways = { find: (id: string): PaymentGateway | undefined => (settings.gateway(id)?.settings === undefined ? undefined : wired.get(id)) };
    const called = new Map([...kit.channels].map(([id, channel]) => [id, new ChannelOverTheWire(channel, around, life, fate)]));
    const channels = {
      find: (id: string): IssuingChannel | undefined => (settings.channel(id)?.settings === undefined ? undefined : called.get(id)),
    };
    void settings.start(signal);
    await settings.ready();
    await this.prepared(readModels, runtime, signal);
    if (signal.aborted) return;
    const secrets = new OrderSecrets(keyring, kit.subjectKeys);
    const parts = { store, readModels, codec: kit.codec, commands, keyring, secrets, settings, runtime, gateways, channels };
    if (this.roles.has('projector')) runProjections({ ...parts, projections, signal, lookAroundMs: LOOK_AROUND_MS });
    if (this.roles.has('engine')) this.runEngine(parts, signal);
    if (this.roles.has('outbox')) {
      const incidents = new IncidentMessages(store, kit.codec, () => 'en');
      const messages = new Messages(commands, secrets, (orderNumber) => `https://shop.simulated/buy/${orderNumber}`, incidents);
      const observer = { alarm: () => undefined, failed: () => undefined, sent: () => undefined, refused: () => undefined, parked: () => undefined };
      const { outboxCursor: cursor, notifiers } = kit;
      void new Outbox({ ...parts, cursor, messages, notifiers, limits: defaultOutboxLimits, observer }).run(signal);
    }
    if (this.roles.has('api')) this.desk = apiDesk(parts);
    around.story.tell(`${life.name} is up`);
  }

  private runEngine(
    parts: Omit<
      Parameters<typeof orderEngine>[0],
      'snapshots' | 'timing' | 'limits' | 'observer' | 'watch' | 'room' | 'healthPolicy' | 'settings'
    > & {
      readonly settings: Settings;
    },
    signal: AbortSignal,
  ): void {
    const { timing, worksBeside } = this.kit;
    const observer = {
      stuck: (_process: string, orderId: string, cause: string) => this.stuck(orderId, cause),
      failed: (what: string, error: unknown) => this.mishap(what, error),
    };
    const healthPolicy = worksBeside.has('health') ? watchedHealth : defaultHealthPolicy;
    const watch = new AccountWatch(healthPolicy);
    const room = new CallRoom(parts.runtime, defaultCallRoomPolicy);
    const engine = orderEngine({ ...parts, watch, room, healthPolicy, snapshots: this.snapshots(), timing, limits: LIMITS, observer });
    this.runningEngine = engine;
    void engine.run(signal, DRAIN_MS);
    runBeside({ ...parts, codec: this.kit.codec, watch, room, timing, failed: observer.failed }, worksBeside, signal);
  }

  private async prepared(readModels: ReturnType<typeof faultyReadModels>, runtime: SimulatedRuntime, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await readModels.prepare(projections.map(definitionOf));
      } catch {
        await runtime.sleep(1_000, signal);
      }
    }
  }

  private snapshots(): WakeSnapshots {
    const { life } = this;
    return {
      // Nobody changes what was saved, so its text is made only when it is read, which is rare.
      load: () => life.look(1, () => JSON.parse(JSON.stringify(this.snapshot)) as WakeSnapshot | null),
      save: (snapshot) =>
        life.look(1, () => {
          this.snapshot = snapshot;
        }),
    };
  }

  private mayDie(life: Life, what: string, orderId: string | undefined): void {
    if (!life.isAlive || this.life !== life) return;
    const kind: FaultKind = what.includes('checkpoint') ? 'crash-before-checkpoint' : 'crash';
    if (this.around.faults.strikes(kind, `${this.name} ${what}`, orderId)) this.crash();
  }

  /** Going without an answer is part of the business; an error that nobody foresaw is not. */
  private stuck(orderId: string, cause: string): void {
    if (isDefect(cause)) this.around.violated('defect', `the engine of ${this.name} failed: ${cause}`, orderId);
  }

  private mishap(what: string, error: unknown): void {
    const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (isDefect(cause)) this.around.violated('defect', `${this.name}: ${what}: ${cause}`);
  }
}

const DEFECTS = /^(TypeError|RangeError|ReferenceError|EventMisfit|SyntaxError|Error|REFUSED|TOO_MANY_STEPS)/;
export const isDefect = (cause: string): boolean => DEFECTS.test(cause);
