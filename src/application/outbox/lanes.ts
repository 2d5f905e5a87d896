import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import { toIso } from '../../domain/kernel/time';
import type { Message, Notifier } from '../ports/notifier';
import type { Runtime } from '../ports/runtime';
import { BEHIND, laneOf, type Parked } from './parked';
import { nextTryAt, type LaterLimits } from './later';
import type { Sender } from './sender';

/** One message to one notifier. `done` is called once, when it was sent, was not wanted, or is parked. */
export interface Job {
  readonly event: StoredEvent;
  readonly kind: Message['kind'];
  readonly notifier: Notifier;
  done(): void;
}

export interface LaneLimits {
  /** Sendings of one message before it is parked. */
  readonly triesMax: number;
  /** Back-off between them: first, doubled, and at most. Milliseconds. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** How a parked one is tried again. */
  readonly later: LaterLimits;
}

export interface LaneObserver {
  sent(notifierId: string, kind: Message['kind']): void;
  /** The other side will never take it: it is over, not parked. */
  refused(notifierId: string, orderId: string, why: string): void;
  parked(notifierId: string, orderId: string, why: string): void;
}

/**
 * One lane per notifier and order: its messages go out one after the other, lanes go side by side. A message that fails in all
 * its tries is parked, and those that follow it on its lane park behind it, so that none overtakes.
 */
export class Lanes {
  private readonly lanes = new Map<string, Job[]>();
  private readonly running = new Set<Promise<void>>();
  /** Notifiers whose last message was parked: one try each until one gets through, so that a dead endpoint does not pile up. */
  private readonly failing = new Set<string>();
  /** Those who wait for their next try; one listener at the signal wakes them all. */
  private readonly sleeping = new Set<AbortController>();
  private waiting = 0;

  constructor(
    private readonly sender: Sender,
    private readonly parked: Parked,
    private readonly runtime: Runtime,
    private readonly limits: LaneLimits,
    private readonly observer: LaneObserver,
    private readonly signal: AbortSignal,
  ) {
    const wakeAll = (): void => this.sleeping.forEach((sleeper) => sleeper.abort());
    signal.addEventListener('abort', wakeAll, { once: true });
  }

  /** Messages that have not come to their end. */
  get pending(): number {
    return this.waiting;
  }

  add(job: Job): void {
    const lane = laneOf(job.notifier.id, idOf(job.event.stream));
    this.waiting++;
    const queue = this.lanes.get(lane);
    if (queue !== undefined) {
      queue.push(job);
      return;
    }
    this.lanes.set(lane, [job]);
    const run: Promise<void> = this.drain(lane).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  /** Resolves when nothing moves any more; after an abort that is soon, and what was not sent is not done. */
  async rest(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled([...this.running]);
  }

  private async drain(lane: string): Promise<void> {
    for (let job = this.lanes.get(lane)?.[0]; job !== undefined && !this.signal.aborted; job = this.lanes.get(lane)?.[0]) {
      const settled = this.parked.holds(lane) ? this.park(job, BEHIND, 0) : await this.settle(job);
      if (!settled) break;
      this.waiting--;
      job.done();
      this.lanes.get(lane)?.shift();
    }
    this.lanes.delete(lane);
  }

  /** False when the process ends first. */
  private async settle(job: Job): Promise<boolean> {
    const { event, kind, notifier } = job;
    for (let tries = 1; !this.signal.aborted; tries++) {
      const end = await this.sender.send(event, kind, notifier, this.signal);
      if (end.outcome !== 'retry') {
        if (end.outcome !== 'unwanted') this.failing.delete(notifier.id);
        if (end.outcome === 'sent') this.observer.sent(notifier.id, kind);
        if (end.outcome === 'refused') this.observer.refused(notifier.id, idOf(event.stream), end.why);
        return true;
      }
      if (this.signal.aborted) return false;
      if (tries >= (this.failing.has(notifier.id) ? 1 : this.limits.triesMax)) {
        this.failing.add(notifier.id);
        return this.park(job, end.why, tries);
      }
      await this.backOff(tries);
    }
    return false;
  }

  private async backOff(tries: number): Promise<void> {
    const ms = Math.min(this.limits.retryFirstMs * 2 ** (tries - 1), this.limits.retryMaxMs);
    const sleeper = new AbortController();
    this.sleeping.add(sleeper);
    await this.runtime.sleep(ms * (0.75 + 0.5 * this.runtime.random()), sleeper.signal);
    this.sleeping.delete(sleeper);
  }

  private park({ event, kind, notifier }: Job, why: string, tries: number): true {
    const orderId = idOf(event.stream);
    const now = this.runtime.wallMs();
    const due = why === BEHIND ? {} : nextTryAt(now, 0, this.limits.later);
    this.parked.add({ notifierId: notifier.id, orderId, revision: event.revision, kind, why, tries, parkedAt: toIso(now), ...due });
    this.observer.parked(notifier.id, orderId, why);
    return true;
  }
}
