import type { LaneLimits } from './lanes';
import { defaultLaterLimits } from './later';

export interface OutboxLimits extends LaneLimits {
  /** Messages under way before the log is read further. */
  readonly pendingMax: number;
  readonly saveEveryMs: number;
}

export const defaultOutboxLimits: OutboxLimits = {
  triesMax: 8,
  retryFirstMs: 1_000,
  retryMaxMs: 60_000,
  pendingMax: 5_000,
  saveEveryMs: 1_000,
  later: defaultLaterLimits,
};
