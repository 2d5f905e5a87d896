import type { Instant } from '../kernel/time';
import type { IncidentKind, IncidentSubject, Measured } from './events';

/** ALARM: over the threshold · CALM: clearly below it · BETWEEN: neither, so that a number that wavers around it opens and closes nothing. */
export type Level = 'ALARM' | 'CALM' | 'BETWEEN';

/** What one look at one subject showed. */
export interface Signal extends IncidentSubject, Measured {
  readonly level: Level;
  readonly cause: string;
}

/** How long a subject has been as it is. Kept in memory: a new process begins anew, which makes an alarm or its end later, and no more. */
export interface Watched {
  readonly alarmingSince?: Instant;
  readonly calmSince?: Instant;
}

/** A number is calm from half of its threshold down. */
export const levelOf = ({ value, threshold }: Measured): Level => (value >= threshold ? 'ALARM' : value <= threshold / 2 ? 'CALM' : 'BETWEEN');

/** A number that is an alarm from its threshold up. */
export const counted = (kind: IncidentKind, subject: string, value: number, threshold: number, cause: string): Signal => ({
  ...{ kind, subject, value, threshold, cause },
  level: levelOf({ value, threshold }),
});

/** What runs low is calm again from so many percent of its threshold up. */
export const levelOfRest = ({ value, threshold }: Measured, calmPercent: number): Level =>
  value < threshold ? 'ALARM' : value * 100 >= threshold * calmPercent ? 'CALM' : 'BETWEEN';

/** One more look. Whatever is no alarm ends the time of the alarm, whatever is not calm the time of calm. */
export function watched(before: Watched | undefined, level: Level, now: Instant): Watched {
  if (level === 'ALARM') return { alarmingSince: before?.alarmingSince ?? now };
  if (level === 'CALM') return { calmSince: before?.calmSince ?? now };
  return {};
}
