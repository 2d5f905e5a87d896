import { Recent } from './recent';
import type { Actor, DomainEvent, EventMetadata, EventToAppend, Happened } from '../domain/kernel/event';
import { chainHash, GENESIS_HASH } from '../domain/kernel/hash';
import { derivedId } from '../domain/kernel/ids';
import { isRejection, type Rejection } from '../domain/kernel/rejection';
import { toIso, type Instant } from '../domain/kernel/time';
import { type Aggregate, streamOf } from './aggregates';
import { appendEvents } from './append-events';
import { OutcomeUnknown, StreamNotUnderstood, TooContended } from './errors';
import type { EventCodec } from './ports/event-codec';
import { type EventStore, READ_LIMIT_MAX, StoreUnavailable } from './ports/event-store';
import type { Runtime } from './ports/runtime';
import type { StoreClock } from './store-clock';

/** Who wants something, why, and under which name a repeat is recognised. */
export interface CommandContext {
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: Actor;
  readonly reason?: string;
  /** Digest of a client's input, for commands under an idempotency key. */
  readonly fingerprint?: string;
  readonly traceparent?: string;
}

/** A stream, folded up to a revision (-1 when it does not exist). */
export interface Folded<S> {
  readonly state: S;
  readonly revision: number;
  readonly hash: string;
  /** Empty for a stream that does not exist. */
  readonly lastEventId: string;
  /** Commands under a client's key that left events here, and the digest of what they asked for. */
  readonly commands: ReadonlyMap<string, string>;
  /** The trace that the stream began in, when it came with one. */
  readonly traceparent?: string;
}

export type Handled<E extends DomainEvent, S, R extends Rejection> =
  | { readonly outcome: 'done'; readonly events: readonly E[]; readonly state: S; readonly revision: number; readonly replayed: boolean }
  | { readonly outcome: 'rejected'; readonly rejection: R | Rejection<'IDEMPOTENCY_KEY_REUSED'>; readonly state: S; readonly revision: number };

/** `reused`: nobody was faster, but a command of this id has left other events in the stream before. */
export type Committed<S> = { readonly outcome: 'committed'; readonly folded: Folded<S> } | { readonly outcome: 'conflict'; readonly reused: boolean };

/** An order and its card are worked on for a second or two; what is older is read again for a tenth of a millisecond. */
export const FOLDS_CACHED_MAX = 4_096;
/** For a process without an engine, which takes orders and seldom comes back to one: what is kept only to be forgotten costs most as garbage. */
export const FOLDS_CACHED_WITHOUT_ENGINE_MAX = 64;
/** A client's keys are remembered on a stream for so many commands. */
const COMMANDS_KEPT_MAX = 1_024;
const CONFLICTS_MAX = 16;

