import type { EndpointEvent } from '../domain/endpoint/events';
import type { Position, StoredEvent } from '../domain/kernel/event';
import { categoryOf } from '../domain/kernel/ids';
import { isWithinLog } from '../domain/kernel/position';
import type { Tenure } from './tenure';
import { Again } from './outbox/again';
import { Errands } from './outbox/errands';
import { Lanes, type LaneObserver } from './outbox/lanes';
import type { OutboxLimits } from './outbox/limits';
import { kindsOf, type Messages } from './outbox/messages';
import type { OutboxCursor, OutboxState, ParkedMessage } from './ports/outbox-cursor';
import { Parked } from './outbox/parked';
import { Retries } from './outbox/retries';
import { Sender } from './outbox/sender';
import { Settled } from './outbox/settled';
import type { EventCodec } from './ports/event-codec';
import type { EventStore } from './ports/event-store';
import type { Notifier } from './ports/notifier';
import type { Runtime } from './ports/runtime';
import { Continuity, type Gap, inWords, isWhole } from './projections/continuity';

export interface OutboxObserver extends LaneObserver {
  /** Messages may be missing from here on: the cursor was lost, or the log is older than it, or an event could not be read. */
  alarm(what: 'CURSOR_MISSING' | 'CURSOR_BEYOND_HEAD' | 'EVENT_NOT_UNDERSTOOD' | 'EVENTS_MISSING' | 'PARKED_DROPPED', about: string): void;
  failed(what: string, error: unknown): void;
}

export interface OutboxKit {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly runtime: Runtime;
  readonly cursor: OutboxCursor;
  readonly messages: Messages;
  readonly notifiers: readonly Notifier[];
  readonly limits: OutboxLimits;
  readonly observer: OutboxObserver;
}

export interface OutboxStatus {
  /** False while another process sends, and before the first message can be. */
  readonly leads: boolean;
  /** Everything up to here was sent, was not wanted, or is parked. */
  readonly position: Position | null;
  readonly pending: number;
  readonly parked: number;
}

const RESUBSCRIBE_MS = 500;
const FULL_PAUSE_MS = 20;

/** What one run works with. */
interface Run {
  /** Absent where nobody else could send. */
  readonly tenure?: Tenure;
  readonly settled: Settled;
  readonly parked: Parked;
  readonly lanes: Lanes;
  readonly retries: Retries;
  readonly errands: Errands;
}

/**
 * Tells buyers and the shop's systems what happened to orders, and people of incidents: a subscription of its own, at least once, in order per order and
 * endpoint. Only this sends: a replay, a rebuild or a second projector tells nobody anything.
 */
export class Outbox {
  private current: Run | null = null;
  private saving: Promise<void> = Promise.resolve();
  private readonly sender: Sender;
  private readonly again: Again;

  constructor(private readonly kit: OutboxKit) {
    this.sender = new Sender(kit.messages, () => this.current?.tenure?.lasts() ?? true);
    this.again = new Again({ ...kit, sender: this.sender });
  }

  status(): OutboxStatus {
    return {
      leads: this.current !== null,
      position: this.current?.settled.position ?? null,
      pending: this.current?.lanes.pending ?? 0,
      parked: this.current?.parked.size ?? 0,
    };
  }

  parked(): readonly ParkedMessage[] {
    return this.current?.parked.all() ?? [];
  }

  /**
   * Runs until the signal aborts. What is under way then is sent again by the next run. With a tenure it is the sender of all
   * processes of the shop for so long as that lasts, and leaves the cursor alone when a later one has saved it.
   */
  async run(signal: AbortSignal, tenure?: Tenure): Promise<void> {
    const state = await this.restore(signal);
    if (state === null) return;
    const run = this.newRun(state, signal, tenure);
    this.current = run;
    await Promise.all([this.follow(run, signal), this.saveLoop(run, signal), this.retryLoop(run, signal)]);
    await run.errands.rest();
    await run.lanes.rest();
    await this.save(run);
    this.current = null;
  }

  private newRun(state: OutboxState, signal: AbortSignal, tenure?: Tenure): Run {
    const { runtime, limits, observer } = this.kit;
    const parked = new Parked(state.parked, (dropped) => observer.alarm('PARKED_DROPPED', dropped.orderId));
    const settled = new Settled(state.position);
    const lanes = new Lanes(this.sender, parked, runtime, limits, observer, signal);
    const retries = new Retries({ parked, runtime, limits: limits.later, send: (message) => this.again.send(message, signal), signal });
    const errands = new Errands({ again: this.again, settled, lanes, retries, runtime, observer, signal });
    return { ...(tenure === undefined ? {} : { tenure }), settled, parked, lanes, retries, errands };
  }

