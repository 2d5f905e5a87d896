/**
 * Our references in letters and digits that every epay server takes. Ours are `<uuid>.<n>` (payments) and `<uuid>.r<n>` (refunds), up to 42 characters
 * with dashes and dots; common servers take 32, some of them letters and digits only, and compare without regard to case. So the 128 bits of the
 * id are written as 25 digits of base 36, followed by what stood behind the dot. Nothing has to be stored to read it back.
 */
const REFERENCE = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.(r?[1-9][0-9]{0,3})$/;
const TRADE_NUMBER = /^([0-9a-z]{25})(r?[1-9][0-9]{0,3})$/;
const ID_DIGITS = 25;
const ID_MAX = (1n << 128n) - 1n;

/** Undefined for what is no reference of ours. */
export function tradeNumberOf(reference: string): string | undefined {
  const match = REFERENCE.exec(reference);
  if (match === null) return undefined;
  const id = BigInt(`0x${match.slice(1, 6).join('')}`);
  return `${id.toString(36).padStart(ID_DIGITS, '0')}${match[6]}`;
}

/** Undefined for what was never made here. */
export function referenceOf(tradeNumber: string): string | undefined {
  const match = TRADE_NUMBER.exec(tradeNumber);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  let id = 0n;
  for (const digit of digits) id = id * 36n + BigInt(Number.parseInt(digit, 36));
  if (id > ID_MAX) return undefined;
  const hex = id.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}.${match?.[2]}`;
}
