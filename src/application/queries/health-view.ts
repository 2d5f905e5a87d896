import { healthWordOf, type WithHealth } from '../../domain/catalog/health-setting';
import { toIso } from '../../domain/kernel/time';
import type { HealthCause, HealthWord } from '../../domain/routing/health';

/** How a gateway or channel is, and since when; the rest is null while nothing was ever said of it. */
export interface HealthView {
  readonly word: HealthWord;
  /** ISO-8601 UTC. */
  readonly since: string | null;
  readonly cause: HealthCause | null;
  /** ISO-8601 UTC; null while it is HEALTHY. */
  readonly troubledSince: string | null;
}

export function healthView(setting: WithHealth): HealthView {
  const { health } = setting;
  const instant = (at: number | undefined): string | null => (at === undefined ? null : toIso(at));
  return {
    word: healthWordOf(setting),
    since: instant(health?.since),
    cause: health?.cause ?? null,
    troubledSince: instant(health?.troubledSince),
  };
}
