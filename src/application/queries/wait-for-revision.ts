import { streams } from '../../domain/kernel/ids';
import type { EventStore } from '../ports/event-store';
import type { Runtime } from '../ports/runtime';
import type { WaitForRevision } from './get-order';

const PAUSE_MIN_MS = 10;
const PAUSE_MAX_MS = 160;

/** Looks at the stream again and again: this is for the rare reader who is ahead of this node's store. */
export function revisionWaiter(store: Pick<EventStore, 'read'>, runtime: Runtime): WaitForRevision {
  return async (orderId, revision, timeoutMs) => {
    const deadline = runtime.monotonicMs() + timeoutMs;
    for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      const stored = await store.read(streams.order(orderId), { from: revision, limit: 1 });
      if (stored.length > 0) return true;
      const leftMs = deadline - runtime.monotonicMs();
      if (leftMs <= 0) return false;
      await runtime.sleep(Math.min(pauseMs, leftMs));
    }
  };
}
