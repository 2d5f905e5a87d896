import type { AppendResult, ExpectedRevision } from '../../application/ports/event-store';
import type { EventToAppend } from '../../domain/kernel/event';

interface Held {
  readonly before: number;
  readonly events: readonly EventToAppend[];
}

/**
 * Appends that the leader of a cluster has and no other node has yet. Nobody can read them. Whoever repeats one waits with it, and is
 * not answered either; whoever writes something else at the same place is refused, and then reads nothing there. In the end they are
 * replicated, or lost with the leader.
 */
export class Unreplicated {
  private readonly held = new Map<string, Held>();

  hold(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): void {
    this.held.set(stream, { before: expected === 'none' ? -1 : expected, events });
  }

  letGo(stream: string): void {
    this.held.delete(stream);
  }

  /** What the leader says to an append; undefined when nothing is held there. */
  answer(stream: string, events: readonly EventToAppend[]): 'silent' | AppendResult | undefined {
    const held = this.held.get(stream);
    if (held === undefined) return undefined;
    const isRepeat = events.length === held.events.length && events.every(({ eventId }, i) => eventId === held.events[i]?.eventId);
    return isRepeat ? 'silent' : { outcome: 'conflict', actual: held.before + held.events.length };
  }
}
