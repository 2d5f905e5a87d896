import { Recent } from './recent';
import type { DomainEvent, Position, StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import type { Rejection } from '../domain/kernel/rejection';
import { isWithinLog } from '../domain/kernel/position';
import { fromIso, type Instant } from '../domain/kernel/time';
import { Agenda, type AgendaLimits } from './engine/agenda';
import { Advance, type AdvanceKit, type Advanced } from './engine/advance';
import type { LaneShare } from './engine/lane-queues';
import { LaneSlots } from './engine/lane-slots';
import type { Process } from './engine/process';
import { WakePacer } from './engine/wake-pacer';
import type { CommandHandling } from './handle-command';
import type { EventStore } from './ports/event-store';
import type { Runtime } from './ports/runtime';
import type { Spans } from './ports/spans';
import type { WakeEntry, WakeSnapshots } from './ports/wake-snapshots';
import { alone, type Share } from './work-share';

export interface EngineLimits extends AgendaLimits {
  /** Outside calls in flight. */
  readonly callsMax: number;
  /** Instances waiting to be worked on before the log is read further. */
  readonly dirtyMax: number;
  /** Back-off of an instance that got nowhere: first, and at most. Milliseconds. */
  readonly stuckFirstMs: number;
  readonly stuckMaxMs: number;
  readonly snapshotEveryMs: number;
  /** Those who waited for something that has come and are looked at again, per second. */
  readonly wakesPerSecond: number;
  /** Runs in a row that got nowhere before a person is called. */
  readonly stuckReviewAfter: number;
}

export const defaultEngineLimits: EngineLimits = {
  callsMax: 256,
  runningMax: 512,
  dirtyMax: 20_000,
  stuckFirstMs: 500,
  stuckMaxMs: 600_000,
  snapshotEveryMs: 10_000,
  overdueMs: 3_000,
  wakesPerSecond: 1_000,
  // With the back-off above that is after a quarter of an hour.
  stuckReviewAfter: 11,
};

/** What an engine is doing now, for metrics and operators. */
export interface EngineStatus {
  readonly session: string;
  readonly position: Position | null;
  readonly dirty: number;
  /** Instances of other engines that nobody took in time, and that this one is about to take. */
  readonly overdue: number;
  readonly running: number;
  readonly waiting: number;
  readonly callsInFlight: number;
  readonly callsQueued: number;
  readonly clockTrusted: boolean;
}

/** What an engine is doing in one lane. */
export interface LaneCounts {
  /** Orders it is about to work on. */
  readonly dirty: number;
  /** Orders it works on. */
  readonly running: number;
  readonly callsInFlight: number;
  /** What it may have in flight at this moment. */
  readonly callsMax: number;
  /** Of those running, how many wait for a slot. */
  readonly callsQueued: number;
}

export interface EngineObserver<E = DomainEvent, S = unknown> {
  /** This engine stored a decision, which led to this state. Nobody else tells of it. Must not throw. */
  committed?(id: string, events: readonly E[], state: S): void;
  /** A run of one instance failed or got nowhere; it is tried again. */
  stuck(processName: string, id: string, cause: string): void;
  /** The subscription or a snapshot failed; it is taken up again. */
  failed(what: string, error: unknown): void;
  /** An instance of another engine was overdue, and this one took it a step on. Must not throw. */
  helpedOut?(id: string): void;
  /** Somebody else wrote to an instance while this engine was at it. Must not throw. */
  lostRace?(id: string): void;
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
  /** Absent where there is one engine only. */
  readonly share?: Share;
  /** What a lane may have of the engine. Asked each time. */
  readonly shareOf: (lane: string) => LaneShare;
}

const NUDGED = 'nudged';
const RESUBSCRIBE_MS = 250;
const TICK_MAX_MS = 1_000;
const TAKEN_KEPT_MAX = 8_192;
const TOPICS_KEPT_MAX = 20_000;

/**
 * Drives one process for all its instances: reads the log to learn who changed, keeps who waits for what, and takes each
 * instance as far as it goes. Everything here is memory; the log is the truth and any number of engines may run: see `Agenda`.
 */
export class Engine<C extends { readonly type: string }, E extends DomainEvent, S, R extends Rejection, Call> {
  private readonly agenda: Agenda;
  private readonly stuckTimes = new Map<string, number>();
  /** Up to which revision an instance was last taken: what the log tells of it up to there is no news. */
  private readonly takenTo = new Recent<string, number>(TAKEN_KEPT_MAX);
  /** The latest wake of each topic, by number. */
  private readonly wokenAt = new Recent<string, number>(TOPICS_KEPT_MAX);
  private wakeCount = 0;
  private readonly pacer: WakePacer;
  private readonly slots: LaneSlots;
  private readonly share: Share;
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
    const { shareOf } = kit;
    const laneOf = (id: string): string => process.laneOf(id);
    this.slots = new LaneSlots(kit.limits.callsMax, shareOf);
    this.pacer = new WakePacer(kit.limits.wakesPerSecond, shareOf);
    this.share = kit.share ?? alone;
    this.agenda = new Agenda(this.share, kit.limits, { laneOf, shareOf });
    this.share.onDealt(() => this.dealtAnew());
    this.advanceKit = {
      commands: kit.commands,
      slots: this.slots,
      laneOf,
      session: this.session,
      nextBy: () => `${this.session}:${++this.counter}`,
      wakeCount: () => this.wakeCount,
      spans: kit.spans ?? noSpans,
      committed: (id, events, state) => this.committed(id, events as readonly E[], state as S),
      lostRace: (id) => kit.observer.lostRace?.(id),
    };
  }

  status(): EngineStatus {
    return {
      session: this.session,
      position: this.position,
      ...this.agenda.counts,
      callsInFlight: this.slots.busy,
      callsQueued: this.slots.queued,
      clockTrusted: this.kit.commands.clock.trusted(),
    };
  }

  /** How much of what this engine can do at once is in use, 0 to 1: calls under way, and orders that it works on. */
  get load(): number {
    const { callsMax, runningMax } = this.kit.limits;
    return Math.max(this.slots.busy / callsMax, this.agenda.counts.running / runningMax);
  }

  /** What it is doing in one lane. */
  laneCounts(lane: string): LaneCounts {
    const { busy, queued } = this.slots.countsOf(lane);
    return { ...this.agenda.countsOf(lane), callsInFlight: busy, callsMax: this.kit.shareOf(lane).max, callsQueued: queued };
  }

  /** Up to so many of those who wait for this topic may look again, the longest waiting first, and not all at one moment. */
  wake(topic: string, count: number): void {
    this.wokenAt.set(topic, ++this.wakeCount);
    for (const id of this.agenda.wakes.takeWaiting(topic, count)) this.pacer.add(id, this.process.laneOf(id));
    this.wakeWhoseTurnItIs();
    if (this.pacer.size > 0) this.nudge();
  }

  /** The same for what is only a matter of memory: nobody outside hears of it. */
  wakeAtOnce(topic: string): void {
    this.wokenAt.set(topic, ++this.wakeCount);
    for (const id of this.agenda.wakes.takeWaiting(topic, Number.MAX_SAFE_INTEGER)) this.mark(id);
  }

  private wakeWhoseTurnItIs(): void {
    for (const id of this.pacer.take(this.kit.runtime.monotonicMs())) this.mark(id);
  }

  private committed(id: string, events: readonly E[], state: S): void {
    if (this.share.rankOf(id) > 0) this.kit.observer.helpedOut?.(id);
    this.kit.observer.committed?.(id, events, state);
  }

  private dealtAnew(): void {
    this.agenda.dealtAnew();
    this.nudge();
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
    if (snapshot.position !== null && !isWithinLog(snapshot.position, head)) {
      this.kit.observer.failed(
        'wake snapshot',
        new Error('it is ahead of the log, or of another one, which must have been restored or moved: the log is read anew'),
      );
      return;
    }
    this.position = snapshot.position;
    this.agenda.wakes.restore(snapshot.entries);
    this.lookOnce(snapshot.entries);
  }

  /** What somebody waits for may have come while nobody listened, or be known in memory only: all of them look once, oldest first and paced. */
  private lookOnce(entries: readonly WakeEntry[]): void {
    const waiting = entries.filter(({ waitsFor }) => waitsFor.length > 0).sort((a, b) => a.since - b.since);
    const now = this.kit.commands.clock.now();
    waiting.forEach(({ id, dueAt }, index) => {
      const at = now + Math.floor((index * 1_000) / this.kit.limits.wakesPerSecond);
      if (dueAt === null || dueAt > at) this.agenda.wakes.hasten(id, at, now);
    });
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

  private async snapshot(): Promise<void> {
    try {
      await this.kit.snapshots.save({ position: this.position, entries: this.agenda.entries() });
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
          while (this.agenda.backlog > this.kit.limits.dirtyMax && !signal.aborted) await this.kit.runtime.sleep(10, signal);
        }
      } catch (error) {
        this.kit.observer.failed('subscription', error);
      }
      if (!signal.aborted) await this.kit.runtime.sleep(RESUBSCRIBE_MS * (0.5 + this.kit.runtime.random()), signal);
    }
  }

  private see(event: StoredEvent): void {
    this.kit.commands.clock.saw(event.recordedAt);
    if (event.stream.startsWith(`${this.process.aggregate.category}-`)) this.seeOwn(idOf(event.stream), event);
    for (const { topic, count } of this.process.observe(event)) this.wake(topic, count);
  }

  private seeOwn(id: string, event: StoredEvent): void {
    const ourRunWroteIt = this.agenda.isRunning(id) && event.metadata.by?.startsWith(this.session) === true;
    if (!ourRunWroteIt && event.revision > (this.takenTo.get(id) ?? -1)) this.mark(id, fromIso(event.recordedAt));
  }

  private mark(id: string, since = this.kit.commands.clock.now()): void {
    this.stuckTimes.delete(id);
    this.agenda.mark(id, since);
    this.nudge();
  }

  private async workLoop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = this.kit.commands.clock.now();
      this.wakeWhoseTurnItIs();
      this.agenda.takeDue(now);
      for (let id = this.agenda.begin(); id !== undefined; id = this.agenda.begin()) this.start(id);
      await this.pause(now, signal);
    }
  }

  private async pause(now: Instant, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    // Without a reason of its own each abort would make an error with its stack.
    this.nudge = () => woken.abort(NUDGED);
    const idleMs = Math.min(this.agenda.idleMs(now, TICK_MAX_MS), this.pacer.idleMs());
    const stop = (): void => woken.abort(NUDGED);
    signal.addEventListener('abort', stop, { once: true });
    await this.kit.runtime.sleep(idleMs, woken.signal);
    signal.removeEventListener('abort', stop);
  }

  private start(id: string): void {
    const job: Promise<void> = this.advance(id).finally(() => {
      this.work.delete(job);
      this.agenda.end(id, this.kit.commands.clock.now());
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
      const { waitUntil, waitsFor, since } = advanced.rest;
      this.stuckTimes.delete(id);
      if (waitUntil === undefined && waitsFor === undefined) this.agenda.wakes.remove(id);
      else this.agenda.wakes.set(id, waitUntil ?? null, waitsFor ?? [], now, since);
      // A wake that fell between the plan and this line found nobody in the queue.
      if (waitsFor?.some((topic) => (this.wokenAt.get(topic) ?? 0) > advanced.plannedAt) === true) this.mark(id);
      return;
    }
    const times = (this.stuckTimes.get(id) ?? 0) + 1;
    this.stuckTimes.set(id, times);
    const { stuckFirstMs, stuckMaxMs } = this.kit.limits;
    const backOffMs = Math.min(stuckFirstMs * 2 ** Math.min(times - 1, 20), stuckMaxMs) * (0.75 + 0.5 * this.kit.runtime.random());
    this.agenda.wakes.set(id, Math.round(now + backOffMs), [], now);
    this.kit.observer.stuck(this.process.name, id, advanced.cause);
    if (times % this.kit.limits.stuckReviewAfter === 0) await this.callAPerson(id);
  }

  /** Its own machinery gets nowhere with this one: somebody should know. */
  private async callAPerson(id: string): Promise<void> {
    const { commands, runtime, observer } = this.kit;
    const actor = { kind: 'ENGINE', id: this.session } as const;
    const context = { commandId: runtime.newId(), correlationId: id, causationId: id, actor };
    try {
      await commands.handle(this.process.aggregate, id, this.process.givenUp(), context);
    } catch (error) {
      observer.failed('a person cannot be called', error);
    }
  }
}
