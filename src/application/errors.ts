import { StoreUnavailable } from './ports/event-store';

/** The store may or may not hold our events, and asking again did not tell. Retry with the same key: it is recognised. */
export class OutcomeUnknown extends StoreUnavailable {
  constructor(stream: string) {
    super(`the outcome of an append to ${stream} is unknown`);
  }
}

/** A stream holds an event of a type or version that this program does not know: it must not decide on it. */
export class StreamNotUnderstood extends Error {
  override readonly name = 'StreamNotUnderstood';
  constructor(stream: string, revision: number, why: string) {
    super(`cannot decide on ${stream}: revision ${revision}: ${why}`);
  }
}

/** Too many others were faster on this stream. Retryable. */
export class TooContended extends Error {
  override readonly name = 'TooContended';
}
