import { performance } from 'node:perf_hooks';
import type { CallOptions } from '../../application/ports/outside-call';

/** What is left of a call's time for its next step. */
export type Limits = () => CallOptions;

/** One time-out over all steps of a call. */
export function limitsOf(options: CallOptions): Limits {
  const endsAt = performance.now() + options.timeoutMs;
  return () => ({ ...options, timeoutMs: Math.max(0, endsAt - performance.now()) });
}
