import { checkpoints } from '../../domain/audit/checkpoints';
import { closing } from '../../domain/closing/decide';
import { dayToClose, isCheckpointDue, type DailyPolicy } from '../../domain/daily/due';
import type { Decider } from '../../domain/kernel/decider';
import type { DomainEvent, Happened, Position, StoredEvent } from '../../domain/kernel/event';
import { DAY_MS, fromIso, type Instant } from '../../domain/kernel/time';
import { aggregates, LEDGER, streamOf } from '../aggregates';
import { CHECKPOINT_STREAM, CHECKPOINTS } from '../audit/make-checkpoint';
import type { EventStore, SubscriptionBatch } from '../ports/event-store';
import { eventsOf } from '../verify/stream-folds';

interface ReadableLog extends Pick<EventStore, 'read'> {
  after(position: Position | null): AsyncIterable<SubscriptionBatch>;
  /** The newest events, oldest first. */
  newest(count: number): Promise<readonly StoredEvent[]>;
}

/** How one task stands: when or for what it was done last, and whether it should have been done since. */
export interface DailyTaskState {
  /** Null: never. */
  readonly last: string | null;
  readonly isDue: boolean;
  /** It was due a day ago already: something keeps it from being done. */
  readonly isOverdue: boolean;
}

export interface DailyState {
  /** ISO-8601 of the last one. */
  readonly checkpoint: DailyTaskState;
  /** The last day that is closed. */
  readonly dayClose: DailyTaskState;
}

/** Reads it from the log, beside a running shop or without one. */
export async function dailyState(log: ReadableLog, policy: DailyPolicy, now: Instant): Promise<DailyState> {
  const first = await firstEventAt(log.after(null));
  const signed = (await foldOf(log, CHECKPOINT_STREAM, CHECKPOINTS, checkpoints)).last?.at ?? null;
  const days = await foldOf(log, streamOf(aggregates.closing, LEDGER), LEDGER, closing);
  // With nothing stored since the last one there is nothing to sign.
  const isQuiet = (await log.newest(1))[0]?.stream === CHECKPOINT_STREAM;
  const since = isQuiet ? null : signed === null ? first : fromIso(signed);
  return {
    checkpoint: stateOf(signed, now, (at) => isCheckpointDue(since, at, policy)),
    dayClose: stateOf(days.last?.day ?? null, now, (at) => dayToClose(days, first, at, policy) !== null),
  };
}

/** When the log begins; null for an empty one. */
export async function firstEventAt(log: AsyncIterable<SubscriptionBatch>): Promise<Instant | null> {
  for await (const { events } of log) if (events[0] !== undefined) return fromIso(events[0].occurredAt);
  return null;
}

const stateOf = (last: string | null, now: Instant, isDue: (at: Instant) => boolean): DailyTaskState => ({
  last,
  isDue: isDue(now),
  isOverdue: isDue(now - DAY_MS),
});

async function foldOf<E extends DomainEvent, S>(
  log: ReadableLog,
  stream: string,
  id: string,
  { initial, evolve }: Pick<Decider<never, E, S, never>, 'initial' | 'evolve'>,
): Promise<S> {
  let state = initial(id);
  for await (const event of eventsOf(log, stream)) state = evolve(state, asFact<E>(event));
  return state;
}

const asFact = <E extends DomainEvent>(event: StoredEvent): Happened<E> => event as unknown as Happened<E>;
