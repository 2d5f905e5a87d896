import { Recent } from './recent';
import type { DomainEvent, Position, StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import type { Rejection } from '../domain/kernel/rejection';
import { isWithinLog } from '../domain/kernel/position';
import { fromIso, type Instant } from '../domain/kernel/time';
import { Agenda } from './engine/agenda';
import { Advance, type AdvanceKit, type Advanced } from './engine/advance';
import type { EngineKit, EngineStatus, LaneCounts } from './engine/engine-kit';
import { LaneSlots } from './engine/lane-slots';
import type { Process } from './engine/process';
import { Stuck } from './engine/stuck';
import { WakePacer } from './engine/wake-pacer';
import type { Spans } from './ports/spans';
import type { WakeEntry } from './ports/wake-snapshots';
import { alone, type Share } from './work-share';

/** Without a tracer, work belongs to no trace. */
const noSpans: Pick<Spans, 'within'> = { within: (_traceparent, work) => work() };

const NUDGED = 'nudged';
const RESUBSCRIBE_MS = 250;
const TICK_MAX_MS = 1_000;
/** Looks at many orders may end without ever waiting: after so long sockets and timers have their turn. */
const WORK_TURN_MS = 10;
const TAKEN_KEPT_MAX = 8_192;
const TOPICS_KEPT_MAX = 20_000;

/**
 * Drives one process for all its instances: reads the log to learn who changed, keeps who waits for what, and takes each
 * instance as far as it goes. Everything here is memory; the log is the truth and any number of engines may run: see `Agenda`.
 */
export class Engine<C extends { readonly type: string }, E extends DomainEvent, S, R extends Rejection, Call> {
  private readonly agenda: Agenda;
  private readonly stuck: Stuck;
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
    this.stuck = new Stuck(kit.limits);
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
    const { wakes } = this.agenda;
    for (const id of wakes.takeWaiting(topic, count)) this.pacer.add(id, this.process.laneOf(id), wakes.find(id)?.since ?? 0);
    this.wakeWhoseTurnItIs();
    if (this.pacer.size > 0) this.nudge();
  }

  /** Somebody else knows of this one, and that it should have been begun long ago. True when nobody had told us: it is looked at now. */
  takeUp(id: string): boolean {
    if (this.agenda.knows(id)) return false;
    this.mark(id);
    return true;
  }

  /** The same for what is only a matter of memory: nobody outside hears of it. */
  wakeAtOnce(topic: string): void {
    this.wokenAt.set(topic, ++this.wakeCount);
    for (const id of this.agenda.wakes.takeWaiting(topic, Number.MAX_SAFE_INTEGER)) this.mark(id);
  }

  /** Since when the longest waiting of a lane waits for this topic. */
  longestWaiting(topic: string, lane: string): Instant | undefined {
    return this.agenda.wakes.longestWaiting(topic, lane);
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
    const inTime = new AbortController();
    await Promise.race([Promise.allSettled(this.work), this.kit.runtime.sleep(drainMs, inTime.signal)]);
    inTime.abort();
    await this.process.end();
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
    this.stuck.forget(id);
    this.agenda.mark(id, since);
    this.nudge();
  }

  private async workLoop(signal: AbortSignal): Promise<void> {
    const { runtime } = this.kit;
    let turnEndsMs = runtime.monotonicMs() + WORK_TURN_MS;
    const isTurnOver = (): boolean => runtime.monotonicMs() >= turnEndsMs;
    while (!signal.aborted) {
      const now = this.kit.commands.clock.now();
      for (const { topic, count } of this.process.roomAgain()) this.wake(topic, count);
      this.wakeWhoseTurnItIs();
      this.agenda.takeDue(now);
      while (!isTurnOver()) {
        const id = this.agenda.begin();
        if (id === undefined) break;
        this.start(id);
      }
      if (!isTurnOver()) await this.pause(now, signal);
      if (!isTurnOver()) continue;
      await runtime.turn();
      turnEndsMs = runtime.monotonicMs() + WORK_TURN_MS;
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
      this.stuck.forget(id);
      if (waitUntil === undefined && waitsFor === undefined) this.agenda.wakes.remove(id);
      else this.agenda.wakes.set(id, waitUntil ?? null, waitsFor ?? [], now, since);
      // A wake that fell between the plan and this line found nobody in the queue.
      if (waitsFor?.some((topic) => (this.wokenAt.get(topic) ?? 0) > advanced.plannedAt) === true) this.mark(id);
      return;
    }
    const next = this.stuck.again(id, this.kit.runtime.random());
    this.agenda.wakes.set(id, Math.round(now + next.inMs), [], now);
    this.kit.observer.stuck(this.process.name, id, advanced.cause);
    if (next.isForAPerson) await this.callAPerson(id);
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
