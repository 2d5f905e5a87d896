import type { ParkedMessage } from '../ports/outbox-cursor';

/** Why a message is parked that was not tried. */
export const BEHIND = 'BEHIND_A_PARKED_ONE';

/** Parked messages of one outbox; beyond so many the oldest is dropped, and said to be. */
export const PARKED_MAX = 10_000;

export const laneOf = (notifierId: string, orderId: string): string => `${notifierId} ${orderId}`;

/** The list of what did not go out, in order per notifier and order. */
export class Parked {
  private readonly lanes = new Map<string, ParkedMessage[]>();
  private count = 0;

  constructor(
    messages: readonly ParkedMessage[],
    private readonly onDropped: (message: ParkedMessage) => void,
  ) {
    for (const message of messages) this.add(message);
  }

  get size(): number {
    return this.count;
  }

  holds(lane: string): boolean {
    return this.lanes.has(lane);
  }

  add(message: ParkedMessage): void {
    const lane = laneOf(message.notifierId, message.orderId);
    const there = this.lanes.get(lane) ?? [];
    // After a crash the same event may come once more.
    if (there.some(({ revision, kind }) => revision === message.revision && kind === message.kind)) return;
    this.lanes.set(lane, [...there, message]);
    this.count++;
    if (this.count > PARKED_MAX) this.dropOldest();
  }

  first(lane: string): ParkedMessage | undefined {
    return this.lanes.get(lane)?.[0];
  }

  /** The first of its lane was tried once more, in vain. */
  replaceFirst(lane: string, first: ParkedMessage): void {
    const rest = this.lanes.get(lane)?.slice(1);
    if (rest !== undefined) this.lanes.set(lane, [first, ...rest]);
  }

  /** The first of its lane is done with. */
  removeFirst(lane: string): void {
    const rest = this.lanes.get(lane)?.slice(1);
    if (rest === undefined) return;
    this.count--;
    if (rest.length === 0) this.lanes.delete(lane);
    else this.lanes.set(lane, rest);
  }

  laneNames(): readonly string[] {
    return [...this.lanes.keys()];
  }

  all(): readonly ParkedMessage[] {
    return [...this.lanes.values()].flat();
  }

  private dropOldest(): void {
    const [lane] = this.lanes.keys();
    const oldest = lane === undefined ? undefined : this.first(lane);
    if (lane === undefined || oldest === undefined) return;
    this.removeFirst(lane);
    this.onDropped(oldest);
  }
}
