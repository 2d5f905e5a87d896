import { toIso } from '../../domain/kernel/time';

/** When a parked message is tried again by itself, and how often: with the defaults for about three days. */
export interface LaterLimits {
  /** Doubled with each try, and at most. Milliseconds. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** After so many it waits for a person. */
  readonly triesMax: number;
  /** How often it is looked for those whose time has come. Milliseconds. */
  readonly lookEveryMs: number;
}

export const defaultLaterLimits: LaterLimits = { firstMs: 300_000, maxMs: 21_600_000, triesMax: 18, lookEveryMs: 5_000 };

/** After `tried` tries of a parked message; nothing when there are no more. */
export const nextTryAt = (now: number, tried: number, { firstMs, maxMs, triesMax }: LaterLimits): { readonly nextTryAt?: string } =>
  tried >= triesMax ? {} : { nextTryAt: toIso(now + Math.min(firstMs * 2 ** tried, maxMs)) };
