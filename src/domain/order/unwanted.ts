import type { Instant } from '../kernel/time';
import type { CloseCause } from './events';
import { keptPayment, latestPayment, type Payment, type SubmittedOrder } from './state';

/** Since when somebody wants a payment gone, and why. */
export interface Unwanted {
  readonly since: Instant;
  readonly cause: CloseCause;
}

/** `timeIsOver`: pay-within has passed, as far as the clock can be trusted. Null while its buyer may pay on it. */
export function unwanted(state: SubmittedOrder, payment: Payment, timeIsOver: boolean): Unwanted | null {
  if (state.end !== undefined) return { since: state.end.at, cause: 'ENDED' };
  if (state.cancelRequestedAt !== undefined) return { since: state.cancelRequestedAt, cause: 'CANCELLED' };
  if (keptPayment(state) !== undefined) return { since: state.paidAt ?? state.payBy, cause: 'ENDED' };
  if (state.changing?.from === payment.reference) return { since: state.changing.at, cause: 'METHOD_CHANGED' };
  if (latestPayment(state)?.reference !== payment.reference) return { since: payment.requestedAt, cause: 'METHOD_CHANGED' };
  // Nobody has its page, so nobody can pay on it: another payment takes its place.
  if (payment.pageLost === true) return { since: payment.requestedAt, cause: 'IN_DOUBT' };
  return timeIsOver ? { since: state.payBy, cause: 'EXPIRED' } : null;
}
