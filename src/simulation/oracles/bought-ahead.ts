import type { StoredEvent } from '../../domain/kernel/event';
import type { OrderEvent, OrderTerms } from '../../domain/order/events';
import type { PreWarmOrdered } from '../../domain/job/pre-warm-events';

const PREFIX = 'PreWarm';

/** A fact about cards that are bought ahead in the words of an order, so that both are held to the same; null for what only such a job says. */
export function asOfOrder({ type, data }: Pick<StoredEvent, 'type' | 'data'>): OrderEvent | null {
  if (type === 'PreWarmCardsStocked') return { type: 'SurplusStocked', data } as unknown as OrderEvent;
  return type.startsWith(`${PREFIX}Purchase`) ? ({ type: type.slice(PREFIX.length), data } as unknown as OrderEvent) : null;
}

/** What such a job may do, as the terms of an order. */
export const termsOf = ({ sources, budget }: PreWarmOrdered): OrderTerms => ({
  unitPrice: { amountMinor: 0, currency: budget.currency },
  payWithinSeconds: 0,
  deliverWithinSeconds: 0,
  reserve: 'AT_PAYMENT',
  partial: 'WAIT',
  compensation: 'REVIEW',
  onDoubt: 'WAIT',
  oversell: false,
  sources,
});
