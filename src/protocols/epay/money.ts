/** 10 digits of yuan: more than any payment, and far inside what an integer number holds exactly. */
const YUAN = /^(0|[1-9][0-9]{0,9})(?:\.([0-9]{1,2}))?$/;

/** What epay counts in; it has no other currency. */
export const EPAY_CURRENCY = 'CNY';

/** Integer fen as decimal yuan, always with two digits after the point: 4800 → `48.00`. */
export function yuanText(minor: number): string {
  const digits = String(minor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * Decimal yuan as integer fen, digit by digit: no floating point takes part. Undefined for everything that is not plainly such a number:
 * `1e1`, `010`, `+1`, `1,000`, `１.00`, blanks, signs, three digits after the point.
 */
export function minorOfYuan(text: string): number | undefined {
  const match = YUAN.exec(text);
  return match === null ? undefined : Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}
