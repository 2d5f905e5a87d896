import type { StoredEvent } from '../../domain/kernel/event';
import type { Money } from '../../domain/kernel/money';
import { toIso } from '../../domain/kernel/time';
import type { OrderStatus } from '../../domain/order/phase';
import type { PaymentStatus, RefundStatus, Share, SubmittedOrder } from '../../domain/order/state';
import type { Locale } from '../caller';
import { orderView } from './order-view';
import { sharedSteps, type SharedStep } from './shared-steps';

export interface SharedPayment {
  /** Under which the gateway knows it. */
  readonly reference: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
}

export interface SharedRefund {
  /** Under which the gateway knows it. */
  readonly refundReference: string;
  readonly status: RefundStatus;
  readonly amount: Money;
  readonly orderedAt: string;
}

/**
 * An order as somebody outside may see it: its state, its steps and its money. Every member is named here one by one: it holds no code, no
 * contact, nothing that was filled in or written, no receipt, no instrument, and no name of an account, a channel, a client or a person.
 * Times are ISO-8601 UTC text, amounts integer minor units.
 */
export interface SharedOrderView {
  readonly number: string;
  readonly status: OrderStatus;
  readonly skuName: string;
  readonly quantity: number;
  readonly amount: Money;
  readonly paid: Money;
  readonly refunded: Money;
  readonly submittedAt: string;
  readonly paidAt: string | null;
  readonly deliveredAt: string | null;
  readonly firstViewedAt: string | null;
  readonly payments: readonly SharedPayment[];
  readonly refunds: readonly SharedRefund[];
  readonly steps: readonly SharedStep[];
  /** Until when the link shows it. */
  readonly expiresAt: string;
}

/** What the reader sees, and in which words. */
export interface SharedReader {
  readonly locale: Locale;
  readonly share: Pick<Share, 'expiresAt'>;
  /** As the shop shows it to everybody. */
  readonly skuName: string;
}

export function sharedOrderView(state: SubmittedOrder, events: readonly StoredEvent[], { locale, share, skuName }: SharedReader): SharedOrderView {
  const { number, status, quantity, amount, paid, refunded, submittedAt, paidAt, deliveredAt, firstViewedAt, payments, refunds } = orderView(
    state,
    events.length - 1,
  );
  return {
    number,
    status,
    skuName,
    quantity,
    amount,
    paid,
    refunded,
    submittedAt,
    paidAt,
    deliveredAt,
    firstViewedAt,
    payments: payments.map((one) => ({ reference: one.reference, status: one.status, amount: one.amount })),
    refunds: refunds.map((one) => ({ refundReference: one.refundReference, status: one.status, amount: one.amount, orderedAt: one.orderedAt })),
    steps: sharedSteps(events, locale),
    expiresAt: toIso(share.expiresAt),
  };
}
