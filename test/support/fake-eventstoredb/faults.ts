import type { FakeRecord } from './log';

/** One append, as a fault sees it. */
export interface SeenAppend {
  readonly path: 'batch' | 'single';
  readonly stream: string;
  readonly eventIds: readonly string[];
  /** How many appends this server has seen before. */
  readonly index: number;
}

/** What happens to an append instead of being stored and answered. */
export type AppendFault =
  /** No answer, ever. */
  | { readonly kind: 'silence'; readonly stored: boolean }
  /** The answer comes after so long, whether anybody waits or not. */
  | { readonly kind: 'late'; readonly ms: number }
  /** The call breaks, and with it every append under way on the same call. */
  | { readonly kind: 'break'; readonly stored: boolean; readonly code: number; readonly details: string }
  /** The server says that it gave up waiting for its replicas. */
  | { readonly kind: 'timed-out'; readonly stored: boolean };

/** What happens to an event that a subscription should bring. */
export type DeliveryFault =
  | 'skip'
  /** The subscription ends, without an error. */
  | 'end'
  /** Nothing comes any more, and the subscription stays open. */
  | 'stall';

/** What a test tells the server to do wrong. Everything is right unless told otherwise. */
export interface Faults {
  append?: ((append: SeenAppend) => AppendFault | undefined) | undefined;
  deliver?: ((record: FakeRecord, subscription: number) => DeliveryFault | undefined) | undefined;
  /** Every call that asks for the leader is sent to this port instead. */
  leaderElsewhere?: { readonly host: string; readonly port: number } | undefined;
  /** Nothing is answered at all; what was asked meanwhile is answered when it ends. */
  frozen?: Promise<void> | undefined;
  /** What the server can do, it says no earlier: a client asks before its first append. */
  featuresAfter?: Promise<void> | undefined;
  /** "Caught up" is said at the very beginning, whatever there is to read. */
  earlyCaughtUp?: boolean;
  /** Servers before 23.10 never say it. */
  neverCaughtUp?: boolean;
  /** The server says that its caller's clock has run out: what a real one does when clocks differ. */
  clockAheadMs?: number;
}
