import { dayAt } from '../../domain/closing/day';
import { isCheckpointDue, type DailyPolicy } from '../../domain/daily/due';
import { fromIso, type Instant } from '../../domain/kernel/time';
import { aggregates } from '../aggregates';
import { CHECKPOINTS } from '../audit/make-checkpoint';
import type { CommandHandling } from '../handle-command';
import type { DailyTask } from './run-daily-tasks';

export interface SignCheckpointsKit {
  readonly commands: CommandHandling;
  /** Signs how all streams stand; false when nothing was stored since the last time. Throws LogNotSound, KeyMissing. */
  readonly sign: () => Promise<boolean>;
  readonly policy: DailyPolicy;
  readonly firstEventAt: () => Promise<Instant | null>;
}

/** Signs one checkpoint for each day on which something was stored. One makes up for all that were missed: it covers them. */
export function signCheckpoints({ commands, sign, policy, firstEventAt }: SignCheckpointsKit): DailyTask {
  let quietOn = '';
  return {
    name: 'checkpoint',
    async run(now) {
      const today = dayAt(now, policy.timeZone);
      // On a quiet day there is nothing to sign, and one look is enough.
      if (quietOn === today) return 0;
      const { last } = (await commands.load(aggregates.audit, CHECKPOINTS, true)).state;
      if (!isCheckpointDue(last === undefined ? await firstEventAt() : fromIso(last.at), now, policy)) return 0;
      if (await sign()) return 1;
      quietOn = today;
      return 0;
    },
  };
}
