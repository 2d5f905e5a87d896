import type { Runtime } from '../../application/ports/runtime';
import { ApiError } from '../errors/api-error';
import type { ApiContext } from './api-context';
import { RateLimit } from './rate-limit';

const WINDOW_MS = 60_000;
/** A storefront asks for all its buyers, and reaches no orders but its own. */
const TIMES_FOR_KEYS = 10;

/**
 * Who looks for orders that are not there, or not theirs, is slowed down: a look that finds something costs nothing, so that whoever follows
 * an order is never in the way of this. Counted by key, and without one by client address; each node counts for itself.
 */
export class LookupGuard {
  private readonly ofAddresses: RateLimit;
  private readonly ofKeys: RateLimit;

  /** 0 = no limit. */
  constructor(missesPerMinute: number, runtime: Pick<Runtime, 'monotonicMs'>) {
    this.ofAddresses = new RateLimit(missesPerMinute, runtime, WINDOW_MS);
    this.ofKeys = new RateLimit(missesPerMinute * TIMES_FOR_KEYS, runtime, WINDOW_MS);
  }

  /** Before anything is looked at, so that the answer says nothing of what is there. Throws RATE_LIMITED. */
  admit(context: ApiContext): void {
    const retryAfterMs = this.limitOf(context).waitMs(subjectOf(context));
    if (retryAfterMs !== null) throw new ApiError('RATE_LIMITED', 'Too many looks for orders that are not there, or not yours.', { retryAfterMs });
  }

  missed(context: ApiContext): void {
    this.limitOf(context).take(subjectOf(context));
  }

  private limitOf({ hasKey }: ApiContext): RateLimit {
    return hasKey ? this.ofKeys : this.ofAddresses;
  }
}

const subjectOf = ({ hasKey, caller, address }: ApiContext): string => (hasKey ? caller.actor.id : address);
