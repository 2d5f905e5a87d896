import { issueTimeoutBounds, paymentTimeoutBounds, type Timing } from '../../domain/order/timing';
import { sideOf, type Account } from '../../domain/routing/account';
import { learntTimeout, type Timeout } from '../../domain/routing/timeouts';
import type { TrackRecord } from '../../domain/routing/track-record';

/** How long a new request to this account may take, as far as this process has seen it answer. */
export type TimeoutOf = (account: Account) => Timeout;

export const timeoutsFrom =
  (recordOf: (account: Account) => TrackRecord, timing: Timing): TimeoutOf =>
  (account) => {
    const bounds = sideOf(account) === 'gateway' ? paymentTimeoutBounds(timing) : issueTimeoutBounds(timing);
    return learntTimeout(recordOf(account), bounds, timing.timeoutRule);
  };
