import type { Instant } from '../kernel/time';

/**
 * A question that was answered with silence. Its own back-off grows with every silence, up to minutes in a long outage. But whoever was asked
 * may be back long before that: once he is heard of in any other matter, it may be put ahead of its time.
 */
export interface Silence {
  readonly times: number;
  /** When it is put again, whatever is heard. */
  readonly againAt: Instant;
  /** How often whoever is asked had been heard when it was put. */
  readonly heardBefore: number;
  /** Silences while others were answered: each puts off longer when it may be put ahead of its time. */
  readonly passedOver: number;
  readonly earlyAt: Instant;
}

/** A question as it was put. */
export interface Put {
  readonly heardBefore: number;
  /** Ahead of its time. */
  readonly early: boolean;
}

/** What keeps a question from being put now. `orWhenHeard`: also when whoever is asked is heard of before that. */
export interface HeldBack {
  readonly at: Instant;
  readonly orWhenHeard: boolean;
}

/**
 * GIVEN a question, and how it was put
 * WHEN  there was no answer
 * THEN  it is put again after its back-off. If it was put ahead of its time, or whoever was asked answered others meanwhile, the silence is a matter
 *       of this question: it may go ahead of its time again only after a back-off of its own, so that one that is never answered does not
 *       take the turn of those behind it
 */
export function silentAgain(before: Silence | undefined, put: Put, heardNow: number, now: Instant, pauseMs: (times: number) => number): Silence {
  const times = (before?.times ?? 0) + 1;
  const passedOver = (before?.passedOver ?? 0) + (put.early || heardNow > put.heardBefore ? 1 : 0);
  return {
    times,
    againAt: now + pauseMs(times),
    heardBefore: put.heardBefore,
    passedOver,
    earlyAt: passedOver === 0 ? now : now + pauseMs(passedOver),
  };
}

/**
 * GIVEN a question that nobody answered
 * WHEN  it would be put
 * THEN  it may when its back-off is over, or when whoever is asked has been heard of since it was put; else it waits for whichever comes first
 */
export function heldBack({ againAt, earlyAt, heardBefore }: Silence, heardNow: number, now: Instant): HeldBack | undefined {
  if (againAt <= now) return undefined;
  if (heardNow <= heardBefore) return { at: againAt, orWhenHeard: true };
  return earlyAt <= now ? undefined : { at: Math.min(againAt, earlyAt), orWhenHeard: false };
}
