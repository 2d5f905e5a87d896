import { fromIso, type Instant } from '../kernel/time';

/** Grants one engine the right to make one outside call; see "Doubt". */
export interface Intent {
  /** Engine session and counter. */
  readonly by: string;
  /** The latest moment to send. */
  readonly performBy: string;
  /** From here on anyone may resolve it. */
  readonly answerBy: string;
}

/** An outside call that was granted to one engine and has no outcome yet. */
export interface OpenIntent {
  readonly by: string;
  readonly at: Instant;
  readonly performBy: Instant;
  readonly answerBy: Instant;
}

/** The grant of one outside call: who may send, until when, and from when on others may take over. */
export interface Grant {
  readonly by: string;
  readonly performBy: Instant;
  readonly answerBy: Instant;
}

export const intentOf = (data: Intent, occurredAt: string): OpenIntent => ({
  by: data.by,
  at: fromIso(occurredAt),
  performBy: fromIso(data.performBy),
  answerBy: fromIso(data.answerBy),
});
