import type { Money } from '../../domain/kernel/money';
import type { OrderRow } from '../../projections/orders';

export type DoubtCall = 'payment' | 'close' | 'refund' | 'purchase';

/** One outside call of which nobody knows how it ended, and the money that hangs on it. */
export interface Doubt {
  readonly call: DoubtCall;
  readonly amount: Money;
}

/** The doubts of one order. A close in doubt is about the same money as its payment, so a payment counts once. */
export function doubtsOf({ payments, refunds }: OrderRow['state']): readonly Doubt[] {
  const ofPayments = payments.flatMap(({ status, closing, request }): readonly Doubt[] => {
    if (status === 'IN_DOUBT') return [{ call: 'payment', amount: request.amount }];
    return closing?.timedOut === true ? [{ call: 'close', amount: request.amount }] : [];
  });
  const ofRefunds = refunds.filter(({ status }) => status === 'IN_DOUBT').map(({ amount }): Doubt => ({ call: 'refund', amount }));
  return [...ofPayments, ...ofRefunds];
}
