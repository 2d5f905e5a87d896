import { DAY_MS, HOUR_MS, type Instant } from '../kernel/time';

/** A day of the shop's own calendar: YYYY-MM-DD. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();
const FORMATS_KEPT_MAX = 64;

/** Throws RangeError for a zone that nobody knows. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const kept = formats.get(timeZone);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  if (formats.size >= FORMATS_KEPT_MAX) formats.clear();
  formats.set(timeZone, made);
  return made;
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The day that it is there at this instant. */
export const dayAt = (at: Instant, timeZone: string): Day => formatOf(timeZone).format(at);

/** A day that the calendar has: neither 2026-02-31 nor 2026-13-01. */
export function isDay(text: string): boolean {
  const noon = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T12:00:00Z`) : Number.NaN;
  return !Number.isNaN(noon) && dayAt(noon, 'UTC') === text;
}
export const dayBefore = (day: Day): Day => dayAt(Date.parse(`${day}T12:00:00Z`) - DAY_MS, 'UTC');
export const dayAfter = (day: Day): Day => dayAt(Date.parse(`${day}T12:00:00Z`) + DAY_MS, 'UTC');

/**
 * The instant at which a day begins there: the first one that its calendar calls so, or later. Zones lie within 14 hours of UTC.
 */
export function startOfDay(day: Day, timeZone: string): Instant {
  const noonUtc = Date.parse(`${day}T12:00:00Z`);
  let [before, within] = [noonUtc - 30 * HOUR_MS, noonUtc + 14 * HOUR_MS];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dayAt(middle, timeZone) < day) before = middle;
    else within = middle;
  }
  return within;
}

export const endOfDay = (day: Day, timeZone: string): Instant => startOfDay(dayAfter(day), timeZone);
