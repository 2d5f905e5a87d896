import type { DomainEvent } from '../../domain/kernel/event';
import { isRejection, type Rejection } from '../../domain/kernel/rejection';
import { toIso, type Instant } from '../../domain/kernel/time';
import type { CommandHandling, Folded } from '../handle-command';
import type { Spans } from '../ports/spans';
import type { Process, ProcessStep } from './process';
import type { LaneSlots } from './lane-slots';

/** Decisions and calls for one instance in one go, those aside that others were faster than. A plan that never comes to rest is cut off here and looked at later. */
const STEPS_MAX = 64;
const CONFLICTS_MAX = 16;
/** A state that was current so long ago is read again before anything is asked on it: whoever stood still may have been left behind. Milliseconds. */
const CURRENT_FOR_MS = 5_000;
/** A store that takes longer than that for a read is left alone for a while. */
const REREADS_MAX = 3;

export type Rest<C, Call> = Extract<ProcessStep<C, Call>, { kind: 'wait' }>;

/** Where one run of an instance ended: waiting, or without having got anywhere (ask again later, with back-off). */
export type Advanced<C, Call> =
  | { readonly outcome: 'waits'; readonly rest: Rest<C, Call>; readonly revision: number; readonly plannedAt: number }
  | { readonly outcome: 'stuck'; readonly cause: string };

export interface AdvanceKit {
  readonly commands: CommandHandling;
  readonly slots: LaneSlots;
  /** The lane that an instance is served in. */
  laneOf(id: string): string;
  /** A name that no other engine, session or try has: the right to act is granted to it. */
  nextBy(): string;
  readonly session: string;
  readonly spans: Pick<Spans, 'within'>;
  /** Told of every decision that this engine stored, with the state it led to. Must not throw. */
  committed(id: string, events: readonly DomainEvent[], state: unknown): void;
  /** Told when others wrote first. Must not throw. */
  lostRace(id: string): void;
  /** Counts the wakes of this engine: what a plan could know is what came before it. */
  wakeCount(): number;
}

/**
 * Takes one instance as far as it goes: load ▶ plan ▶ decide ▶ append the intent ▶ call ▶ decide the answer ▶ append ▶ plan again.
 * Consecutive decisions that need nothing from outside go into one append; an answer and what follows from it too.
 */
export class Advance<C extends { readonly type: string }, E extends DomainEvent, S, R extends Rejection, Call> {
  private folded: Folded<S>;
  private state: S;
  private pending: E[] = [];
  private issued: C[] = [];
  /** When the state was certainly current. */
  private currentAt: Instant;
  /** The lane whose slot it holds. */
  private heldLane: string | undefined;
  private by: string;

  private constructor(
    private readonly process: Process<C, E, S, R, Call>,
    private readonly kit: AdvanceKit,
    private readonly id: string,
    folded: Folded<S>,
    readAt: Instant,
  ) {
    this.folded = folded;
    this.state = folded.state;
    this.currentAt = readAt;
    this.by = kit.nextBy();
  }

  static async run<C extends { readonly type: string }, E extends DomainEvent, S, R extends Rejection, Call>(
    process: Process<C, E, S, R, Call>,
    kit: AdvanceKit,
    id: string,
  ): Promise<Advanced<C, Call>> {
    const readAt = kit.commands.clock.now();
    const advance = new Advance(process, kit, id, await kit.commands.load(process.aggregate, id, true), readAt);
    return advance.toRest();
  }

  private async toRest(): Promise<Advanced<C, Call>> {
    try {
      return await this.steps();
    } finally {
      this.giveSlot();
    }
  }

