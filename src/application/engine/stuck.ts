import { Recent } from '../recent';
import type { EngineLimits } from './engine-kit';

/** Instances whose failures in a row are counted; beyond it the one that failed longest ago begins at its first back-off again. */
const STUCK_KEPT_MAX = 20_000;
/** More of them are beyond every limit that one may set. */
const DOUBLINGS_MAX = 20;

export interface NextTry {
  readonly inMs: number;
  /** It failed so often in a row that somebody should know. */
  readonly isForAPerson: boolean;
}

/** Instances whose runs get nowhere: how often in a row, and when each is tried again. */
export class Stuck {
  private readonly times = new Recent<string, number>(STUCK_KEPT_MAX);

  constructor(private readonly limits: Pick<EngineLimits, 'stuckFirstMs' | 'stuckMaxMs' | 'stuckReviewAfter'>) {}

  /** It got somewhere, or something happened to it. */
  forget(id: string): void {
    this.times.delete(id);
  }

  /** One more run got nowhere. `chance` in [0, 1) spreads those that failed together. */
  again(id: string, chance: number): NextTry {
    const { stuckFirstMs, stuckMaxMs, stuckReviewAfter } = this.limits;
    const times = (this.times.get(id) ?? 0) + 1;
    this.times.set(id, times);
    const backOffMs = Math.min(stuckFirstMs * 2 ** Math.min(times - 1, DOUBLINGS_MAX), stuckMaxMs);
    return { inMs: backOffMs * (0.75 + 0.5 * chance), isForAPerson: times % stuckReviewAfter === 0 };
  }
}
