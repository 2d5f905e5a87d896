import { decimalsOf } from '../../../domain/kernel/decimal';

/** Currencies whose amounts Stripe counts in whole units. */
const WHOLE = new Set(['BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']);
/** In thousandths, of which the last digit has to be 0. */
const THOUSANDTHS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Decimals of Stripe's amounts; those that ISO-4217 gives no decimals and that are not listed (ISK, UGX) count in hundredths there. */
const stripeDecimals = (currency: string): number => (WHOLE.has(currency) ? 0 : THOUSANDTHS.has(currency) ? 3 : 2);

/** Our minor units in Stripe's; null where that would need rounding. */
export function stripeAmount(amountMinor: number, currency: string): number | null {
  const amount = shifted(amountMinor, stripeDecimals(currency) - decimalsOf(currency));
  return amount !== null && THOUSANDTHS.has(currency) && amount % 10 !== 0 ? null : amount;
}

/** And back. */
export const minorOf = (amount: number, currency: string): number | null => shifted(amount, decimalsOf(currency) - stripeDecimals(currency));

function shifted(amount: number, digits: number): number | null {
  const moved = digits >= 0 ? amount * 10 ** digits : amount / 10 ** -digits;
  return Number.isSafeInteger(moved) ? moved : null;
}
