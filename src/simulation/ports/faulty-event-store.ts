import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type ReadOptions,
  StoreUnavailable,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../../application/ports/event-store';
import type { EventToAppend, Position, StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { Life } from '../node/life';
import type { Surroundings } from '../world/surroundings';

/** Our own timer: what is not answered by then is unknown. */
const APPEND_TIMEOUT_MS = 5_000;
/** Every append to a stream fails for so long when it fails repeatedly: longer than one append tries. */
const REPEATED_FAILURES_MS = 2_000;
const REPEATED_EVENTS_MAX = 20;
const SLOW_CONSUMER_MS = 20_000;
/** At most so long the leader is alone with an append: an election takes a few seconds, and longer than all tries of one append together. */
const REPLICATION_MS = 30_000;

/** Jobs that buy ahead count like orders. */
export const orderOf = (stream: string): string | undefined => (/^(order|job)-/.test(stream) ? idOf(stream) : undefined);

interface InFlight {
  fail(): void;
}

/** Whether this process dies at this call, before or after what it does. */
export type Fate = (what: string, orderId: string | undefined) => void;

/** The event store as one process reaches it over a wire that fails. The log behind it is sound. */
export class FaultyEventStore implements EventStore {
  private readonly inFlight = new Set<InFlight>();

  constructor(
    private readonly around: Surroundings,
    private readonly life: Life,
    private readonly fate: Fate,
  ) {}

  read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]> {
    const { delays, log } = this.around;
    return this.life.look(delays.of(`read ${stream}`, 0.3, 3), () => {
      this.assertThere();
      return log.read(stream, options);
    });
  }

  head(): Promise<Position | null> {
    return this.life.look(this.around.delays.of(`head ${this.life.name}`, 0.2, 1), () => {
      this.assertThere();
      return this.around.log.head();
    });
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    const { scheduler, delays } = this.around;
    const orderId = orderOf(stream);
    return new Promise((resolve, reject) => {
      const end = (tell: () => void) => (): void => {
        if (!this.inFlight.delete(one)) return;
        timer.callOff();
        tell();
      };
      const unknown = (cause: string) => end(() => resolve({ outcome: 'unknown', cause }));
      const one: InFlight = { fail: unknown('the connection failed') };
      const timer = this.life.later(APPEND_TIMEOUT_MS, unknown('no answer in time'));
      this.inFlight.add(one);
      this.fate(`before append ${stream}`, orderId);
      if (!this.life.isAlive) return;
      scheduler.after(delays.of(`append ${stream}`, 0.3, 3), () => {
        const backMs = delays.of(`appended ${stream}`, 0.1, 2);
        try {
          const result = this.arrive(stream, expected, events, orderId);
          this.fate(`after append ${stream}`, orderId);
          if (result === 'lost') this.life.later(backMs, unknown('the answer was lost'));
          else if (result !== 'silent')
            this.life.later(
              backMs,
              end(() => resolve(result)),
            );
        } catch (error) {
          this.life.later(
            backMs,
            end(() => reject(error instanceof Error ? error : new Error(String(error)))),
          );
        }
      });
    });
  }

  /** F6: everything under way is unknown at once; what was sent arrives all the same. */
  failInFlight(): readonly InFlight[] {
    const failing = [...this.inFlight];
    for (const one of failing) one.fail();
    return failing;
  }

  private arrive(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[], orderId?: string): AppendResult | 'lost' | 'silent' {
    const { faults, log, scheduler, delays, outages, unreplicated } = this.around;
    if (outages.has('store') || outages.has('store-writes')) throw new StoreUnavailable('the store is away');
    if (outages.has(`failing ${stream}`)) return 'lost';
    const held = unreplicated.answer(stream, events);
    if (held !== undefined) return held;
    if (faults.strikes('append-fails-repeatedly', stream, orderId)) {
      outages.begin(`failing ${stream}`, REPEATED_FAILURES_MS);
      return 'lost';
    }
    if (faults.strikes('append-unknown-not-written', stream, orderId)) return 'lost';
    if (faults.strikes('append-never-answers', stream, orderId)) {
      const arrivesMs = delays.of(`late append ${stream}`, 0, 3 * APPEND_TIMEOUT_MS);
      scheduler.after(arrivesMs, () => void log.append(stream, expected, events));
      return 'silent';
    }
    if (log.isNext(stream, expected) && faults.strikes('append-not-replicated', stream, orderId)) {
      this.holdBack(stream, expected, events, orderId);
      return 'silent';
    }
    const result = log.append(stream, expected, events);
    if (result.outcome === 'conflict' && orderId !== undefined && events[0]?.metadata.by !== undefined) faults.count('two-owners', [orderId]);
    return faults.strikes('append-unknown-written', stream, orderId) ? 'lost' : result;
  }

  /** On the leader alone, until the other nodes have it or another one leads. */
  private holdBack(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[], orderId?: string): void {
    const { faults, log, scheduler, delays, unreplicated } = this.around;
    unreplicated.hold(stream, expected, events);
    scheduler.after(delays.of(`replication ${stream}`, 0, REPLICATION_MS), () => {
      unreplicated.letGo(stream);
      if (!faults.strikes('leader-loses-tail', stream, orderId)) log.append(stream, expected, events);
    });
  }

  async *subscribe({ after, streamPrefixes, batchMax = 512, signal }: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    const { log, faults, delays } = this.around;
    const who = `subscription ${this.life.name}`;
    let position = after;
    const begun = new Set<string>();
    while (!signal.aborted) {
      const slowMs = faults.strikes('consumer-slow', who) ? SLOW_CONSUMER_MS : 0;
      await this.life.sleep(slowMs + delays.of(who, 0.2, 4), signal);
      if (signal.aborted) return;
      this.assertThere();
      if (faults.strikes('subscription-dropped', who)) throw new StoreUnavailable('the subscription was dropped');
      const from = position !== null && faults.strikes('subscription-repeats', who) ? this.earlier(position) : position;
      const batch = log.batchAfter(from, streamPrefixes, batchMax);
      if (batch === undefined) {
        await this.untilNext(signal);
        continue;
      }
      const passed = position === null || batch.position > position ? batch.position : position;
      position = passed;
      yield { ...batch, events: this.withGaps(batch.events, begun, who), position: passed };
    }
  }

  /** Leaves out only what a reader can notice: something of the stream came before, and something follows in the same breath. */
  private withGaps(events: readonly StoredEvent[], begun: Set<string>, who: string): readonly StoredEvent[] {
    const lastOf = new Map(events.map((event) => [event.stream, event.position]));
    return events.filter((event) => {
      const isBetween = begun.has(event.stream) && lastOf.get(event.stream) !== event.position;
      begun.add(event.stream);
      return !(isBetween && this.around.faults.strikes('subscription-skips', `${who} ${event.stream}`, orderOf(event.stream)));
    });
  }

  private earlier(position: Position): Position | null {
    const place = Number(position) - 1 - Math.floor(this.around.delays.of('earlier', 0, REPEATED_EVENTS_MAX));
    return place <= 0 ? null : String(place).padStart(position.length, '0');
  }

  private untilNext(signal: AbortSignal): Promise<void> {
    const { log } = this.around;
    return new Promise((resolve) => {
      const end = (): void => {
        log.forget(stored);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const stored = (): void => void this.life.later(0, end);
      log.onNext(stored);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  private assertThere(): void {
    if (this.around.outages.has('store')) throw new StoreUnavailable('the store is away');
  }
}
