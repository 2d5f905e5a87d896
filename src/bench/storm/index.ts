import type { BenchResult } from '../result';
import { benchBurst, type NightOptions, type Progress } from './burst';
import { benchCanary } from './canary';
import { benchDouble11, DOUBLE_11 } from './double-11';
import { benchLostThirty } from './lost-thirty';
import { benchNightShift, NIGHT_SHIFT } from './night-shift';

interface NightProfile {
  /** As the articles have it. */
  readonly orders: number;
  readonly run: (options: NightOptions, progress: Progress) => Promise<BenchResult>;
}

/** Nights that went wrong, each with what has to be kept in it. */
export const nights: Readonly<Record<string, NightProfile>> = {
  burst: { orders: 5_000, run: benchBurst },
  'double-11': { orders: DOUBLE_11.orders, run: benchDouble11 },
  'night-shift': { orders: NIGHT_SHIFT.orders, run: benchNightShift },
  'lost-thirty': { orders: 30, run: benchLostThirty },
  canary: { orders: 1_000, run: benchCanary },
};
