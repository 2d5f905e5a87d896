import { unitHash } from '../kernel/hash';
import type { HealthPolicy } from './health';
import type { Lane, LaneLimits, LanePolicy } from './lanes';

/** How much each measured number counts: 0 not at all, 1 as it is, 2 squared … */
export interface ScoringWeights {
  readonly success: number;
  readonly latency: number;
  readonly cost: number;
}

/** Whether new orders go elsewhere when a channel is ill, and from when on it counts as ill; what is absent is as the shop is set up. */
export interface Diversion {
  readonly enabled: boolean;
  /** Diverted above this share of time-outs, in percent. */
  readonly timeoutPercent?: number;
  /** Isolated from this share of errors on, in percent. */
  readonly errorPercent?: number;
  /** Diverted when the answered took longer than this in the mean. Milliseconds. */
  readonly slowMs?: number;
}

/** What a policy says of one channel instead of its own settings. */
export interface ChannelOverride {
  readonly channelId: string;
  readonly weight?: number;
  readonly priority?: number;
}

/** What a policy says of one lane instead of the shop's setting. */
export type LaneOverride = { readonly lane: Lane } & LaneLimits;

/** How the shop chooses where to buy. Stored for ever. */
export interface RoutingPolicy {
  /** Its name; another policy has another one. */
  readonly version: string;
  readonly weights: ScoringWeights;
  readonly diversion: Diversion;
  readonly channels: readonly ChannelOverride[];
  /** Shares of the engine, for all orders at once: a canary's count once it is promoted. Absent: as the shop is set up. */
  readonly lanes?: readonly LaneOverride[];
}

/** What counts before anything was published. */
export const BUILT_IN: RoutingPolicy = {
  version: 'built-in',
  weights: { success: 1, latency: 1, cost: 1 },
  diversion: { enabled: true },
  channels: [],
};

/** A policy that is tried on a share of the orders. */
export interface Canary {
  readonly policy: RoutingPolicy;
  readonly percent: number;
}

/** The policies as they stand. */
export interface RoutingPolicies {
  readonly active: RoutingPolicy;
  readonly canary?: Canary;
}

/** Which side of a trial an order is on: CANARY tries the new policy, CONTROL is what it is compared with. */
export type TrialArm = 'CANARY' | 'CONTROL';

/** One side of one trial, as read models name it. A version holds no blank. */
export const trialKey = (version: string, arm: TrialArm): string => `${version} ${arm}`;

/** The policy that counts for one order. `trial`: the version that is being tried, and on which side of it the order is. */
export interface PolicyInForce {
  readonly policy: RoutingPolicy;
  readonly trial?: { readonly version: string; readonly arm: TrialArm };
}

/** The order's place in the draw for a trial, in [0, 100). */
export const trialLot = (orderId: string, version: string): number => 100 * unitHash(orderId, 'canary', version);

/** Sticky: an order is on the same side every time, for every engine; and whoever was in stays in when the percentage rises. */
export function policyFor({ active, canary }: RoutingPolicies, orderId: string): PolicyInForce {
  if (canary === undefined) return { policy: active };
  const { version } = canary.policy;
  const isIn = trialLot(orderId, version) < canary.percent;
  return isIn ? { policy: canary.policy, trial: { version, arm: 'CANARY' } } : { policy: active, trial: { version, arm: 'CONTROL' } };
}

/** By what channels are judged: the shop's own numbers, less what the active policy says otherwise. One word of health serves all orders, so a canary has no say. */
export function healthPolicyUnder({ diversion }: RoutingPolicy, policy: HealthPolicy): HealthPolicy {
  const { timeoutPercent, errorPercent, slowMs } = diversion;
  return {
    ...policy,
    ...(timeoutPercent === undefined ? {} : { divertTimeoutShare: timeoutPercent / 100 }),
    ...(errorPercent === undefined ? {} : { isolateErrorShare: errorPercent / 100 }),
    ...(slowMs === undefined ? {} : { slowMs }),
  };
}

/** Weight and priority of a channel under a policy. */
export function standingOf(
  { channels }: RoutingPolicy,
  channelId: string,
  own: { readonly weight: number; readonly priority: number },
): { readonly weight: number; readonly priority: number } {
  const override = channels.find((one) => one.channelId === channelId);
  return { weight: override?.weight ?? own.weight, priority: override?.priority ?? own.priority };
}

export interface PolicyChange {
  /** Such as `weights.cost` or `channels.upstream-a.weight`. */
  readonly path: string;
  /** As text; absent where there was nothing. */
  readonly before?: string;
  readonly after?: string;
}

function leaves({ weights, diversion, channels, lanes = [] }: RoutingPolicy): ReadonlyMap<string, string> {
  const named = {
    weights,
    diversion,
    channels: Object.fromEntries(channels.map(({ channelId, ...rest }) => [channelId, rest])),
    lanes: Object.fromEntries(lanes.map(({ lane, ...rest }) => [lane, rest])),
  };
  const found = new Map<string, string>();
  const walk = (value: object, path: string): void => {
    for (const [name, member] of Object.entries(value) as [string, unknown][]) {
      const at = path === '' ? name : `${path}.${name}`;
      if (member !== null && typeof member === 'object') walk(member, at);
      else if (member !== undefined) found.set(at, JSON.stringify(member));
    }
  };
  walk(named, '');
  return found;
}

/** What one policy says otherwise than another, by path. */
export function policyDiff(before: RoutingPolicy, after: RoutingPolicy): readonly PolicyChange[] {
  const [old, now] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path): readonly PolicyChange[] => {
    const [was, is] = [old.get(path), now.get(path)];
    return was === is ? [] : [{ path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}

/** The lanes as they share the engine: as the shop is set up, but for what the policy says. */
export function lanesUnder({ version, lanes }: RoutingPolicy, own: LanePolicy): LanePolicy {
  if (lanes === undefined) return own;
  const said = lanes.map(({ lane, weight, concurrency }) => [lane, { weight, concurrency }] as const);
  return { ...own, version, lanes: { ...own.lanes, ...Object.fromEntries(said) } };
}
