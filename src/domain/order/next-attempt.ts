import { earliest, type Instant } from '../kernel/time';
import { isPurchaseOpen } from './purchase';
import { RETRY_BUDGET } from './retries';
import { cardsMissing, entersAt, isInDoubt, isRefundOpen, type Refund, type SubmittedOrder } from './state';

/**
 * What an order waits for a time for. ENTERS: its turn in the line · RETRY: something that definitely did not happen is tried again ·
 * RETRY_BUDGET: the same, later than it would be, since too many retries there came to nothing · ASKED_AGAIN: something of unknown outcome is asked about.
 */
export type AttemptReason = 'ENTERS' | 'RETRY' | 'RETRY_BUDGET' | 'ASKED_AGAIN';

export interface NextAttempt {
  readonly at: Instant;
  readonly reason: AttemptReason;
}

const tried = (at: Instant | undefined, cause: string | undefined): NextAttempt | undefined =>
  at === undefined ? undefined : { at, reason: cause === RETRY_BUDGET ? 'RETRY_BUDGET' : 'RETRY' };
const asked = (at: Instant | undefined): NextAttempt | undefined => (at === undefined ? undefined : { at, reason: 'ASKED_AGAIN' });

function ofRefunds(refunds: readonly Refund[]): NextAttempt | undefined {
  const again = refunds.find(({ status }) => status === 'RETRY');
  return tried(again?.dueAt, again?.dueCause) ?? asked(earliest(...refunds.filter(isRefundOpen).map(({ nextCheckAt }) => nextCheckAt)));
}

function ofPayments({ payments, paymentRetry }: SubmittedOrder): NextAttempt | undefined {
  return tried(paymentRetry?.dueAt, paymentRetry?.cause) ?? asked(earliest(...payments.filter(isInDoubt).map(({ nextCheckAt }) => nextCheckAt)));
}

function ofPurchases(state: SubmittedOrder): NextAttempt | undefined {
  const open = state.purchases.filter(isPurchaseOpen);
  if (open.length > 0) return asked(earliest(...open.map(({ nextCheckAt }) => nextCheckAt)));
  const last = cardsMissing(state) > 0 ? state.purchases.at(-1) : undefined;
  return tried(last?.retryAt, last?.retryCause);
}

/** The next time at which something is tried or asked, as stored; undefined when that is at once, when something else must come first, or at rest. */
export function nextAttempt(state: SubmittedOrder): NextAttempt | undefined {
  const { submitted, lane, end, paidAt, refunds } = state;
  const refund = ofRefunds(refunds);
  if (refund !== undefined || end !== undefined) return refund;
  const enters = lane === undefined ? entersAt(submitted) : undefined;
  if (enters !== undefined) return { at: enters, reason: 'ENTERS' };
  return paidAt === undefined ? ofPayments(state) : ofPurchases(state);
}
