import { addCounts } from '../../domain/job/bulk';
import type { BulkAction, RefusedCount } from '../../domain/job/bulk-events';
import type { Money } from '../../domain/kernel/money';
import { isRejection } from '../../domain/kernel/rejection';
import type { Instant } from '../../domain/kernel/time';
import { order } from '../../domain/order/decide';
import { isSubmitted, keptPayment, refundableMinor, type OrderState } from '../../domain/order/state';
import { commandOf, type Selection } from '../bulk-repair/selection';
import { viewOfRow } from '../queries/order-list';
import type { OrderView } from '../queries/order-view';

/** Orders that a dry run shows. */
export const SAMPLE_ORDERS = 5;

/** What a dry run shows: the very orders, what their own rules would say now, and the money it is about. */
export interface BulkPreview {
  /** Orders that the job would be for. */
  readonly orders: number;
  /** More fit the filter than the limit lets in. */
  readonly more: boolean;
  readonly wouldChange: number;
  readonly alreadySo: number;
  readonly wouldRefuse: readonly RefusedCount[];
  /** Of those that would change, by currency: what would go back, or what they were sold for. */
  readonly amounts: readonly Money[];
  readonly sample: readonly OrderView[];
}

type Verdict = { readonly outcome: 'changed' | 'unchanged' } | { readonly outcome: 'refused'; readonly code: string };

function verdictOn(action: BulkAction, state: OrderState, at: Instant): Verdict {
  const decision = order.decide(commandOf(action, at), state);
  if (isRejection(decision)) return { outcome: 'refused', code: decision.code };
  return { outcome: decision.length > 0 ? 'changed' : 'unchanged' };
}

function moneyOf(action: BulkAction, state: OrderState): Money | null {
  if (!isSubmitted(state)) return null;
  const payment = keptPayment(state);
  const { amount } = state.submitted;
  return action === 'REFUND' && payment !== undefined
    ? { amountMinor: refundableMinor(state, payment), currency: payment.captured?.currency ?? amount.currency }
    : amount;
}

/** A hint: an order may have moved on until its turn comes, and its own rules then say so. */
export function previewOf(action: BulkAction, { rows, more }: Selection, at: Instant): BulkPreview {
  let counts = { changed: 0, unchanged: 0, refused: [] as readonly RefusedCount[] };
  const amounts = new Map<string, number>();
  for (const { value } of rows) {
    const verdict = verdictOn(action, value.state, at);
    counts = { ...addCounts(counts, countOf(verdict)) };
    const money = verdict.outcome === 'changed' ? moneyOf(action, value.state) : null;
    if (money !== null) amounts.set(money.currency, (amounts.get(money.currency) ?? 0) + money.amountMinor);
  }
  return {
    orders: rows.length,
    more,
    wouldChange: counts.changed,
    alreadySo: counts.unchanged,
    wouldRefuse: counts.refused,
    amounts: [...amounts].map(([currency, amountMinor]) => ({ amountMinor, currency })),
    sample: rows.slice(0, SAMPLE_ORDERS).map(viewOfRow),
  };
}

const countOf = (verdict: Verdict) => ({
  changed: verdict.outcome === 'changed' ? 1 : 0,
  unchanged: verdict.outcome === 'unchanged' ? 1 : 0,
  refused: verdict.outcome === 'refused' ? [{ code: verdict.code, count: 1 }] : [],
});
