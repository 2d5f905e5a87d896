import type { DiscrepancyProblem, Said } from '../../domain/discrepancy/events';
import type { Claim } from '../../domain/ledger/claim';

/** What we say, as it is held against a statement. */
export const saidBy = ({ amountMinor, currency, units }: Claim): Said => ({ amountMinor, currency, ...(units === undefined ? {} : { units }) });

/**
 * On what the books and a statement differ; null when they do not. What a channel charged for goods that never came is disputed
 * already, so a statement may show it or not.
 */
export function problemOf(claim: Claim | undefined, theirs: Said): DiscrepancyProblem | null {
  if (claim === undefined) return 'NOT_BOOKED';
  if (theirs.currency !== undefined && theirs.currency !== claim.currency) return 'CURRENCY';
  const disputed = claim.disputedMinor ?? 0;
  if (disputed > 0 && theirs.amountMinor === claim.amountMinor + disputed) return null;
  if (theirs.amountMinor !== claim.amountMinor) return 'AMOUNT';
  return theirs.units !== undefined && claim.units !== undefined && theirs.units !== claim.units ? 'UNITS' : null;
}
