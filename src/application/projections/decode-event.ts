import type { StoredEvent } from '../../domain/kernel/event';
import type { EventCodec } from '../ports/event-codec';
import { type Incoming, reasonOf } from './fold-batch';

/** Lifts a stored event to today's shape; one that cannot be read travels on with its problem, for each projection to park. */
export function decodeEvent(codec: EventCodec, stored: StoredEvent): Incoming {
  try {
    const decoded = codec.decode(stored);
    return decoded.outcome === 'read' ? { event: decoded.event } : { event: stored, problem: decoded.why };
  } catch (error) {
    return { event: stored, problem: reasonOf(error) };
  }
}
