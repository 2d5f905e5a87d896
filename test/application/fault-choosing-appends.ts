import type { EventToAppend, Position, StoredEvent } from '../../src/domain/kernel/event';
import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type ReadOptions,
  StoreUnavailable,
  type SubscriptionBatch,
} from '../../src/application/ports/event-store';

/** What may happen to one append. `LATE`: answered unknown, written only after the next read of the stream. */
export const APPEND_FATES = ['STORED', 'STORED_UNKNOWN', 'LOST_UNKNOWN', 'LATE_UNKNOWN', 'REFUSED', 'RIVAL_FIRST', 'RIVAL_FIRST_UNKNOWN'] as const;
export const READ_FATES = ['ANSWERED', 'AWAY'] as const;
type Fate = (typeof APPEND_FATES)[number] | (typeof READ_FATES)[number];

/** Leads one run through a tree of choices; the next run takes the next branch. */
export class Choices {
  private path: { taken: number; of: number }[] = [];
  private depth = 0;

  take<T>(options: readonly [T, ...T[]]): T {
    const step = (this.path[this.depth] ??= { taken: 0, of: options.length });
    this.depth++;
    return options[step.taken] ?? options[0];
  }

  /** Goes on to the next untried path; false when there is none. */
  advance(): boolean {
    this.depth = 0;
    for (let last = this.path.at(-1); last !== undefined; last = this.path.at(-1)) {
      if (++last.taken < last.of) return true;
      this.path.pop();
    }
    return false;
  }
}

/** One stream in memory with the rules of a real store, whose appends and reads meet whatever the test chooses. */
export class FaultChoosingAppends implements EventStore {
  readonly stored: StoredEvent[] = [];
  readonly fates: Fate[] = [];
  sendings = 0;
  private late: (() => void)[] = [];

  constructor(
    readonly stream: string,
    private readonly choices: Choices,
    private readonly rival: readonly EventToAppend[],
  ) {}

  async append(_stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.sendings++;
    const fate = this.choices.take(APPEND_FATES);
    this.fates.push(fate);
    const unknown = { outcome: 'unknown', cause: 'chosen by the test' } as const;
    switch (fate) {
      case 'STORED':
        return this.write(expected, events);
      case 'STORED_UNKNOWN':
        this.write(expected, events);
        return unknown;
      case 'LOST_UNKNOWN':
        return unknown;
      case 'LATE_UNKNOWN':
        this.late.push(() => this.write(expected, events));
        return unknown;
      case 'REFUSED':
        throw new StoreUnavailable('chosen by the test');
      case 'RIVAL_FIRST':
        this.write(expected, this.rival);
        return this.write(expected, events);
      case 'RIVAL_FIRST_UNKNOWN':
        this.write(expected, this.rival);
        this.write(expected, events);
        return unknown;
    }
  }

  async read(_stream: string, { from = 0, limit = 4_096 }: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    const fate = this.choices.take(READ_FATES);
    this.fates.push(fate);
    const found = this.stored.filter(({ revision }) => revision >= from).slice(0, limit);
    this.writeLate();
    if (fate === 'AWAY') throw new StoreUnavailable('chosen by the test');
    return found;
  }

  /** What was still on its way arrives. */
  writeLate(): void {
    for (const write of this.late.splice(0)) write();
  }

  private write(expected: ExpectedRevision, events: readonly EventToAppend[]): AppendResult {
    const next = expected === 'none' ? 0 : expected + 1;
    const there = this.stored.slice(next, next + events.length);
    const same = there.length === events.length && there.every(({ eventId }, i) => eventId === events[i]?.eventId);
    if (this.stored.length !== next && !same) return { outcome: 'conflict', actual: this.stored.length === 0 ? 'none' : this.stored.length - 1 };
    if (!same)
      events.forEach((event, i) =>
        this.stored.push({ ...event, stream: this.stream, revision: next + i, position: String(next + i), recordedAt: event.occurredAt }),
      );
    const last = next + events.length - 1;
    return { outcome: 'committed', revision: last, position: String(last), recordedAt: events[0]?.occurredAt ?? '' };
  }

  async head(): Promise<Position | null> {
    return this.stored.at(-1)?.position ?? null;
  }

  // eslint-disable-next-line require-yield
  async *subscribe(): AsyncGenerator<SubscriptionBatch> {
    throw new Error('nobody subscribes here');
  }
}
