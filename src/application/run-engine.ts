import { LRUCache } from 'lru-cache';
import type { DomainEvent, Position, StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import type { Rejection } from '../domain/kernel/rejection';
import { Advance, type AdvanceKit, type Advanced } from './engine/advance';
import type { Process } from './engine/process';
import { Slots } from './engine/slots';
import { WakeIndex } from './engine/wake-index';
import type { CommandHandling } from './handle-command';
import type { EventStore } from './ports/event-store';
import type { Runtime } from './ports/runtime';
import type { Spans } from './ports/spans';
import type { WakeSnapshots } from './ports/wake-snapshots';

export interface EngineLimits {
  /** Outside calls in flight. */
  readonly callsMax: number;
  /** Instances worked on at once. */
  readonly runningMax: number;
  /** Instances waiting to be worked on before the log is read further. */
  readonly dirtyMax: number;
  /** Back-off of an instance that got nowhere: first, and at most. Milliseconds. */
  readonly stuckFirstMs: number;
  readonly stuckMaxMs: number;
  readonly snapshotEveryMs: number;
}

export const defaultEngineLimits: EngineLimits = {
  callsMax: 256,
  runningMax: 512,
  dirtyMax: 20_000,
  stuckFirstMs: 500,
  stuckMaxMs: 600_000,
  snapshotEveryMs: 10_000,
};

/** What an engine is doing now, for metrics and operators. */
export interface EngineStatus {
  readonly session: string;
  readonly position: Position | null;
  readonly dirty: number;
  readonly running: number;
  readonly waiting: number;
  readonly callsInFlight: number;
  readonly callsQueued: number;
  readonly clockTrusted: boolean;
}

export interface EngineObserver<E = DomainEvent, S = unknown> {
  /** This engine stored a decision, which led to this state. Nobody else tells of it. Must not throw. */
  committed?(id: string, events: readonly E[], state: S): void;
  /** A run of one instance failed or got nowhere; it is tried again. */
  stuck(processName: string, id: string, cause: string): void;
  /** The subscription or a snapshot failed; it is taken up again. */
  failed(what: string, error: unknown): void;
}

/** Without a tracer, work belongs to no trace. */
const noSpans: Pick<Spans, 'within'> = { within: (_traceparent, work) => work() };

export interface EngineKit<E = DomainEvent, S = unknown> {
  readonly store: EventStore;
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly snapshots: WakeSnapshots;
  readonly limits: EngineLimits;
  readonly observer: EngineObserver<E, S>;
  readonly spans?: Pick<Spans, 'within'>;
}

const RESUBSCRIBE_MS = 250;
const TICK_MAX_MS = 1_000;
const TAKEN_KEPT_MAX = 8_192;
const TOPICS_KEPT_MAX = 20_000;

/**
 * Drives one process for all its instances: reads the log to learn who changed, keeps who waits for what, and takes each
 * instance as far as it goes. Everything here is memory; the log is the truth and any number of engines may run.
 */
export class Engine<C extends { readonly type: string }, E extends DomainEvent, S, R extends Rejection, Call> {
  private readonly wakes = new WakeIndex();
  private readonly dirty = new Set<string>();
  private readonly running = new Set<string>();
  private readonly again = new Set<string>();
  private readonly stuckTimes = new Map<string, number>();
  /** Up to which revision an instance was last taken: what the log tells of it up to there is no news. */
  private readonly takenTo = new LRUCache<string, number>({ max: TAKEN_KEPT_MAX });
  /** The latest wake of each topic, by number. */
  private readonly wokenAt = new LRUCache<string, number>({ max: TOPICS_KEPT_MAX });
  private wakeCount = 0;
  private readonly slots: Slots;
  private readonly session: string;
  private counter = 0;
  private position: Position | null = null;
  private nudge: () => void = () => undefined;
  private readonly work = new Set<Promise<void>>();
  private readonly advanceKit: AdvanceKit;

  constructor(
    private readonly process: Process<C, E, S, R, Call>,
    private readonly kit: EngineKit<E, S>,
  ) {
    this.session = kit.runtime.newId();
    this.slots = new Slots(kit.limits.callsMax);
    this.advanceKit = {
      commands: kit.commands,
      slots: this.slots,
      session: this.session,
      nextBy: () => `${this.session}:${++this.counter}`,
      wakeCount: () => this.wakeCount,
      spans: kit.spans ?? noSpans,
      committed: (id, events, state) => kit.observer.committed?.(id, events as readonly E[], state as S),
    };
  }

  status(): EngineStatus {
    return {
      session: this.session,
      position: this.position,
      dirty: this.dirty.size,
      running: this.running.size,
      waiting: this.wakes.size,
      callsInFlight: this.slots.busy,
      callsQueued: this.slots.queued,
      clockTrusted: this.kit.commands.clock.trusted(),
    };
  }

  /** Somebody who waits for this topic may look again. */
  wake(topic: string, count: number): void {
    this.wokenAt.set(topic, ++this.wakeCount);
    for (const id of this.wakes.takeWaiting(topic, count)) this.mark(id);
  }

  /** Runs until the signal aborts; then lets what is running finish for at most `drainMs`. */
  async run(signal: AbortSignal, drainMs: number): Promise<void> {
    await this.restore(signal);
    await Promise.all([this.followLog(signal), this.workLoop(signal), this.snapshotLoop(signal)]);
    const drained = Promise.allSettled([...this.work]);
    await Promise.race([drained, this.kit.runtime.sleep(drainMs)]);
    await this.snapshot();
  }

  private async restore(signal: AbortSignal): Promise<void> {
    const head = await this.headOfLog(signal);
    this.process.begin(head);
    const snapshot = await this.kit.snapshots.load();
    if (snapshot === null) return;
    if (snapshot.position !== null && (head === null || snapshot.position > head)) {
      this.kit.observer.failed('wake snapshot', new Error('it is ahead of the log, which must have been restored: the log is read anew'));
      return;
    }
    this.position = snapshot.position;
    // What somebody waits for may have come while nobody listened, or be known in memory only: all of them look once.
    this.wakes.restore(snapshot.entries.map((entry) => (entry.waitsFor.length === 0 ? entry : { ...entry, dueAt: 0 })));
  }

  private async headOfLog(signal: AbortSignal): Promise<Position | null> {
    while (!signal.aborted) {
      try {
        return await this.kit.store.head();
      } catch (error) {
        this.kit.observer.failed('the end of the log', error);
        await this.kit.runtime.sleep(RESUBSCRIBE_MS, signal);
      }
    }
    return null;
  }

  /** What runs or is about to run counts as due at once: a crash then looks at it first. */
  private async snapshot(): Promise<void> {
    const busy = [...this.dirty, ...this.running].map((id) => ({ ...(this.wakes.find(id) ?? { id, waitsFor: [], since: 0 }), dueAt: 0 }));
    const busyIds = new Set(busy.map(({ id }) => id));
    const entries = [...this.wakes.all().filter(({ id }) => !busyIds.has(id)), ...busy];
    try {
      await this.kit.snapshots.save({ position: this.position, entries });
    } catch (error) {
      this.kit.observer.failed('wake snapshot', error);
    }
  }

  private async snapshotLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.kit.runtime.sleep(this.kit.limits.snapshotEveryMs, signal);
      if (!signal.aborted) await this.snapshot();
    }
  }

  private async followLog(signal: AbortSignal): Promise<void> {
    const streamPrefixes = [`${this.process.aggregate.category}-`, ...this.process.listensTo];
    while (!signal.aborted) {
      try {
        for await (const batch of this.kit.store.subscribe({ after: this.position, streamPrefixes, signal })) {
          for (const event of batch.events) this.see(event);
          this.position = batch.position;
          while (this.dirty.size > this.kit.limits.dirtyMax && !signal.aborted) await this.kit.runtime.sleep(10, signal);
        }
      } catch (error) {
        this.kit.observer.failed('subscription', error);
      }
      if (!signal.aborted) await this.kit.runtime.sleep(RESUBSCRIBE_MS * (0.5 + this.kit.runtime.random()), signal);
    }
  }

  private see(event: StoredEvent): void {
    if (event.stream.startsWith(`${this.process.aggregate.category}-`)) this.seeOwn(idOf(event.stream), event);
    for (const { topic, count } of this.process.observe(event)) this.wake(topic, count);
  }

  private seeOwn(id: string, event: StoredEvent): void {
    const ourRunWroteIt = this.running.has(id) && event.metadata.by?.startsWith(this.session) === true;
    if (!ourRunWroteIt && event.revision > (this.takenTo.get(id) ?? -1)) this.mark(id);
  }

  private mark(id: string): void {
    this.stuckTimes.delete(id);
    if (this.running.has(id)) this.again.add(id);
    else this.dirty.add(id);
    this.nudge();
  }

  private async workLoop(signal: AbortSignal): Promise<void> {
    const { limits } = this.kit;
    while (!signal.aborted) {
      const now = this.kit.commands.clock.now();
      for (const id of this.wakes.takeDue(now, limits.runningMax)) if (!this.running.has(id)) this.dirty.add(id);
      for (const id of this.dirty) {
        if (this.running.size >= limits.runningMax) break;
        this.dirty.delete(id);
        this.start(id);
      }
      const next = this.wakes.nextDue();
      const idle = this.running.size >= limits.runningMax ? TICK_MAX_MS : Math.min(TICK_MAX_MS, Math.max(0, (next ?? Infinity) - now));
      await this.pause(idle, signal);
    }
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.nudge = () => woken.abort();
    if (this.dirty.size > 0 && this.running.size < this.kit.limits.runningMax) return;
    const stop = (): void => woken.abort();
    signal.addEventListener('abort', stop, { once: true });
    await this.kit.runtime.sleep(ms, woken.signal);
    signal.removeEventListener('abort', stop);
  }

  private start(id: string): void {
    this.running.add(id);
    const job: Promise<void> = this.advance(id).finally(() => {
      this.work.delete(job);
      this.running.delete(id);
      if (this.again.delete(id)) this.dirty.add(id);
      this.nudge();
    });
    this.work.add(job);
  }

  private async advance(id: string): Promise<void> {
    let advanced: Advanced<C, Call>;
    try {
      advanced = await Advance.run(this.process, this.advanceKit, id);
    } catch (error) {
      advanced = { outcome: 'stuck', cause: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error' };
    }
    const now = this.kit.commands.clock.now();
    if (advanced.outcome === 'waits') {
      this.takenTo.set(id, advanced.revision);
      const { waitUntil, waitsFor } = advanced.rest;
      this.stuckTimes.delete(id);
      if (waitUntil === undefined && waitsFor === undefined) this.wakes.remove(id);
      else this.wakes.set(id, waitUntil ?? null, waitsFor ?? [], now);
      // A wake that fell between the plan and this line found nobody in the queue.
      if (waitsFor?.some((topic) => (this.wokenAt.get(topic) ?? 0) > advanced.plannedAt) === true) this.mark(id);
      return;
    }
    const times = (this.stuckTimes.get(id) ?? 0) + 1;
    this.stuckTimes.set(id, times);
    const { stuckFirstMs, stuckMaxMs } = this.kit.limits;
    const backOffMs = Math.min(stuckFirstMs * 2 ** Math.min(times - 1, 20), stuckMaxMs) * (0.75 + 0.5 * this.kit.runtime.random());
    this.wakes.set(id, Math.round(now + backOffMs), [], now);
    this.kit.observer.stuck(this.process.name, id, advanced.cause);
  }
}
