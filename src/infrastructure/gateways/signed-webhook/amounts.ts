import { decimalText, plainDecimal } from '../../../domain/kernel/decimal';
import type { SignedWebhookSettings } from './settings';

type Counted = Pick<SignedWebhookSettings, 'amounts' | 'currency'>;

const WHOLE = /^(?:0|[1-9][0-9]{0,15})$/;

export const amountText = ({ amounts, currency }: Counted, amountMinor: number): string =>
  amounts === 'MINOR' ? String(amountMinor) : decimalText(amountMinor, currency);

/**
 * Minor units of what a service wrote, digit by digit. A JSON number is written out first: with at most 15 digits that gives the digits that were
 * sent. Undefined for what is no plain amount: `1e1`, `010`, `-1`, full-width digits, more decimals than the currency has.
 */
export function minorOf({ amounts, currency }: Counted, value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  if (amounts === 'MINOR') return WHOLE.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  return plainDecimal(text, currency) ?? undefined;
}
