import type { ActorKind } from '../kernel/event';

/** Requests that were refused, one fact for many that are alike. This name and shape are stored for ever. */
export interface RefusedRequests {
  /** Absent when nobody could be made out: no key, an unknown one, or an order token alone. */
  readonly actor?: { readonly kind: ActorKind; readonly id: string };
  /** The use case, the field as `Type.field`, or `authenticate`. */
  readonly operation: string;
  readonly code: string;
  /** How many were alike between the two times, both of them included. */
  readonly count: number;
  /** ISO-8601 UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** Request id of the first of them: it stands in the answer, and in the log lines. */
  readonly requestId: string;
  /** The order that the first of them was about, whether there is such an order or not. */
  readonly orderId?: string;
}

export type RefusalEvent = { readonly type: 'RequestsRefused'; readonly data: RefusedRequests };