/** load ▶ decide ▶ append, for every aggregate, with folds kept under their exact revision. */
export class CommandHandling {
  private readonly folds: Recent<string, Folded<unknown>>;

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    readonly clock: StoreClock,
    private readonly runtime: Runtime,
    foldsMax = FOLDS_CACHED_MAX,
  ) {
    this.folds = new Recent(foldsMax);
  }

  /** Folds kept in memory. */
  get cached(): number {
    return this.folds.size;
  }

  /** For work that does not come back to a stream: its place in the cache is worth more to others. */
  forget<C, E extends DomainEvent, S, R extends Rejection>(aggregate: Aggregate<C, E, S, R>, id: string): void {
    this.folds.delete(streamOf(aggregate, id));
  }

  /** What a stream is that does not exist. */
  absent<C, E extends DomainEvent, S, R extends Rejection>(aggregate: Aggregate<C, E, S, R>, id: string): Folded<S> {
    return { state: aggregate.decider.initial(id), revision: -1, hash: GENESIS_HASH, lastEventId: '', commands: new Map() };
  }

  /** The fold as cached, or, with `toEnd`, read up to the stream's end within this call (write rule 5). */
  async load<C, E extends DomainEvent, S, R extends Rejection>(aggregate: Aggregate<C, E, S, R>, id: string, toEnd: boolean): Promise<Folded<S>> {
    const stream = streamOf(aggregate, id);
    const cached = this.folds.get(stream) as Folded<S> | undefined;
    if (cached !== undefined && !toEnd) return cached;
    let folded = cached ?? this.absent(aggregate, id);
    for (;;) {
      const stored = await this.store.read(stream, { from: folded.revision + 1 });
      for (const event of stored) {
        this.clock.saw(event.recordedAt);
        const decoded = this.codec.decode(event);
        if (decoded.outcome === 'unknown') throw new StreamNotUnderstood(stream, event.revision, decoded.why);
        folded = this.fold(aggregate, folded, decoded.event, event.revision);
      }
      if (stored.length < READ_LIMIT_MAX) break;
    }
    if (folded.revision >= 0) this.folds.set(stream, folded);
    return folded;
  }

  private fold<C, E extends DomainEvent, S, R extends Rejection>(
    aggregate: Aggregate<C, E, S, R>,
    before: Folded<S>,
    event: EventToAppend<E>,
    revision: number,
  ): Folded<S> {
    const { commandId, fingerprint, hash } = event.metadata;
    let { commands } = before;
    if (fingerprint !== undefined && !commands.has(commandId)) {
      const kept = [...commands].slice(-COMMANDS_KEPT_MAX + 1);
      commands = new Map([...kept, [commandId, fingerprint]]);
    }
    const traceparent = before.traceparent ?? event.metadata.traceparent;
    return {
      state: aggregate.decider.evolve(before.state, event as unknown as Happened<E>),
      revision,
      hash,
      lastEventId: event.eventId,
      commands,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }

  /** Appends a decision at exactly the revision it was taken at. Throws OutcomeUnknown when nobody can tell. */
  async commit<C, E extends DomainEvent, S, R extends Rejection>(
    aggregate: Aggregate<C, E, S, R>,
    id: string,
    before: Folded<S>,
    decided: readonly E[],
    context: CommandContext,
    at: Instant,
  ): Promise<Committed<S>> {
    const stream = streamOf(aggregate, id);
    const events = this.envelopes(stream, before, decided, context, at);
    const result = await appendEvents(this.store, this.runtime, stream, before.revision < 0 ? 'none' : before.revision, events);
    if (result.outcome === 'unknown') {
      this.folds.delete(stream);
      throw new OutcomeUnknown(stream);
    }
    if (result.outcome === 'conflict') return { outcome: 'conflict', reused: result.actual === before.revision };
    if (!this.clock.hasLearnt) await this.learnTime(stream, result);
    let folded = before;
    for (const event of events) folded = this.fold(aggregate, folded, event, folded.revision + 1);
    this.folds.set(stream, folded);
    return { outcome: 'committed', folded };
  }

  /** A store that does not tell the time with its answer is asked once; while it cannot say, the next append asks again. */
  private async learnTime(stream: string, { revision, recordedAt }: { readonly revision: number; readonly recordedAt?: string }): Promise<void> {
    if (recordedAt !== undefined) return this.clock.learn(recordedAt);
    try {
      const [stored] = await this.store.read(stream, { from: revision, limit: 1 });
      if (stored !== undefined) this.clock.learn(stored.recordedAt);
    } catch (error) {
      // What was decided is stored: this must not fail it.
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  private envelopes<E extends DomainEvent, S>(
    stream: string,
    before: Folded<S>,
    decided: readonly E[],
    context: CommandContext,
    at: Instant,
  ): readonly EventToAppend<E>[] {
    const occurredAt = toIso(at);
    let previous = before.hash;
    return decided.map((event, index) => {
      const metadata: EventMetadata = { hash: '', ...context };
      const eventId = derivedId(stream, context.commandId, index);
      const unhashed = { eventId, type: event.type, schemaVersion: this.codec.versionFor(event), occurredAt, data: event.data, metadata };
      previous = chainHash(previous, stream, before.revision + 1 + index, unhashed);
      return { ...unhashed, metadata: { ...metadata, hash: previous } };
    });
  }

  /**
   * Decides one command and stores what follows. A refusal, or "already so", is answered only from a fold read to the end of the
   * stream within this call. A command that left events before answers as it did (`replayed`); an id that left others is refused.
   */
  async handle<C, E extends DomainEvent, S, R extends Rejection>(
    aggregate: Aggregate<C, E, S, R>,
    id: string,
    command: C | ((at: Instant) => C),
    context: CommandContext,
    /** A fold to begin with instead of reading one. Should it be behind, the append conflicts and the stream is read. */
    read?: Folded<S>,
  ): Promise<Handled<E, S, R>> {
    let toEnd = read !== undefined;
    let known = read;
    for (let conflicts = 0; conflicts < CONFLICTS_MAX;) {
      const folded: Folded<S> = known ?? (await this.load(aggregate, id, toEnd));
      known = undefined;
      const { state, revision } = folded;
      const before = context.fingerprint === undefined ? undefined : folded.commands.get(context.commandId);
      if (before !== undefined) {
        if (before === context.fingerprint) return { outcome: 'done', events: [], state, revision, replayed: true };
        return { outcome: 'rejected', rejection: { rejected: true, code: 'IDEMPOTENCY_KEY_REUSED' }, state, revision };
      }
      const at = this.clock.now();
      const decision = aggregate.decider.decide(typeof command === 'function' ? (command as (at: Instant) => C)(at) : command, state);
      if (isRejection(decision) || decision.length === 0) {
        if (!toEnd && revision >= 0) {
          toEnd = true;
          continue;
        }
        if (isRejection(decision)) return { outcome: 'rejected', rejection: decision, state, revision };
        return { outcome: 'done', events: [], state, revision, replayed: false };
      }
      const committed = await this.commit(aggregate, id, folded, decision, context, at);
      if (committed.outcome === 'committed')
        return { outcome: 'done', events: decision, state: committed.folded.state, revision: committed.folded.revision, replayed: false };
      if (committed.reused) return { outcome: 'rejected', rejection: { rejected: true, code: 'IDEMPOTENCY_KEY_REUSED' }, state, revision };
      conflicts++;
      toEnd = true;
    }
    throw new TooContended(`${streamOf(aggregate, id)}: ${CONFLICTS_MAX} others were faster`);
  }
}
