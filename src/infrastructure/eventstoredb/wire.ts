/**
 * What crosses between this adapter and whichever client package speaks to the server, in our own words: the client itself is
 * behind `client-package.ts`, and nothing else names it.
 */

/** A place in the server's log. An event has both numbers; they order alike. */
export interface LogPlace {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** An event as it is sent. `id` is what the server compares when it recognises a repeat. */
export interface WireEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: object;
}

/** An event as it comes back. Anybody may have written it, so nothing about its content is taken for granted. */
export interface WireRecord {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly recordedAt: string;
  readonly place: LogPlace;
}

/** The revision of the last event that an append found or left; undefined for a stream that is not there. */
export type WireAppended =
  | { readonly outcome: 'written'; readonly revision: number; readonly place: LogPlace | undefined }
  | { readonly outcome: 'wrong-revision'; readonly actual: number | undefined };

/** What the server may be asked to leave out of a subscription. */
export type StreamFilter = { readonly prefixes: readonly string[] } | { readonly all: true };

/** Called in log order, never two at once. */
export interface FollowEvents {
  event(record: WireRecord): void;
  /** Everything up to here has been looked at, and what matched has been handed over. */
  passed(place: LogPlace): void;
  /** The server believes that it has sent all there is. */
  caughtUp(): void;
  fellBehind(): void;
  /** Nothing more will come: an error, or an end without one. */
  lost(cause: unknown): void;
}

export interface Follow {
  /** The server goes on sending until its own buffers are full. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/**
 * One process's way to the server. Every promise but `close` may stay pending for ever and must be raced against a timer of ours;
 * each rejects with the client's own error when the call failed in any way, which never proves that an append was not stored.
 */
export interface Connection {
  /**
   * `batch` is the fast path of all work, over one stream for all appends of the process. `single` is a call of its own with a deadline
   * that the server honours: for finding out what became of an append. The signal says that nobody waits any longer.
   */
  append(stream: string, expected: number | undefined, events: readonly WireEvent[], path: AppendPath, signal: AbortSignal): Promise<WireAppended>;
  /** From the leader; at most so many, from this revision on, inclusive. Nothing for a stream that is not there. */
  readStream(stream: string, from: number, max: number, signal: AbortSignal): Promise<readonly WireRecord[]>;
  /** From the leader; the log of all streams, system streams too, from this place on, inclusive. */
  readLog(from: LogPlace | undefined, max: number, signal: AbortSignal): Promise<readonly WireRecord[]>;
  /** The newest events of the log, newest first. */
  readLogEnd(from: LogPlace | undefined, max: number, signal: AbortSignal): Promise<readonly WireRecord[]>;
  follow(after: LogPlace | undefined, filter: StreamFilter, on: FollowEvents): Follow;
  close(): Promise<void>;
}

export interface AppendPath {
  readonly kind: 'batch' | 'single';
  /** For a call of its own, also when the fast path cannot be had just now. */
  readonly deadlineMs: number;
}
