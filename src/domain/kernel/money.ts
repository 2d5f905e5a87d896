/** Integer minor units (fen, cents) and an ISO-4217 code. Never a float. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

export const money = (amountMinor: number, currency: string): Money => ({ amountMinor, currency });
export const times = (price: Money, quantity: number): Money => ({ amountMinor: price.amountMinor * quantity, currency: price.currency });
export const sameMoney = (a: Money, b: Money): boolean => a.amountMinor === b.amountMinor && a.currency === b.currency;

/** The largest amount we deal in: far below where doubles lose integers. */
export const AMOUNT_MINOR_MAX = 1_000_000_000_000;
