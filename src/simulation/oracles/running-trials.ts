import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';
import type { PolicyUsed } from '../../domain/order/purchase-events';
import type { TrialArm } from '../../domain/routing/policy';
import type { RoutingPolicyEvent } from '../../domain/routing/policy-events';

export interface TrialWorld {
  readonly now: () => number;
  readonly violated: (invariant: string, about: string, orderId?: string) => void;
  /** Orders that each side of a trial needs before anything is concluded. */
  readonly ordersMin: number;
}

/** What an engine knows of the policies may be so old: a subscription that was dropped or is slow, and a process that stood still. */
export const VIEW_LAGS_MAX_MS = 60_000;
/** A trial is looked at every few seconds; this much later a bad one has ended, read models that are away and their rebuild included. */
const JUDGED_WITHIN_MS = 20 * 60_000;
/** So many standard deviations of a binomial draw: a sound one is beyond them once in a million stories. */
const DRAW_DEVIATIONS = 5;
/** So much lower a share of good orders is far beyond every doubt, on twice as many orders as a trial asks for. */
const FAR_WORSE = 0.6;

interface FirstPurchase {
  readonly arm: TrialArm;
  readonly requestId: string;
  good: boolean | null;
}

interface Trial {
  readonly version: string;
  /** Every share that counted, and from when on. */
  readonly shares: { readonly percent: number; readonly since: number }[];
  endedAt: number | null;
  end: 'PROMOTED' | 'ROLLED_BACK' | null;
  /** Of each order, what its sides have told of its place in the draw: in [from, to), percent. */
  readonly places: Map<string, { from: number; to: number }>;
  /** Orders by the share under which they were first seen. */
  readonly draws: Map<number, { orders: number; canary: number }>;
  readonly first: Map<string, FirstPurchase>;
  worseSince: number | null;
}

const newTrial = (version: string, percent: number, now: number): Trial => ({
  version,
  shares: [{ percent, since: now }],
  endedAt: null,
  end: null,
  places: new Map(),
  draws: new Map(),
  first: new Map(),
  worseSince: null,
});

/**
 * Trials of routing policies, from the raw events alone: an order stays on its side, the draw is fair, nobody judges on less than the gate asks
 * for, what is rolled back routes no order any more, and what is far worse does not go on.
 */
export class TrialOracles {
  private readonly trials = new Map<string, Trial>();
  /** Orders that have bought before any trial, or in another one: they say nothing in a later one. */
  private readonly ofTrial = new Map<string, string | null>();
  private readonly active: { readonly version: string; readonly since: number }[] = [{ version: 'built-in', since: 0 }];

  constructor(private readonly world: TrialWorld) {}

  see(event: StoredEvent): void {
    if (event.stream === 'routing-policy') this.policy(event as unknown as RoutingPolicyEvent);
    else if (event.stream.startsWith('order-')) this.order(idOf(event.stream), event as unknown as OrderEvent);
  }

  /** When nothing is left to happen: a trial that goes on is none that should have ended long ago, and the draws were fair. */
  atRest(): void {
    let [drawn, expected, variance] = [0, 0, 0];
    for (const trial of this.trials.values()) {
      this.goesOn(trial);
      for (const [percent, { orders, canary }] of trial.draws) {
        const share = percent / 100;
        drawn += canary;
        expected += orders * share;
        variance += orders * share * (1 - share);
      }
    }
    if (Math.abs(drawn - expected) > 1 + DRAW_DEVIATIONS * Math.sqrt(variance))
      this.world.violated('canary', `${drawn} orders tried a policy, where ${Math.round(expected)} were to be expected`);
  }

  private policy(fact: RoutingPolicyEvent): void {
    const now = this.world.now();
    switch (fact.type) {
      case 'RoutingPolicyPublished':
        this.active.push({ version: fact.data.policy.version, since: now });
        return;
      case 'CanaryStarted':
        this.trials.set(fact.data.policy.version, newTrial(fact.data.policy.version, fact.data.percent, now));
        return;
      case 'CanaryPercentChanged':
        this.trials.get(fact.data.version)?.shares.push({ percent: fact.data.percent, since: now });
        return;
      case 'CanaryPromoted':
        this.judged(fact.data.version, fact.data.report);
        this.active.push({ version: fact.data.version, since: now });
        return this.over(fact.data.version, 'PROMOTED');
      case 'CanaryRolledBack':
        if (fact.data.cause === 'WORSE') this.judged(fact.data.version, fact.data.report);
        return this.over(fact.data.version, 'ROLLED_BACK');
    }
  }

  private over(version: string, end: 'PROMOTED' | 'ROLLED_BACK'): void {
    const trial = this.trials.get(version);
    if (trial === undefined || trial.endedAt !== null) return this.world.violated('canary', `${version} was ${end} and is not being tried`);
    trial.endedAt = this.world.now();
    trial.end = end;
  }

  /** Nobody concludes anything from few orders, nor from orders that have not been there. */
  private judged(
    version: string,
    report: { readonly canary: { readonly orders: number }; readonly control: { readonly orders: number } } | undefined,
  ): void {
    const { ordersMin, violated } = this.world;
    for (const arm of ['CANARY', 'CONTROL'] as const) {
      const there = this.decided(this.trials.get(version), arm).length;
      const told = report?.[arm === 'CANARY' ? 'canary' : 'control'].orders ?? 0;
      if (told < ordersMin || there < ordersMin)
        violated('canary', `${version} was judged on ${told} orders of ${arm}, of which ${there} are there; ${ordersMin} are needed`);
      if (told > there) violated('canary', `${version} was judged on ${told} orders of ${arm}, and there are ${there}`);
    }
  }

