import type { EventCodec } from '../../application/ports/event-codec';
import type { OrderMessage } from '../../application/ports/notifier';
import type { OutboxState } from '../../application/ports/outbox-cursor';
import { idOf } from '../../domain/kernel/ids';
import { defaultTiming, type Timing } from '../../domain/order/timing';
import { ShopNode } from '../node/shop-node';
import { Oracles, type ShopAtRest } from '../oracles/oracles';
import { Buyer } from '../people/buyer';
import type { BuyerPlan } from '../people/buyer-plan';
import { crowdOf, WEEK_MS } from '../people/crowd';
import { Desk } from '../people/desk';
import { Inboxes } from '../people/inboxes';
import { chatOfTheShop, mailToBuyers } from '../people/notified';
import { Operators, USUAL_ACTS } from '../people/operators';
import { PolicyKeepers } from '../people/policy-keepers';
import { Repairers } from '../people/repairers';
import { Requests } from '../people/requests';
import { Support, SUPPORT_KINDS } from '../people/support';
import { MemoryLog } from '../ports/memory-log';
import { MemoryReadModels } from '../ports/memory-read-models';
import type { OutgoingNotice } from '../ports/notice-round';
import { SimulatedChannel } from '../ports/simulated-channel';
import { SimulatedGateway } from '../ports/simulated-gateway';
import { SimulatedKeyring } from '../ports/simulated-keyring';
import { SimulatedSubjectKeys } from '../ports/simulated-subject-keys';
import { Unreplicated } from '../ports/unreplicated';
import type { DeskHabits, Profile, SimulatedSku } from '../profiles/profile';
import { BUYING_AHEAD } from '../report/coverage';
import { Chance, drawn } from './chance';
import { Faults } from './faults';
import { scheduleMishaps, WorstMoments } from './mishaps';
import { NoticeDoors } from './notice-doors';
import { Opening } from './opening';
import { OrderWatch } from './order-watch';
import { Scheduler } from './scheduler';
import { Story } from './story';
import { Delays, Outages, type Surroundings } from './surroundings';
import { isToAsk, isUnsettled } from './unsettled';

export interface WorldOptions {
  readonly seed: number;
  readonly orders: number;
  readonly profile: Profile;
  readonly codec: EventCodec;
  /** Only these buyers come, and only these faults strike: how a failing story is made shorter. */
  readonly onlyBuyers?: ReadonlySet<number>;
  readonly onlyFaults?: ReadonlySet<string>;
  readonly keepStory?: boolean;
}

export interface Violation {
  readonly invariant: string;
  readonly about: string;
  readonly orderId?: string;
  /** Simulated milliseconds since the beginning. */
  readonly atMs: number;
}

const BEGIN = Date.UTC(2026, 10, 10, 16);
/** So long before the first buyer the machines are on again: time to buy ahead. */
const EARLY_MS = 20 * 60_000;
const SETTLE_LIMIT_MS = 14 * 60 * 60_000;
const LOOK_EVERY_MS = 60_000;
const VIOLATIONS_MAX = 20;
/** After-care within a few hours, so that a simulated day has an end. */
const TIMING: Timing = { ...defaultTiming, afterCareStagesMs: [5 * 60_000, 60 * 60_000, 6 * 60 * 60_000] };

/** A whole shop, its gateways and channels, its people and its misfortunes in one process, on virtual time, from one seed. */
export class World implements Surroundings {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly story: Story;
  readonly faults: Faults;
  readonly delays: Delays;
  readonly outages = new Outages(() => this.scheduler.now);
  readonly watch = new OrderWatch();
  readonly log: MemoryLog;
  readonly unreplicated = new Unreplicated();
  readonly readModels = new MemoryReadModels();
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  readonly channels: ReadonlyMap<string, SimulatedChannel>;
  readonly nodes: readonly ShopNode[];
  readonly inboxes = new Inboxes(this.asSurroundings());
  readonly violations: Violation[] = [];
  readonly messages: OrderMessage[] = [];
  readonly plans: readonly BuyerPlan[];
  readonly skus: readonly SimulatedSku[];
  private readonly oracles: Oracles;
  private readonly requests: Requests;
  private readonly doors: NoticeDoors;
  private readonly opening: Opening;
  private readonly keyring: SimulatedKeyring;
  private readonly subjectKeys = new SimulatedSubjectKeys();
  private outboxState: OutboxState | null = null;
  private buyersLeft = 0;
  private readonly begin: number;
  /** When the day begins that the profile tells of. */
  private dayFrom: number;
  private readonly calmFrom: number;
  private readonly moments: WorstMoments | null;

