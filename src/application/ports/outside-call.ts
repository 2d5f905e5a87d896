/**
 * How one outside call ended, judged for this one sending:
 * answered = definite; refused = definite refusal of this request; notDone = it never arrived; notFound = a query for an id
 * that the other side does not (yet) know; unknown = nobody can tell.
 */
export type CallAnswer<Facts> =
  | { readonly outcome: 'answered'; readonly facts: Facts }
  | { readonly outcome: 'refused'; readonly code: string }
  | { readonly outcome: 'notDone'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly outcome: 'notFound' }
  | { readonly outcome: 'unknown'; readonly cause: string };

export interface CallOptions {
  readonly timeoutMs: number;
  /** An earlier sending of the same id may have arrived: what is found out before this one leaves decides nothing about that. */
  readonly again?: true;
  /** Asked synchronously just before the request leaves; false = do not send (answers notDone TOO_LATE). */
  readonly maySend?: () => boolean;
  readonly signal?: AbortSignal;
  /** W3C trace context for the other side. */
  readonly traceparent?: string;
}

export interface IncomingNotice {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly the bytes that came: the body of a POST, or the query string of a GET. */
  readonly body: Buffer;
  /** They came in the query string. Adapters whose partners send bodies take no such notice. */
  readonly inQuery?: true;
  readonly receivedAtMs: number;
}

/** What the bytes of a callback turned out to be. A genuine notice is a hint all the same: whoever sent it is asked before anything is believed. */
export type NoticeVerdict<Notice> =
  | { readonly outcome: 'genuine'; readonly notice: Notice }
  | { readonly outcome: 'unreadable'; readonly why: string }
  | { readonly outcome: 'forged'; readonly why: string };

/** The word and status that the sender of a notice wants to hear when it was taken. */
export interface NoticeAcknowledgement {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}
