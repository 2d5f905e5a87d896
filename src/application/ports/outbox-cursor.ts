import type { Position } from '../../domain/kernel/event';
import type { Message } from './notifier';

/** A message that did not go out in its tries, or stands behind one on its order. It waits for a person. No address, no secret. */
export interface ParkedMessage {
  readonly notifierId: string;
  /** The order, or of an incident's message the incident. */
  readonly orderId: string;
  readonly revision: number;
  readonly kind: Message['kind'];
  readonly why: string;
  readonly tries: number;
  /** ISO-8601 UTC. */
  readonly parkedAt: string;
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
