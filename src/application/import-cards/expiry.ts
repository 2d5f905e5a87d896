import { toIso } from '../../domain/kernel/time';

const DAY = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))$/;
const MOMENT = /^(\S+?)(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const OFFSET = /^(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$/i;

/** `Z` or `±hh:mm`. */
export const isUtcOffset = (text: string): boolean => OFFSET.test(text);

const pad = (text: string): string => text.padStart(2, '0');

/**
 * When a card stops working, as ISO-8601 UTC; null when the text says no such moment. A day without a time counts to its end.
 * `utcOffset` is where the text was written, used when it does not say so itself.
 */
export function expiryOf(text: string, utcOffset: string): string | null {
  const [, dayText = '', hour, minute = '', second = '00', ownOffset] = MOMENT.exec(text.trim()) ?? [];
  const [, year = '', month, date, compactMonth = '', compactDate = ''] = DAY.exec(dayText) ?? [];
  const day = `${year}-${pad(month ?? compactMonth)}-${pad(date ?? compactDate)}`;
  // The 31st of April is no day, whatever a lenient parser makes of it.
  const midnight = Date.parse(`${day}T00:00:00.000Z`);
  if (Number.isNaN(midnight) || !toIso(midnight).startsWith(day)) return null;
  const offset = (ownOffset ?? utcOffset).toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  if (!isUtcOffset(offset)) return null;
  const time = hour === undefined ? '23:59:59.999' : `${pad(hour)}:${minute}:${second}.000`;
  const moment = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(moment) ? null : toIso(moment);
}
