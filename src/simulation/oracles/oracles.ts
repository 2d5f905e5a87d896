import type { PurchaseRequest } from '../../application/ports/channel';
import type { StoredEvent } from '../../domain/kernel/event';
import { canaryRule, incidentPolicy } from '../node/beside';
import type { ShopNode } from '../node/shop-node';
import type { SimulatedChannel } from '../ports/simulated-channel';
import type { SimulatedGateway } from '../ports/simulated-gateway';
import type { Surroundings } from '../world/surroundings';
import { checkAtRest, type RestWorld } from './at-rest';
import { type OracleWorld, RunningOracles } from './running';
import { AccountOracles } from './running-accounts';
import { AheadOracles } from './running-ahead';
import { IncidentOracles } from './running-incidents';
import { PurchaseOracles } from './running-purchases';
import { RepairOracles } from './running-repairs';
import { TrialOracles } from './running-trials';

export interface OraclesKit {
  readonly around: Surroundings;
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  readonly channels: ReadonlyMap<string, SimulatedChannel>;
  readonly nodes: () => readonly Pick<ShopNode, 'roles' | 'upSince'>[];
  readonly fingerprint: (code: string) => string;
  /** New purchases of one round, at most. */
  readonly attemptsMax: number;
  /** What is so with gateways, channels and cards is held against incidents and what is known of health. */
  readonly inspects: boolean;
}

/** What only the world as a whole knows when nothing is left to happen. */
export type ShopAtRest = Pick<RestWorld, 'importedCodes' | 'inboxes' | 'codec' | 'toldOfDelivery'>;

/** How often somebody looks at what is so, and what is made of it. */
const INSPECT_EVERY_MS = 5_000;

/** All that watch whether promises are kept: at every stored event, at every question and purchase that leaves the shop, every few seconds, and at the end. */
export class Oracles {
  private readonly world: OracleWorld;
  private readonly running: RunningOracles;
  private readonly purchasing: PurchaseOracles;
  private readonly trying: TrialOracles;
  private readonly repairing: RepairOracles;
  private readonly ahead: AheadOracles;
  private readonly accounts: AccountOracles;
  private readonly incidents: IncidentOracles;
  /** When a store was last out of reach. */
  private storesAwayAt = -Infinity;

  constructor(private readonly kit: OraclesKit) {
    const { around, gateways, channels, fingerprint, attemptsMax } = kit;
    const now = (): number => around.scheduler.now;
    const violated: Surroundings['violated'] = (...what) => around.violated(...what);
    const watchedSince = (): number | null => this.watchedSince;
    this.purchasing = new PurchaseOracles({ channels, fingerprint, now, violated });
    this.world = { gateways, now, violated, outOfTries: (orderId) => this.purchasing.isOutOfTries(orderId, attemptsMax) };
    this.running = new RunningOracles(this.world);
    this.trying = new TrialOracles({ now, violated, ordersMin: canaryRule.ordersMin });
    this.repairing = new RepairOracles({ violated });
    this.ahead = new AheadOracles({ channels, now, violated });
    this.accounts = new AccountOracles({ now, violated, isAway: (account) => around.outages.has(account), watchedSince });
    this.incidents = new IncidentOracles({ now, violated, watchedSince, accounts: this.accounts, policy: incidentPolicy });
  }

  /** Something was stored. */
  see(event: StoredEvent): void {
    this.running.see(event);
    this.purchasing.see(event);
    this.trying.see(event);
    this.repairing.see(event);
    this.ahead.see(event);
    if (!this.kit.inspects) return;
    this.accounts.see(event);
    this.incidents.see(event);
  }

  /** A gateway is asked about a payment. */
  asked(gatewayId: string, reference: string): void {
    this.accounts.asked(gatewayId, reference);
  }

  /** A request for a purchase leaves the shop. */
  sent(request: PurchaseRequest): void {
    this.purchasing.sent(request);
  }

  /** The people of the shop were told of this event of an incident. */
  heard(eventId: string): void {
    this.incidents.heard(eventId);
  }

  /** From now on, every few seconds, where something is inspected. */
  inspect(): void {
    if (!this.kit.inspects) return;
    const { outages, scheduler } = this.kit.around;
    if (['store', 'store-writes', 'read-models'].some((what) => outages.has(what))) this.storesAwayAt = scheduler.now;
    this.accounts.look();
    this.incidents.look();
    scheduler.after(INSPECT_EVERY_MS, () => this.inspect());
  }

  /** It is a job that buys ahead, not an order. */
  isBoughtAhead(jobId: string): boolean {
    return this.ahead.has(jobId);
  }

  /** A job has not ended yet. */
  get isUnderWay(): boolean {
    return this.ahead.isUnderWay || this.repairing.isUnderWay;
  }

  /** When nothing is left to happen. Without a shop at rest, as where a promise was broken on the way, only what was watched is judged. */
  async atRest(shop: ShopAtRest | null): Promise<void> {
    const { around, channels, fingerprint } = this.kit;
    const { log, readModels } = around;
    if (shop !== null) await checkAtRest({ ...this.world, ...shop, channels, fingerprint, log, readModels, running: this.running });
    this.trying.atRest();
    this.repairing.atRest();
    this.ahead.atRest();
    this.incidents.atRest();
  }

  /** Since when some engine lives without a break, with the stores in reach. */
  private get watchedSince(): number | null {
    const lives = this.kit.nodes().flatMap(({ roles, upSince }) => (roles.has('engine') && upSince !== null ? [upSince] : []));
    return lives.length === 0 ? null : Math.max(Math.min(...lives), this.storesAwayAt);
  }
}
