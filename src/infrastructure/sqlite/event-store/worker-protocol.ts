import type { AppendRequest } from './append-request';
import type { MemberResult } from './group-committer';

/** What the worker is started with. */
export interface WorkerSetup {
  readonly file: string;
  readonly fileBytesMax?: number;
  readonly checkpointPages?: number;
}

export type ToWorker = { readonly kind: 'append'; readonly requests: readonly AppendRequest[] } | { readonly kind: 'close' };

/** Groups are answered in the order in which their members were sent, each member under its id. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly ids: readonly number[];
      readonly members: readonly MemberResult[];
      readonly events: number;
      readonly ms: number;
    }
  /** Certainly not written: another process held the lock for too long, or the worker has stopped writing. */
  | { readonly kind: 'refused'; readonly ids: readonly number[]; readonly cause: string }
  /** A write failed: nobody knows what became of these, and the worker writes nothing any more. */
  | { readonly kind: 'failed'; readonly ids: readonly number[]; readonly cause: string };

/** One transaction holds at most so many appends and, but for its last member, so many events. */
export const GROUP_REQUESTS_MAX = 512;
export const GROUP_EVENTS_MAX = 1_024;
