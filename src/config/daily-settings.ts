import { z } from 'zod';
import type { DailyPolicy } from '../domain/daily/due';
import { MINUTE_MS } from '../domain/kernel/time';
import { setting } from './setting';
import { flag } from './shapes';

/** What a shop does once for each day without being told. */
export const dailySettings = {
  CARDRAIL_DAILY_CHECKPOINT: setting(flag, 'true', 'signs a checkpoint for every day on which something was stored, as `audit checkpoint` does'),
  CARDRAIL_DAILY_CLOSE: setting(flag, 'true', 'closes every day of the ledger that is over, as `finance close` does'),
  CARDRAIL_DAILY_AFTER_MINUTES: setting(
    z.coerce.number().int().min(0).max(1_380),
    '60',
    'how long after the end of a day that is done, so that late answers still belong to it',
  ),
} as const;

interface Values {
  readonly CARDRAIL_DAILY_AFTER_MINUTES: number;
  readonly CARDRAIL_TIME_ZONE: string;
}

export const dailyPolicyOf = ({ CARDRAIL_DAILY_AFTER_MINUTES: minutes, CARDRAIL_TIME_ZONE: timeZone }: Values): DailyPolicy => ({
  timeZone,
  afterMs: minutes * MINUTE_MS,
});
