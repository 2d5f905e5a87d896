import type { Money } from '../kernel/money';
import { type Pattern, peakAhead, type Peak, unitsExpected } from './forecast';

/** How much of a coming peak is bought ahead into the pool. Stored with the SKU for ever. */
export interface PreWarmRule {
  /** Of the units that the highest hour of the day ahead is expected to sell. 0 to 1. */
  readonly share: number;
  /** What may be spent for the peaks of one day, UTC. */
  readonly budget: Money;
  /** What is bought must be expected to be sold within so long. */
  readonly shelfLifeHours: number;
}

/** The article's number: a fifth of the peak is there before it comes. */
export const PRE_WARM_SHARE = 0.2;

/**
 * Cards to be bought now, besides those that are for sale; 0 when that are enough. With less than a week of sales there is no pattern, and nothing is
 * bought on a guess; a peak beyond the shelf life can wait; and no more is bought than is expected to be sold in it.
 */
export function unitsAhead(
  pattern: Pattern,
  { share, shelfLifeHours }: PreWarmRule,
  available: number,
): { readonly units: number; readonly peak: Peak } {
  const peak = peakAhead(pattern);
  const early = peak.hour - pattern.hour >= shelfLifeHours;
  if (pattern.weeks < 1 || early) return { units: 0, peak };
  const wanted = Math.ceil(share * peak.units) - available;
  const sold = Math.floor(unitsExpected(pattern, shelfLifeHours)) - available;
  return { units: Math.max(0, Math.min(wanted, sold)), peak };
}
