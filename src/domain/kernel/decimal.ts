const decimals = new Map<string, number>();

/** How many decimals a currency is written with: 2 of CNY, 0 of JPY; 2 of three letters that are no currency. Throws RangeError for anything else. */
export function decimalsOf(currency: string): number {
  const known = decimals.get(currency);
  if (known !== undefined) return known;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  // As many as there are codes of three letters, at most.
  decimals.set(currency, digits);
  return digits;
}

/**
 * Minor units of a decimal amount, from its digits before and after the point, without any floating point: `48` and `5` of CNY are 4850. Null when
 * the fraction is too fine for the currency, but for zeros, or the amount too large to be counted exactly.
 */
export function minorUnits(whole: string, fraction: string, currency: string): number | null {
  const digits = decimalsOf(currency);
  if (/[1-9]/.test(fraction.slice(digits))) return null;
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

const PLAIN = /^(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,8}))?$/;

/** Minor units of a text that is plainly a decimal amount from 0; null for all others: `1e1`, `010`, `+1`, `1,000`, full-width digits, too many decimals. */
export function plainDecimal(text: string, currency: string): number | null {
  const [, whole, fraction = ''] = PLAIN.exec(text) ?? [];
  return whole === undefined ? null : minorUnits(whole, fraction, currency);
}

/** And back: 4850 of CNY is `48.50`, 4850 of JPY is `4850`. `minor` is a whole number from 0. */
export function decimalText(minor: number, currency: string): string {
  const digits = decimalsOf(currency);
  if (digits === 0) return String(minor);
  const text = String(minor).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
