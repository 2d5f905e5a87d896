import type { Money } from '../kernel/money';

/**
 * Money that moved outside of orders and that a person books, with the paper that says so. These names and shapes are stored for ever.
 */
export type VoucherKind =
  /** The shop paid a channel beforehand. */
  | 'CHANNEL_TOPPED_UP'
  /** A gateway paid out what it had taken. */
  | 'GATEWAY_PAID_OUT'
  | 'GATEWAY_FEE'
  | 'SUPPLIER_PAID'
  /** A channel gave back what was disputed. */
  | 'DISPUTE_REPAID';

export type VoucherEvent = {
  readonly type: 'MoneyBooked';
  readonly data: {
    readonly kind: VoucherKind;
    /** The gateway or channel; of a supplier its name. */
    readonly party: string;
    readonly amount: Money;
    /** What the paper calls it, such as the number of a payout. */
    readonly document: string;
  };
};
