import type { DomainEvent, Happened } from './event';
import type { Rejection } from './rejection';

/**
 * The three plain functions of an aggregate.
 *
 * `decide` returns the events that follow from a command, none when it is already so, or a rejection.
 * `evolve` believes what was stored: it never validates and never throws.
 */
export interface Decider<Command, Event extends DomainEvent, State, Refusal extends Rejection> {
  /** The state of a stream that has no events yet; `id` is the stream's name without its category. */
  initial(id: string): State;
  evolve(state: State, event: Happened<Event>): State;
  decide(command: Command, state: State): readonly Event[] | Refusal;
}

/** Says at compile time that a switch has met every case. At run time an unknown case leaves the state as it was. */
export function exhaustive<T>(_never: never, otherwise: T): T {
  return otherwise;
}
