/**
 * What a crash can come between: the step before it has happened, and the one after it has not. Every place is a call through a
 * port, so no room holds code for it.
 */
export const DEATH_PLACES = [
  'append',
  'gateway',
  'channel',
  'read-models',
  'wake-snapshot',
  'outbox-cursor',
  'outbox-send',
  'answer',
  'callback',
] as const;
export type DeathPlace = (typeof DEATH_PLACES)[number];

/** Dies as by kill -9 when it passes there, right before or right after what happens there, for the nth time since its start. */
export interface DeathPoint {
  readonly place: DeathPlace;
  readonly side: 'before' | 'after';
  readonly nth: number;
}

const NTH_MAX = 1_000_000;

/** Reads `append.after:37`; null when it names no point. */
export function parseDeathPoint(text: string): DeathPoint | null {
  const [, name, side, digits] = /^([a-z-]+)\.(before|after):([1-9]\d{0,6})$/.exec(text) ?? [];
  const place = DEATH_PLACES.find((one) => one === name);
  const nth = Number(digits);
  if (place === undefined || (side !== 'before' && side !== 'after') || nth > NTH_MAX) return null;
  return { place, side, nth };
}