  constructor(private readonly options: WorldOptions) {
    const { seed, profile, orders, codec } = options;
    this.seed = seed;
    this.begin = BEGIN + (profile.lastWeek?.opensAfterMs ?? 0);
    this.dayFrom = this.begin;
    this.scheduler = new Scheduler(this.begin);
    this.keyring = new SimulatedKeyring(seed, 'world');
    const chance = new Chance(drawn(seed, 'world'));
    this.story = new Story(() => this.scheduler.now, options.keepStory === true);
    this.delays = new Delays(seed);
    const troubleMs = (profile.lastWeek === undefined ? 0 : WEEK_MS) + profile.arrivals.overMs + profile.troubleAfterMs;
    this.calmFrom = this.begin + troubleMs;
    this.moments = profile.everywhere === true ? new WorstMoments(this, profile.mishaps, this.calmFrom) : null;
    this.faults = new Faults({
      seed,
      rates: profile.rates,
      now: () => this.scheduler.now,
      calmFrom: this.calmFrom,
      phaseOf: (orderId) => this.watch.phaseOf(orderId) ?? (this.oracles.isBoughtAhead(orderId) ? BUYING_AHEAD : undefined),
      tell: (line) => this.story.tell(line),
      everywhere: profile.everywhere === true,
      ...(options.onlyFaults === undefined ? {} : { only: options.onlyFaults }),
    });
    this.log = new MemoryLog(
      () => this.scheduler.now,
      (events) => {
        for (const event of events) {
          this.story.tell(`stored ${event.stream}@${event.revision} ${event.type} ${event.metadata.hash}`);
          this.oracles.see(event);
          if (event.type === 'CardReservationLost') this.faults.count('stock-gone', [idOf(event.stream)]);
          this.watch.see(event);
          this.moments?.see(event.stream);
        }
      },
    );
    this.gateways = new Map(
      profile.gateways(chance).map((one) => [
        one.id,
        new SimulatedGateway(
          one,
          this,
          (id, notice) => this.doors.ofGateways(id, notice),
          (reference) => this.oracles.asked(one.id, reference),
        ),
      ]),
    );
    const channels = profile.channels?.(new Chance(drawn(seed, 'channels')), orders) ?? [];
    const ring = (id: string, notice: OutgoingNotice): Promise<boolean> => this.doors.ofChannels(id, notice);
    this.channels = new Map(channels.map((one) => [one.id, new SimulatedChannel(one, this, ring, (request) => this.oracles.sent(request))]));
    const inspects = profile.worksBeside?.includes('incidents') === true;
    this.oracles = new Oracles({
      around: this,
      gateways: this.gateways,
      channels: this.channels,
      nodes: () => this.nodes,
      fingerprint: (code) => this.keyring.fingerprint(code, 'card'),
      attemptsMax: TIMING.attemptsMax,
      inspects,
    });
    this.nodes = profile.nodes(chance).map((roles, i) => {
      const outboxCursor = { load: async () => this.outboxState, save: async (state: OutboxState) => void (this.outboxState = state) };
      const kit = {
        codec,
        timing: TIMING,
        gateways: this.gateways,
        channels: this.channels,
        notifiers: [
          mailToBuyers(this, this.calmFrom, (message) => this.messages.push(message)),
          ...(inspects ? [chatOfTheShop(this, (eventId) => this.oracles.heard(eventId))] : []),
        ],
        outboxCursor,
        subjectKeys: this.subjectKeys,
        worksBeside: new Set(profile.worksBeside),
      };
      return new ShopNode(`node-${i + 1}`, new Set(roles), this, kit);
    });
    this.requests = new Requests(this, this.nodes);
    this.doors = new NoticeDoors(this.requests, this.scheduler);
    this.skus = profile.skus(chance, this.channels.size > 0);
    this.opening = new Opening({
      scheduler: this.scheduler,
      requests: this.requests,
      gateways: this.gateways,
      channels: this.channels,
      skus: this.skus,
      orders,
    });
    this.plans = crowdOf({
      seed,
      orders,
      profile,
      skus: this.skus,
      gateways: this.gateways,
      hasDesk: this.deskHabits !== undefined,
      ...(options.onlyBuyers === undefined ? {} : { only: options.onlyBuyers }),
    });
  }

  /** Runs the whole story; what was broken stands in `violations`. */
  async run(): Promise<void> {
    for (const node of this.nodes) node.start();
    await this.during(this.opening.open(), this.begin + 60 * 60_000);
    this.moments?.beforeAnyOrder();
    this.oracles.inspect();
    this.startBuyers();
    if (this.options.profile.lastWeek !== undefined) await this.weekBetween();
    this.startPeople();
    for (const id of this.options.profile.down ?? [])
      this.outages.begin(`${this.gateways.has(id) ? 'gateway' : 'channel'} ${id}`, this.calmFrom - this.scheduler.now);
    scheduleMishaps(this, this.options.profile.mishaps, this.calmFrom);
    await this.scheduler.run(this.calmFrom, () => this.isLost);
    this.heal();
    await this.settle();
    await this.oracles.atRest(this.isLost ? null : this.shopAtRest());
    this.story.tell(`over after ${this.scheduler.steps} steps`);
  }

  private get deskHabits(): DeskHabits | undefined {
    return this.options.profile.desk?.(this.channels.size > 0);
  }

