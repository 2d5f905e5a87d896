import { unitHash } from '../kernel/hash';
import type { Money } from '../kernel/money';
import { SECOND_MS } from '../kernel/time';
import type { Openness } from './health';
import { BUILT_IN, type ScoringWeights } from './policy';
import { meanLatencyMs, successShare, type TrackRecord } from './track-record';

/** A channel that could sell what an order needs, as far as choosing is concerned. */
export interface Candidate {
  readonly channelId: string;
  /** The channel's own name of what it sells. */
  readonly product: string;
  /** Lower is asked first. */
  readonly priority: number;
  /** Its share among channels of one priority. */
  readonly weight: number;
  readonly openness: Openness;
  readonly record: TrackRecord;
  /** What one card costs there; absent when it did not say. */
  readonly unitCost?: Money;
  /** The most that one card may cost. */
  readonly maxUnitCost: Money;
}

/** One candidate as it came out, with the numbers that put it there: 0 to 1 each, rounded to hundredths. */
export interface Ranked {
  readonly channelId: string;
  readonly product: string;
  readonly priority: number;
  readonly diverted: boolean;
  readonly success: number;
  readonly speed: number;
  readonly cost: number;
  /** Weight × success × speed × cost, each as much as the policy has it count: its share among equals. */
  readonly share: number;
}

/** An answer that takes this long halves the speed. */
const SLOW_MS = 5 * SECOND_MS;
/** The whole price cap, against a card that is free, halves the share. */
const COST_WEIGHT = 0.5;

const rounded = (value: number): number => Math.round(value * 100) / 100;

function numbersOf(
  { record, unitCost, maxUnitCost, weight }: Candidate,
  count: ScoringWeights,
): Pick<Ranked, 'success' | 'speed' | 'cost' | 'share'> {
  const success = successShare(record);
  const speed = SLOW_MS / (SLOW_MS + (meanLatencyMs(record) ?? 0));
  const known = unitCost !== undefined && unitCost.currency === maxUnitCost.currency && maxUnitCost.amountMinor > 0;
  const cost = known ? 1 - COST_WEIGHT * Math.min(1, unitCost.amountMinor / maxUnitCost.amountMinor) : 1 - COST_WEIGHT;
  const share = Math.max(weight, 0.01) * success ** count.success * speed ** count.latency * cost ** count.cost;
  return { success: rounded(success), speed: rounded(speed), cost: rounded(cost), share: rounded(share) };
}

/**
 * Where to buy first. Whoever is not diverted comes before whoever is; then the lower priority number; among equals a lot decides,
 * weighted by share. The lot is drawn from the order and the attempt: a channel gets its share of all orders, and two engines agree.
 * Those that are closed are left out.
 */
export function ranked(candidates: readonly Candidate[], orderId: string, attempt: number, count = BUILT_IN.weights): readonly Ranked[] {
  const open = candidates.filter(({ openness }) => openness.kind !== 'CLOSED');
  const drawn = open.map((candidate) => {
    const numbers = numbersOf(candidate, count);
    const lot = Math.max(unitHash(orderId, 'channel', candidate.channelId, candidate.product, attempt), Number.EPSILON);
    const { channelId, product, priority, openness } = candidate;
    // The smallest of exponential lots falls on each with a chance proportional to its share.
    return {
      place: -Math.log(lot) / Math.max(numbers.share, 0.001),
      is: { channelId, product, priority, diverted: openness.kind === 'DIVERTED', ...numbers },
    };
  });
  drawn.sort((a, b) => Number(a.is.diverted) - Number(b.is.diverted) || a.is.priority - b.is.priority || a.place - b.place);
  return drawn.map(({ is }) => is);
}
