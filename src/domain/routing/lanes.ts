import type { BuyerTier } from '../buyer/tier';

/** Every order goes through one of these. `overflow` always works: it is no cold standby. */
export const LANES = ['vip', 'default', 'overflow'] as const;
export type Lane = (typeof LANES)[number];

export interface LaneLimits {
  /** Its share of all slots while others want them too, relative to the other weights. */
  readonly weight: number;
  /** Slots it may hold at once, however idle the others are. */
  readonly concurrency: number;
}

export interface LanePolicy {
  readonly version: string;
  readonly lanes: Readonly<Record<Lane, LaneLimits>>;
  /** From this load of the engine on (0 to 1), what is new and not VIP goes to `overflow`. */
  readonly overflowAbove: number;
}

/** The design's numbers. */
export const defaultLanePolicy: LanePolicy = {
  version: 'built-in',
  lanes: { vip: { weight: 3, concurrency: 64 }, default: { weight: 2, concurrency: 256 }, overflow: { weight: 1, concurrency: 128 } },
  overflowAbove: 0.8,
};

export const isLane = (word: string): word is Lane => (LANES as readonly string[]).includes(word);

/** Why an order is in its lane. Stored in `OrderRouted`. */
export type LaneReason = 'TIER_VIP' | 'ENGINE_LOADED' | 'TIER_STANDARD';

/** The lane of an order at its release. `load`: how much of the engine is in use at this moment, 0 to 1. */
export function laneFor(tier: BuyerTier, load: number, policy: LanePolicy): { readonly lane: Lane; readonly why: LaneReason } {
  if (tier === 'VIP') return { lane: 'vip', why: 'TIER_VIP' };
  return load > policy.overflowAbove ? { lane: 'overflow', why: 'ENGINE_LOADED' } : { lane: 'default', why: 'TIER_STANDARD' };
}
