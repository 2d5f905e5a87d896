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
  'subject-key',
  'subject-retire',
  'subject-destroy',
] as const;
export type DeathPlace = (typeof DEATH_PLACES)[number];

/**
 * Dies as by kill -9 when it passes there, right before or right after what happens there, for the nth time since its start; or
 * only stands still, as by SIGSTOP, until somebody lets it go on.
 */
export interface DeathPoint {
  readonly place: DeathPlace;
  readonly side: 'before' | 'after';
  readonly nth: number;
  readonly stops?: true;
}

const NTH_MAX = 1_000_000;

/** Reads `append.after:37`, or `channel.before:1:stop`; null when it names no point. */
export function parseDeathPoint(text: string): DeathPoint | null {
  const [, name, side, digits, stop] = /^([a-z-]+)\.(before|after):([1-9]\d{0,6})(:stop)?$/.exec(text) ?? [];
  const place = DEATH_PLACES.find((one) => one === name);
  const nth = Number(digits);
  if (place === undefined || (side !== 'before' && side !== 'after') || nth > NTH_MAX) return null;
  return { place, side, nth, ...(stop === undefined ? {} : { stops: true }) };
}