  /** Looks again and again for parked messages whose time has come. */
  private async retryLoop(run: Run, signal: AbortSignal): Promise<void> {
    const { runtime, limits } = this.kit;
    while (!signal.aborted) {
      await runtime.sleep(limits.later.lookEveryMs, signal);
      if (!signal.aborted && run.parked.size > 0 && (await run.retries.due()) > 0) await this.save(run);
    }
  }

  /** Where to begin: behind the cursor, and without a usable one at the head. Never at the beginning: that would tell everything again. */
  private async restore(signal: AbortSignal): Promise<OutboxState | null> {
    const { cursor, store, observer, runtime } = this.kit;
    while (!signal.aborted) {
      try {
        const [saved, head] = [await cursor.load(), await store.head()];
        const isBeyond = saved?.position != null && !isWithinLog(saved.position, head);
        if (saved !== null && !isBeyond) return saved;
        if (isBeyond || head !== null) observer.alarm(isBeyond ? 'CURSOR_BEYOND_HEAD' : 'CURSOR_MISSING', head ?? 'the beginning');
        const state: OutboxState = { position: head, parked: saved?.parked ?? [] };
        await cursor.save(state);
        return state;
      } catch (error) {
        observer.failed('outbox cursor', error);
        await runtime.sleep(RESUBSCRIBE_MS * (0.5 + runtime.random()), signal);
      }
    }
    return null;
  }

  private async follow(run: Run, signal: AbortSignal): Promise<void> {
    const { store, runtime, limits, observer } = this.kit;
    let after = run.settled.position;
    const continuity = new Continuity(store, after === null);
    while (!signal.aborted) {
      try {
        for await (const batch of store.subscribe({ after, streamPrefixes: ['order-', 'incident-', 'endpoint-'], signal })) {
          for (const event of batch.events) {
            const gap = continuity.gapBefore(event);
            if (gap !== null) this.takeSkipped(run, await gap);
            this.take(run, event);
          }
          run.settled.add(batch.position, 0);
          after = batch.position;
          while (run.lanes.pending >= limits.pendingMax && !signal.aborted) await runtime.sleep(FULL_PAUSE_MS, signal);
        }
      } catch (error) {
        observer.failed('outbox subscription', error);
      }
      if (!signal.aborted) await runtime.sleep(RESUBSCRIBE_MS * (0.5 + runtime.random()), signal);
    }
  }

  /** What the subscription has left out between two events of a stream is told all the same, in its place. */
  private takeSkipped(run: Run, gap: Gap): void {
    const { observer } = this.kit;
    observer.failed('outbox subscription', new Error(inWords(gap)));
    for (const event of gap.events) this.take(run, event);
    if (!isWhole(gap)) observer.alarm('EVENTS_MISSING', `${gap.stream}@${gap.from + gap.events.length}`);
  }

  private take({ settled, lanes, errands }: Run, stored: StoredEvent): void {
    const decoded = this.kit.codec.decode(stored);
    if (decoded.outcome === 'unknown') {
      this.kit.observer.alarm('EVENT_NOT_UNDERSTOOD', `${stored.stream}@${stored.revision}`);
      return;
    }
    if (categoryOf(stored.stream) === 'endpoint') {
      const { endpointId, orderId } = (decoded.event as unknown as EndpointEvent).data;
      errands.add(settled.add(stored.position, 1), endpointId, orderId);
      return;
    }
    const jobs = kindsOf(decoded.event).flatMap((kind) => this.kit.notifiers.map((notifier) => ({ kind, notifier })));
    const entry = settled.add(stored.position, jobs.length);
    for (const job of jobs) lanes.add({ ...job, event: decoded.event, done: () => settled.done(entry) });
  }

  private async saveLoop(run: Run, signal: AbortSignal): Promise<void> {
    let before: Position | null = run.settled.position;
    while (!signal.aborted) {
      await run.settled.movedFrom(before, signal);
      await this.kit.runtime.sleep(this.kit.limits.saveEveryMs, signal);
      // At its end a run saves in any case.
      if (signal.aborted) return;
      before = run.settled.position;
      await this.save(run);
    }
  }

  /** One after the other: an older state never lands on a newer one. */
  private save(run: Run): Promise<void> {
    this.saving = this.saving.then(() => this.saveNow(run));
    return this.saving;
  }

  private async saveNow({ settled, parked, tenure }: Run): Promise<void> {
    const { cursor } = this.kit;
    try {
      const term = tenure?.term ?? 0;
      if (tenure !== undefined && ((await cursor.load())?.term ?? 0) > term) return;
      await cursor.save({ position: settled.position, parked: parked.all(), term });
    } catch (error) {
      this.kit.observer.failed('outbox cursor', error);
    }
  }
}
