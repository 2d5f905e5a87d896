import type { Instant } from '../kernel/time';
import { decideStep, isDue, type Pass, type Step } from './plan-steps';
import type { Retry } from './retries';

/** Its time has not come. What was moved may come earlier: those are woken, the longest waiting first, when there is room for them. */
export function isEarly(pass: Pass, retry: Retry | undefined, dueAt: Instant): boolean {
  if (isDue(pass, dueAt)) return false;
  if (retry?.moved !== true) return true;
  pass.waitsFor.push(`retry:${retry.account}`);
  return pass.world.retries?.hasRoomEarly(retry.account) !== true;
}

/** How long a retry would have to wait; 0 when it may go now, as one may whose time was kept for it. */
export const heldForMs = ({ world }: Pass, retry: Retry | undefined): number =>
  retry === undefined || retry.moved ? 0 : (world.retries?.waitMs(retry.account) ?? 0);

/** What happens instead of a retry for which there is no room; null when it may go. */
export function moved(pass: Pass, retry: Retry | undefined): Step | null {
  const forMs = heldForMs(pass, retry);
  if (retry === undefined || forMs <= 0) return null;
  const { step, reference } = retry;
  return decideStep({ type: 'MoveRetry', step, reference, to: Math.ceil(pass.now + forMs) });
}