  private shopAtRest(): ShopAtRest {
    // What is parked waits for a person and is on a list: it is not lost.
    const messages = [...this.messages, ...(this.outboxState?.parked ?? [])];
    const toldOfDelivery = new Set(messages.filter(({ kind }) => kind === 'ORDER_DELIVERED').map(({ orderId }) => orderId));
    return { importedCodes: this.opening.codes, inboxes: this.inboxes, codec: this.options.codec, toldOfDelivery };
  }

  get elapsedMs(): number {
    return this.scheduler.now - this.begin;
  }

  readonly violated = (invariant: string, about: string, orderId?: string): void => {
    this.story.tell(`VIOLATED ${invariant} ${about}`);
    if (this.violations.length < VIOLATIONS_MAX)
      this.violations.push({ invariant, about, atMs: Math.round(this.elapsedMs), ...(orderId === undefined ? {} : { orderId }) });
  };

  private get isLost(): boolean {
    return this.violations.length > 0;
  }

  private asSurroundings(): Surroundings {
    return this;
  }

  private startBuyers(): void {
    const kit = { around: this, requests: this.requests, gateways: this.gateways, inboxes: this.inboxes };
    for (const plan of this.plans) {
      this.buyersLeft++;
      this.scheduler.after(plan.at, () => void new Buyer(plan, kit).live().finally(() => this.buyersLeft--));
    }
  }

  private startPeople(): void {
    const desk = this.deskHabits;
    new Desk(this, this.requests, this.gateways, desk === undefined ? new Set() : SUPPORT_KINDS).open();
    if (desk !== undefined) this.openDesk(desk);
    if (this.options.profile.triesPolicies === true)
      void new PolicyKeepers({ around: this, requests: this.requests, channelIds: this.channelIds }).open(this.options.profile.arrivals.overMs);
    new Repairers({ around: this, requests: this.requests }).open(this.options.profile.repairs ?? 0, (this.calmFrom - this.dayFrom) * 0.8);
    for (const sku of this.skus) {
      const { restock } = sku;
      if (restock !== undefined) this.scheduler.after(restock.afterMs, () => void this.opening.importCards(sku, restock.share, 'later'));
    }
  }

  /** The last sale, and a week in which nothing runs. */
  private async weekBetween(): Promise<void> {
    const { arrivals, troubleAfterMs } = this.options.profile;
    await this.scheduler.run(this.begin + arrivals.overMs + troubleAfterMs, () => this.isLost);
    for (const node of this.nodes) node.switchOff();
    this.dayFrom = this.begin + WEEK_MS - EARLY_MS;
    await this.scheduler.run(this.dayFrom, () => this.isLost);
    for (const node of this.nodes) node.start();
  }

  private get channelIds(): readonly string[] {
    return [...this.channels.keys()];
  }

  private openDesk({ calls, interventions, acts = USUAL_ACTS }: DeskHabits): void {
    const { requests, opening, skus } = this;
    const withinMs = (this.calmFrom - this.dayFrom) * 0.8;
    new Support({ around: this, requests, made: (code) => void opening.codes.add(code) }).open(calls, withinMs);
    const gatewayIds = [...this.gateways.keys()];
    new Operators({ around: this, requests, opening, skus, gatewayIds, channelIds: this.channelIds, acts }).open(interventions, withinMs);
  }

  /** An hour is enough for any shop to open. */
  private async during(work: Promise<void>, until: number): Promise<void> {
    let isDone = false;
    void work.then(() => (isDone = true));
    await this.scheduler.run(until, () => isDone);
    if (!isDone) this.violated('I1', 'the shop could not be opened');
  }

  private heal(): void {
    this.story.tell('everything heals');
    this.outages.endAll();
    for (const node of this.nodes) node.wall.setRight();
  }

  /** Until all have ended and the read models know of it, for half a day at most. */
  private async settle(): Promise<void> {
    const limit = this.scheduler.now + SETTLE_LIMIT_MS;
    while (this.scheduler.now < limit && !this.isLost && !(await this.isAtRest())) {
      await this.scheduler.run(this.scheduler.now + LOOK_EVERY_MS, () => this.isLost);
    }
  }

  private async isAtRest(): Promise<boolean> {
    if (this.buyersLeft > 0 || this.watch.openOrders.size > 0 || this.oracles.isUnderWay) return false;
    const canBeAsked = (gatewayId: string): boolean => this.gateways.get(gatewayId)?.book.flags.lookup === true;
    for (const gateway of this.gateways.values()) if (gateway.noticesUnderWay > 0) return false;
    for (const channel of this.channels.values()) if (channel.notices.underWay > 0) return false;
    for (const [, state] of this.watch.all()) if (isUnsettled(state) || isToAsk(state, canBeAsked)) return false;
    const head = this.log.head();
    const checkpoints = await Promise.all(['orders', 'cards', 'sku-stock'].map((name) => this.readModels.checkpoint(name)));
    return checkpoints.every((checkpoint) => checkpoint === head) && this.outboxState?.position === head;
  }
}
