import { z } from 'zod';
import { DAY_MS } from '../domain/kernel/time';
import { setting } from './setting';

const days = z.union([z.literal('off').transform(() => null), z.coerce.number().int().min(1).max(36_500)]);

export const keySettings = {
  CARDRAIL_RETENTION_DAYS: setting(
    days,
    'off',
    'how long codes stay readable that were sold or have expired, and what orders hold that are over: keys are rotated and destroyed without heed of older ones; off: for ever',
  ),
  CARDRAIL_KEY_SETTLE_MS: setting(
    z.coerce.number().int().min(0).max(3_600_000),
    '10000',
    'how long after a key was to be destroyed its uses are counted: by then every process has heard that nothing is sealed with it any more',
  ),
  CARDRAIL_ROTATION_CARDS_PER_SECOND: setting(
    z.coerce.number().int().min(1).max(100_000),
    '500',
    'cards that a rotation of keys looks at each second, at most: it shares the disk with orders',
  ),
} as const;

export const retentionMsOf = ({ CARDRAIL_RETENTION_DAYS: kept }: { readonly CARDRAIL_RETENTION_DAYS: number | null }): number | null =>
  kept === null ? null : kept * DAY_MS;
