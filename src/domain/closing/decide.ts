import { exhaustive, type Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, toIso, type Instant } from '../kernel/time';
import { dayAfter, type Day } from './day';
import type { ClosingEvent } from './events';

interface EndedDay {
  readonly day: Day;
  readonly endsAt: Instant;
}

export interface ClosingState {
  /** The first day that was ever closed, and the last. */
  readonly first?: Day;
  readonly last?: EndedDay;
  /** Ordered and not added up yet. */
  readonly pending?: EndedDay;
}

type Closed = Extract<ClosingEvent, { type: 'DayClosed' }>['data'];

export type ClosingCommand =
  | { readonly type: 'OrderClose'; readonly day: Day; readonly timeZone: string; readonly endsAt: Instant; readonly at: Instant }
  | ({ readonly type: 'RecordClose' } & Closed);

export type ClosingRejection = Rejection<'DAY_NOT_OVER' | 'EARLIER_DAY_OPEN' | 'DAY_NOT_ORDERED'>;

function evolve(state: ClosingState, event: Happened<ClosingEvent>): ClosingState {
  switch (event.type) {
    case 'DayCloseOrdered':
      return { ...state, pending: { day: event.data.day, endsAt: fromIso(event.data.endsAt) } };
    case 'DayClosed': {
      const { pending: _done, ...rest } = state;
      const { day, endsAt } = event.data;
      return { ...rest, first: state.first ?? day, last: { day, endsAt: fromIso(endsAt) } };
    }
    default:
      return exhaustive(event, state);
  }
}

/**
 * GIVEN the days that are closed
 * WHEN  the next one is over and is to be closed
 * THEN  it is ordered, and from there on what comes late belongs to the next open day
 * ALREADY SO when it is closed, or ordered and being added up
 * REJECTED DAY_NOT_OVER · EARLIER_DAY_OPEN when a day before it is not closed: days are closed in their order. The first one that a
 * shop ever closes takes in all that was before it
 */
function orderClose({ day, timeZone, endsAt, at }: Extract<ClosingCommand, { type: 'OrderClose' }>, { last, pending }: ClosingState) {
  if (last !== undefined && day <= last.day) return [];
  if (pending !== undefined) return pending.day === day ? [] : reject('EARLIER_DAY_OPEN', { day: pending.day });
  if (last !== undefined && day !== dayAfter(last.day)) return reject('EARLIER_DAY_OPEN', { day: dayAfter(last.day) });
  // A shop that has moved to a zone further east has a short day, and never one that ends before it begins.
  if (at < endsAt || endsAt < (last?.endsAt ?? -Infinity)) return reject('DAY_NOT_OVER', { day });
  return [{ type: 'DayCloseOrdered', data: { day, timeZone, endsAt: toIso(endsAt) } } as const];
}

/**
 * GIVEN a day whose close was ordered
 * WHEN  everything before that order in the log is added up
 * THEN  its totals are a fact · ALREADY SO when it is closed
 * REJECTED DAY_NOT_ORDERED
 */
function recordClose({ type: _type, ...closed }: Extract<ClosingCommand, { type: 'RecordClose' }>, { last, pending }: ClosingState) {
  if (last !== undefined && closed.day <= last.day) return [];
  return pending?.day === closed.day ? [{ type: 'DayClosed', data: closed } as const] : reject('DAY_NOT_ORDERED', { day: closed.day });
}

export const closing: Decider<ClosingCommand, ClosingEvent, ClosingState, ClosingRejection> = {
  initial: () => ({}),
  evolve,
  decide: (command, state) => (command.type === 'OrderClose' ? orderClose(command, state) : recordClose(command, state)),
};
