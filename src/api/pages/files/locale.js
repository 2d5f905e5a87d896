import { lasting } from './storage.js';
import { en } from './words-en.js';
import { zh } from './words-zh.js';

const WORDS = { en, 'zh-CN': zh };
const KEY = 'cardrail.locale';

/** 'zh-CN' or 'en': as chosen before, else the first of the browser's languages that we speak, else English. */
export function chosenLocale() {
  const before = lasting.get(KEY);
  if (before !== null && Object.hasOwn(WORDS, before)) return before;
  for (const language of navigator.languages) {
    if (/^zh\b/i.test(language)) return 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}

export const rememberLocale = (locale) => lasting.set(KEY, locale);

export const wordsIn = (locale) => WORDS[locale];

/** `amountMinor` is a decimal text of minor units and stays exact. */
export function formatMoney({ amountMinor, currency }, locale) {
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    const digits = format.resolvedOptions().maximumFractionDigits;
    const padded = String(amountMinor).padStart(digits + 1, '0');
    return format.format(digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`);
  } catch {
    return `${amountMinor} ${currency}`;
  }
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** Such as "21 Nov 2026, 14:32 · in 12 minutes". */
export function formatTime(iso, locale) {
  const at = new Date(iso);
  const seconds = Math.round((at.getTime() - Date.now()) / 1_000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
  return `${new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at)} · ${relative}`;
}