  private async steps(): Promise<Advanced<C, Call>> {
    let conflicts = 0;
    let rereads = 0;
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const plannedAt = this.kit.wakeCount();
      const step = this.process.plan(this.state, this.kit.commands.clock.now(), this.by);
      if (step.kind === 'wait') {
        if (this.pending.length === 0) return { outcome: 'waits', rest: step, revision: this.folded.revision, plannedAt };
        if (await this.flush()) continue;
        if (++conflicts > CONFLICTS_MAX) return { outcome: 'stuck', cause: 'CONTENDED' };
        steps = 0;
        continue;
      }
      if (step.call !== undefined && (await this.waitForSlot(step))) continue;
      if (step.kind === 'decide' && !this.take(step.command)) return { outcome: 'stuck', cause: `REFUSED ${step.command.type}` };
      if (step.call === undefined) continue;
      if (!(await this.flush())) {
        if (++conflicts > CONFLICTS_MAX) return { outcome: 'stuck', cause: 'CONTENDED' };
        steps = 0;
        continue;
      }
      // What has an intent of its own is fenced by it. A repeat has none, and others may have written off what it repeats.
      if (step.kind === 'ask' && this.kit.commands.clock.now() - this.currentAt > CURRENT_FOR_MS) {
        if (++rereads > REREADS_MAX) return { outcome: 'stuck', cause: 'STORE_SLOW' };
        await this.reload(true);
        continue;
      }
      rereads = 0;
      const news = await this.call(step.call);
      if (!this.process.answered(step.call, this.id, news) && !news) return { outcome: 'stuck', cause: 'NOTHING_NEW' };
    }
    await this.flush();
    return { outcome: 'stuck', cause: 'TOO_MANY_STEPS' };
  }

  /**
   * A call that leaves the process takes its slot before its intent is stored: an intent that waits for a slot would run out
   * while it waits. True when time has passed, so that the plan must be asked again.
   */
  private async waitForSlot(step: Exclude<ProcessStep<C, Call>, { kind: 'wait' }>): Promise<boolean> {
    if (this.heldLane !== undefined || step.call === undefined || !this.process.isOutside(step.call)) return false;
    const { slots } = this.kit;
    const lane = this.kit.laneOf(this.id);
    if (slots.tryTake(lane)) {
      this.heldLane = lane;
      return false;
    }
    if (step.kind === 'decide') this.process.dropped(step.command);
    await this.flush();
    await slots.take(lane);
    this.heldLane = lane;
    return true;
  }

  private giveSlot(): void {
    if (this.heldLane !== undefined) this.kit.slots.give(this.heldLane);
    this.heldLane = undefined;
  }

  /** Decides on the state as it will be; nothing is stored yet. False when the decider refused what the plan wanted. */
  private take(command: C): boolean {
    this.issued.push(command);
    const decision = this.process.aggregate.decider.decide(command, this.state);
    if (isRejection(decision)) {
      this.drop();
      return false;
    }
    this.apply(decision);
    return true;
  }

  private apply(events: readonly E[]): void {
    const occurredAt = toIso(this.kit.commands.clock.now());
    for (const event of events) {
      this.state = this.process.aggregate.decider.evolve(this.state, { ...event, occurredAt });
      this.pending.push(event);
    }
  }

  private drop(): void {
    for (const command of this.issued) this.process.dropped(command);
    this.issued = [];
    this.pending = [];
    this.state = this.folded.state;
    this.by = this.kit.nextBy();
  }

  /** Stores what was decided, at the revision it was decided at. False when others were faster: nothing of it happened. */
  private async flush(): Promise<boolean> {
    if (this.pending.length === 0) return true;
    const { commands } = this.kit;
    const context = {
      commandId: this.by,
      correlationId: this.id,
      causationId: this.folded.lastEventId,
      actor: { kind: 'ENGINE', id: this.kit.session },
      by: this.by,
      ...(this.folded.traceparent === undefined ? {} : { traceparent: this.folded.traceparent }),
    } as const;
    let committed: Awaited<ReturnType<typeof commands.commit<C, E, S, R>>>;
    const readAt = commands.clock.now();
    try {
      committed = await commands.commit(this.process.aggregate, this.id, this.folded, this.pending, context, readAt);
    } catch (error) {
      this.drop();
      throw error;
    }
    if (committed.outcome === 'conflict') {
      this.kit.lostRace(this.id);
      this.drop();
      await this.reload(true);
      return false;
    }
    this.kit.committed(this.id, this.pending, committed.folded.state);
    this.folded = committed.folded;
    this.state = committed.folded.state;
    this.currentAt = readAt;
    this.pending = [];
    this.issued = [];
    this.by = this.kit.nextBy();
    return true;
  }

  /** Performs a call and stores its answer, whoever else wrote meanwhile: an answer is never dropped. False when it told nothing new. */
  private async call(call: Call): Promise<boolean> {
    const { process } = this;
    const answer = await this.kit.spans.within(this.folded.traceparent, () => process.perform(call, this.state, this.by));
    this.giveSlot();
    if (answer === null) return false;
    let toEnd = false;
    for (let conflicts = 0; conflicts < CONFLICTS_MAX;) {
      await this.reload(toEnd);
      const decision = process.aggregate.decider.decide(answer, this.state);
      if (isRejection(decision) || decision.length === 0) {
        // Others may have written while we waited: "nothing new" counts only on a fold read to the end.
        if (toEnd) return false;
        toEnd = true;
        continue;
      }
      this.apply(decision);
      this.followUp();
      if (await this.flush()) return true;
      conflicts++;
    }
    return false;
  }

  private async reload(toEnd: boolean): Promise<void> {
    const readAt = this.kit.commands.clock.now();
    this.folded = await this.kit.commands.load(this.process.aggregate, this.id, toEnd);
    this.state = this.folded.state;
    if (toEnd) this.currentAt = readAt;
    this.by = this.kit.nextBy();
  }

  /** What follows from the answer without any call joins its append. What is not taken up is planned anew afterwards. */
  private followUp(): void {
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const step = this.process.plan(this.state, this.kit.commands.clock.now(), this.by);
      if (step.kind !== 'decide') return;
      const decision = step.call === undefined ? this.process.aggregate.decider.decide(step.command, this.state) : null;
      if (decision === null || isRejection(decision)) return this.process.dropped(step.command);
      this.issued.push(step.command);
      this.apply(decision);
    }
  }
}