  private decided(trial: Trial | undefined, of: TrialArm): readonly FirstPurchase[] {
    return [...(trial?.first.values() ?? [])].filter(({ arm, good }) => arm === of && good !== null);
  }

  private order(orderId: string, fact: OrderEvent): void {
    switch (fact.type) {
      case 'OrderRouted':
        return this.notRolledBack(orderId, fact.data.policyVersion);
      case 'PurchaseRequested':
        return this.bought(orderId, fact.data.requestId, fact.data.policy);
      case 'PurchaseTimedOut':
      case 'PurchaseRefused':
      case 'PurchaseCancelled':
      case 'PurchaseWrittenOff':
      case 'PurchasePartlyCompleted':
        return this.outcome(orderId, false);
      case 'PurchaseCompleted':
        return this.outcome(orderId, true);
      default:
        return;
    }
  }

  private bought(orderId: string, requestId: string, policy: PolicyUsed | undefined): void {
    const { violated } = this.world;
    const isFirst = !this.ofTrial.has(orderId);
    if (isFirst) this.ofTrial.set(orderId, policy?.trial?.version ?? null);
    if (policy === undefined) return;
    const { version, trial: told } = policy;
    this.notRolledBack(orderId, version);
    const known = this.lately(this.active).some((one) => one.version === version);
    if (told === undefined) {
      if (!known) violated('canary', `${orderId} buys by ${version}, which is neither in use nor tried on it`, orderId);
      return;
    }
    const trial = this.trials.get(told.version);
    if (trial === undefined) return violated('canary', `${orderId} tries ${told.version}, which nobody has started`, orderId);
    this.notOver(orderId, trial);
    if (told.arm === 'CANARY' ? version !== told.version : !known)
      violated('canary', `${orderId} is on the side ${told.arm} of ${told.version} and buys by ${version}`, orderId);
    this.place(orderId, trial, told.arm);
    if (isFirst) trial.first.set(orderId, { arm: told.arm, requestId, good: null });
  }

  /** One place in the draw explains every side that an order was ever on. */
  private place(orderId: string, trial: Trial, arm: TrialArm): void {
    const percents = this.lately(trial.shares).map(({ percent }) => percent);
    const isNew = !trial.places.has(orderId);
    const place = trial.places.get(orderId) ?? { from: 0, to: 100 };
    trial.places.set(orderId, place);
    if (arm === 'CANARY') place.to = Math.min(place.to, Math.max(...percents));
    else place.from = Math.max(place.from, Math.min(...percents));
    if (place.from >= place.to) this.world.violated('canary', `${orderId} changes sides in the trial of ${trial.version}`, orderId);
    const [percent, another] = percents;
    if (!isNew || percent === undefined || another !== undefined) return;
    const draw = trial.draws.get(percent) ?? { orders: 0, canary: 0 };
    trial.draws.set(percent, { orders: draw.orders + 1, canary: draw.canary + (arm === 'CANARY' ? 1 : 0) });
  }

  private outcome(orderId: string, good: boolean): void {
    const version = this.ofTrial.get(orderId);
    const trial = version === undefined || version === null ? undefined : this.trials.get(version);
    const first = trial?.first.get(orderId);
    if (trial === undefined || first === undefined || first.good !== null) return;
    first.good = good;
    this.goesOn(trial);
    trial.worseSince = this.isFarWorse(trial) ? (trial.worseSince ?? this.world.now()) : null;
  }

  private isFarWorse(trial: Trial): boolean {
    const [canary, control] = [this.decided(trial, 'CANARY'), this.decided(trial, 'CONTROL')];
    const { ordersMin } = this.world;
    if (Math.min(canary.length, control.length) < 2 * ordersMin) return false;
    const share = (orders: readonly FirstPurchase[]): number => orders.filter(({ good }) => good === true).length / orders.length;
    return share(control) - share(canary) > FAR_WORSE;
  }

  private goesOn({ version, endedAt, worseSince }: Trial): void {
    const { now, violated } = this.world;
    if (endedAt === null && worseSince !== null && now() > worseSince + JUDGED_WITHIN_MS)
      violated('canary', `${version} is far worse and is tried for ${Math.round((now() - worseSince) / 60_000)} min since`);
  }

  private notRolledBack(orderId: string, version: string): void {
    const trial = this.trials.get(version);
    if (trial?.end === 'ROLLED_BACK') this.notOver(orderId, trial);
  }

  private notOver(orderId: string, { version, endedAt, end }: Trial): void {
    const now = this.world.now();
    if (endedAt !== null && now > endedAt + VIEW_LAGS_MAX_MS)
      this.world.violated('canary', `${orderId} tries ${version} ${Math.round(now - endedAt)} ms after it was ${end}`, orderId);
  }

  /** What counts now, and what an engine may still believe to count. */
  private lately<T extends { readonly since: number }>(all: readonly T[]): readonly T[] {
    const from = this.world.now() - VIEW_LAGS_MAX_MS;
    const last = all.findLastIndex(({ since }) => since <= from);
    return all.slice(Math.max(0, last));
  }
}
