import type { Position } from '../../domain/kernel/event';
import type { Message } from './notifier';

/** A message that did not go out in its first tries, or stands behind one on its order. No address, no secret. */
export interface ParkedMessage {
  readonly notifierId: string;
  /** The order, or of an incident's message the incident. */
  readonly orderId: string;
  readonly revision: number;
  readonly kind: Message['kind'];
  readonly why: string;
  /** In all. */
  readonly tries: number;
  /** Those of them since it was parked; absent = 0. */
  readonly retried?: number;
  /** ISO-8601 UTC. */
  readonly parkedAt: string;
  /** When it is tried again by itself, ISO-8601 UTC; absent when it waits for a person, or behind another one. */
  readonly nextTryAt?: string;
}

/** Everything up to `position` was sent, was not wanted, or is parked. */
export interface OutboxState {
  readonly position: Position | null;
  readonly parked: readonly ParkedMessage[];
  /** Fencing number of the sender that saved it; absent = 0. */
  readonly term?: number;
}

/** Where the outbox keeps how far it came. Durable and written in one step: a lost one means messages that nobody sends. */
export interface OutboxCursor {
  load(): Promise<OutboxState | null>;
  save(state: OutboxState): Promise<void>;
}
