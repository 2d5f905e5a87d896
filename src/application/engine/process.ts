import type { DomainEvent, Position, StoredEvent } from '../../domain/kernel/event';
import type { Rejection } from '../../domain/kernel/rejection';
import type { Instant } from '../../domain/kernel/time';
import type { Aggregate } from '../aggregates';

/** What a plan wants: a decision (and then a call), a question, or to wait. */
export type ProcessStep<C, Call> =
  | { readonly kind: 'decide'; readonly command: C; readonly call?: Call }
  | { readonly kind: 'ask'; readonly call: Call }
  /** `since`: its place among those who wait for the same; from when the engine hears of it, unless told. */
  | { readonly kind: 'wait'; readonly waitUntil?: Instant; readonly waitsFor?: readonly string[]; readonly since?: Instant };

/**
 * A long-running thing that the engine drives. The aggregate's stream is its whole memory; everything here may be lost at
 * any moment and nothing goes wrong.
 */
export interface Process<C, E extends DomainEvent, S, R extends Rejection, Call> {
  readonly name: string;
  readonly aggregate: Aggregate<C, E, S, R>;
  /** Prefixes of other streams whose events may wake it. */
  readonly listensTo: readonly string[];
  /** Where the log ended when the engine began. What this process knows from read models must reach so far before it counts. */
  begin(head: Position | null): void;
  /** Ends what it does in the background; resolves when nothing of it runs any more. */
  end(): Promise<void>;
  /** Pure, but for in-memory bookkeeping of what was proposed to whom. `by` is a fresh engine session and counter. */
  plan(state: S, now: Instant, by: string): ProcessStep<C, Call>;
  /** A decision that came out of `plan` was not stored after all. */
  dropped(command: C): void;
  /** Performs one call through the ports and says what command records its answer; null when there is nothing to record. */
  perform(call: Call, state: S, by: string): Promise<C | null>;
  /**
   * A call was answered, and the answer told something new or not. Returns whether the plan itself holds a fruitless question back
   * for a while; if not, the whole instance is left alone for a while.
   */
  answered(call: Call, id: string, news: boolean): boolean;
  /** The engine has got nowhere with an instance for long: what calls a person. */
  givenUp(): C;
  /** True for calls that leave the process: they take one of the engine's slots. */
  isOutside(call: Call): boolean;
  /** The lane that an instance is served in, as far as this process knows: in memory, and a matter of turns only. */
  laneOf(id: string): string;
  /** Those whom somebody found full since the last time of asking, and who have room now: so many who wait may look again. Asked at least once a second. */
  roomAgain(): readonly Wake[];
  /** Sees every event of its own category and of `listensTo`, in log order; returns topics whose waiters should look again. */
  observe(event: StoredEvent): readonly Wake[];
}

/** Up to `count` of those who wait for `topic`, oldest first. */
export interface Wake {
  readonly topic: string;
  readonly count: number;
}
