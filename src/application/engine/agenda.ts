import type { Instant } from '../../domain/kernel/time';
import type { WakeEntry } from '../ports/wake-snapshots';
import type { Share } from '../work-share';
import { LaneQueues, type LaneShare } from './lane-queues';
import { WakeIndex } from './wake-index';

export interface AgendaLimits {
  /** Instances worked on at once. */
  readonly runningMax: number;
  /** How long after its time an instance of another engine counts as overdue, for each engine that comes before this one. Milliseconds. */
  readonly overdueMs: number;
}

/** The lanes that instances are served in, and the share of each of them. */
export interface AgendaLanes {
  laneOf(id: string): string;
  shareOf(lane: string): LaneShare;
}

/** Of all that is worked on at once, the part that may belong to others: an engine that is late itself helps nobody by more. */
const HELP_SHARE = 0.25;

/**
 * What an engine has to do now and later. It knows of all instances: its own are up at once, those of others when they are overdue.
 * So when an engine dies or stands still, the next in line takes its work within `overdueMs` without having to be told.
 */
export class Agenda {
  readonly wakes: WakeIndex;
  private readonly own: LaneQueues<string>;
  private readonly overdue = new Set<string>();
  /** Those that run, with the lane of own ones. */
  private readonly running = new Map<string, string | null>();
  /** Those that run and belong to others. */
  private readonly helping = new Set<string>();
  /** Those that run and have had news since. */
  private readonly again = new Set<string>();

  constructor(
    private readonly ranks: Pick<Share, 'rankOf'>,
    private readonly limits: AgendaLimits,
    private readonly lanes: AgendaLanes,
  ) {
    this.own = new LaneQueues((lane) => ({ ...lanes.shareOf(lane), max: limits.runningMax }));
    this.wakes = new WakeIndex((id) => ranks.rankOf(id) * limits.overdueMs, lanes);
  }

  get counts(): { readonly dirty: number; readonly overdue: number; readonly running: number; readonly waiting: number } {
    return { dirty: this.own.size, overdue: this.overdue.size, running: this.running.size, waiting: this.wakes.size };
  }

  /** Of one lane: those that are up, and those that run. */
  countsOf(lane: string): { readonly dirty: number; readonly running: number } {
    return { dirty: this.own.waitingIn(lane), running: this.own.heldBy(lane) };
  }

  /** Nothing of it has been begun yet. */
  get backlog(): number {
    return this.own.size + this.overdue.size;
  }

  isRunning(id: string): boolean {
    return this.running.has(id);
  }

  /** It is up, runs, or waits for something. */
  knows(id: string): boolean {
    return this.running.has(id) || this.own.has(id) || this.overdue.has(id) || this.wakes.find(id) !== undefined;
  }

  /** Is worth a look since then: at once when it is ours, else when nobody has taken it in time. */
  mark(id: string, since: Instant): void {
    if (this.running.has(id)) this.again.add(id);
    else if (this.ranks.rankOf(id) === 0) this.up(id);
    else {
      // It has had news, so somebody is at it.
      this.overdue.delete(id);
      this.wakes.hasten(id, since, since);
    }
  }

  /** Those whose time has come are up. */
  takeDue(now: Instant): void {
    for (const id of this.wakes.takeDue(now, this.limits.runningMax)) {
      if (this.running.has(id)) continue;
      if (this.ranks.rankOf(id) === 0) this.up(id);
      else this.overdue.add(id);
    }
  }

  /**
   * The next to work on, own ones first and among them by lane; it runs from now on. Undefined when nothing is up, or no more can be
   * worked on at once.
   */
  begin(): string | undefined {
    if (this.running.size >= this.limits.runningMax) return undefined;
    const own = this.own.take();
    if (own !== undefined) {
      this.wakes.leaveQueues(own.item);
      this.running.set(own.item, own.lane);
      return own.item;
    }
    const id = this.nextToHelp();
    if (id === undefined) return undefined;
    this.wakes.leaveQueues(id);
    this.overdue.delete(id);
    this.helping.add(id);
    this.running.set(id, null);
    return id;
  }

  /** What has had news while it ran is worth another look since then. */
  end(id: string, now: Instant): void {
    const lane = this.running.get(id);
    if (lane != null) this.own.release(lane);
    this.running.delete(id);
    this.helping.delete(id);
    if (this.again.delete(id)) this.mark(id, now);
  }

  /** How long nothing will be up by itself, at most so long. */
  idleMs(now: Instant, maxMs: number): number {
    if (this.running.size >= this.limits.runningMax) return maxMs;
    if (this.own.isAnyonesTurn || this.nextToHelp() !== undefined) return 0;
    return Math.min(maxMs, Math.max(0, (this.wakes.nextDue() ?? Infinity) - now));
  }

  /** Ranks have changed. What became ours is looked at as if it had been ours all along. */
  dealtAnew(): void {
    for (const id of this.overdue) {
      if (this.ranks.rankOf(id) > 0) continue;
      this.overdue.delete(id);
      this.up(id);
    }
    this.wakes.retime();
  }

  /** Everything, to be taken up by a later run: what runs or is up counts as due at once, so a crash looks at it first. */
  entries(): readonly WakeEntry[] {
    const busy = new Set([...this.own.items(), ...this.overdue, ...this.running.keys()]);
    const due = [...busy].map((id) => ({ ...(this.wakes.find(id) ?? { id, waitsFor: [], since: 0 }), dueAt: 0 }));
    return [...this.wakes.all().filter(({ id }) => !busy.has(id)), ...due];
  }

  private up(id: string): void {
    this.own.add(id, this.lanes.laneOf(id));
  }

  private nextToHelp(): string | undefined {
    const [overdue] = this.overdue;
    return this.helping.size < Math.max(1, this.limits.runningMax * HELP_SHARE) ? overdue : undefined;
  }
}
