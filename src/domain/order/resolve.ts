import type { Instant } from '../kernel/time';
import type { OpenIntent } from './intent';
import { isDue, type Pass, type Step } from './plan-steps';

/**
 * Rows 2 and 3: an intent without outcome belongs to its performer until `answerBy`; from then on anyone resolves it, by the
 * same id, a question or a close, never by a new id. Whoever takes it over stores the doubt first: from then on the performer's
 * "refused" or "not done" proves nothing any more. A doubt that is not yet due holds up nothing but its own kind.
 */
export function mayResolve(pass: Pass, intent: OpenIntent | undefined): boolean {
  if (intent === undefined) return true;
  const lastsMs = intent.answerBy - intent.at;
  return isDue(pass, Math.max(intent.answerBy, pass.now + lastsMs - pass.world.seenForMs(intent.by)));
}

export const SILENT = { kind: 'UNKNOWN', cause: 'PERFORMER_SILENT' } as const;

interface Forgets {
  /** So long after a sending the other side may still come to know of it. */
  readonly notFoundFinalAfterMs: number;
}

/** "Never heard of it" counts from here on: so long after the last sending, on the store's clock and on this engine's own. */
export function notFoundCountsAt({ now, world }: Pass, { notFoundFinalAfterMs }: Forgets, key: string, lastSentAt: Instant): Instant {
  return Math.max(lastSentAt, now - world.seenForMs(key)) + notFoundFinalAfterMs;
}

export const notFoundIsFinal = (pass: Pass, other: Forgets, key: string, lastSentAt: Instant): boolean =>
  notFoundCountsAt(pass, other, key, lastSentAt) <= pass.now;

/** The step of the first item that wants one. */
export function firstOf<T>(items: readonly T[], stepOf: (item: T) => Step | null): Step | null {
  for (const item of items) {
    const step = stepOf(item);
    if (step !== null) return step;
  }
  return null;
}
