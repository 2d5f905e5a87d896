import { existsSync } from 'node:fs';
import type { DailyTaskState } from '../../application/daily/daily-state';
import type { Config } from '../../config';
import { withLog } from '../session';
import type { Check } from './doctor-check';

/** What a shop does once for each day: when it was done last, and whether it should have been done since. */
export async function dailyChecks(config: Config): Promise<readonly Check[]> {
  const [{ filesOf }, { dailyState }] = await Promise.all([import('../../stores'), import('../../application/daily/daily-state')]);
  const { CARDRAIL_STORE: store, CARDRAIL_DAILY_CHECKPOINT: signs, CARDRAIL_DAILY_CLOSE: closes } = config.values;
  if (store === 'embedded' && !existsSync(filesOf(config).events)) return [];
  try {
    const { checkpoint, dayClose } = await withLog(config, (log) => dailyState(log, config.daily, Date.now()));
    return [checkOf('checkpoints', checkpoint, signs), checkOf('closed days', dayClose, closes)];
  } catch {
    // What keeps the log from being read is told by the check of the log.
    return [];
  }
}

/** Due since today is a remark, as on a quiet day or while the shop is down. */
function checkOf(check: string, { last, isDue, isOverdue }: DailyTaskState, isOn: boolean): Check {
  const found = last === null ? 'none yet' : `the last one is of ${last}`;
  if (!isOn) return { check, state: 'note', detail: `${found}; not done by itself: it is switched off` };
  if (isOverdue)
    return { check, state: 'bad', detail: `${found}; overdue for more than a day: a running engine does it, and its log says what is wrong` };
  return { check, state: isDue ? 'note' : 'ok', detail: isDue ? `${found}; one is due` : found };
}
