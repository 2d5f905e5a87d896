import type { SendResult } from '../ports/notifier';
import type { ParkedMessage } from '../ports/outbox-cursor';
import type { Runtime } from '../ports/runtime';
import { type LaterLimits, nextTryAt } from './later';
import { BEHIND, type Parked } from './parked';

/** An endpoint that fails so often in one round is away: its other messages are left for the next one. */
const FAILURES_PER_ROUND_MAX = 3;

export type RetryEnd = SendResult | { readonly outcome: 'unwanted' };

export interface RetriesKit {
  readonly parked: Parked;
  readonly runtime: Runtime;
  readonly limits: LaterLimits;
  /** Never rejects. */
  readonly send: (message: ParkedMessage) => Promise<RetryEnd>;
  readonly signal: AbortSignal;
}

/** Tries parked messages again: lane by lane in order, each lane up to the first that still fails. One round at a time. */
export class Retries {
  private round: Promise<unknown> = Promise.resolve();

  constructor(private readonly kit: RetriesKit) {}

  /** Those whose time has come. Resolves with how many are gone. */
  due(): Promise<number> {
    const now = this.kit.runtime.wallMs();
    // One that was behind a parked one is first now: a crash came before its turn.
    return this.next(({ nextTryAt, why }) => (nextTryAt === undefined ? why === BEHIND : Date.parse(nextTryAt) <= now));
  }

  /** Those of one endpoint, or of one order at it, whenever their time is. */
  of(endpointId: string, orderId?: string): Promise<number> {
    return this.next((message) => message.notifierId === endpointId && (orderId === undefined || message.orderId === orderId));
  }

  private next(wanted: (first: ParkedMessage) => boolean): Promise<number> {
    const round = this.round.then(() => this.run(wanted));
    this.round = round;
    return round;
  }

  private async run(wanted: (first: ParkedMessage) => boolean): Promise<number> {
    const { parked, signal } = this.kit;
    const failures = new Map<string, number>();
    let gone = 0;
    for (const lane of parked.laneNames()) {
      let first = parked.first(lane);
      if (first === undefined || !wanted(first)) continue;
      const { notifierId } = first;
      while (first !== undefined && !signal.aborted && (failures.get(notifierId) ?? 0) < FAILURES_PER_ROUND_MAX) {
        if (!(await this.isGone(lane, first))) {
          failures.set(notifierId, (failures.get(notifierId) ?? 0) + 1);
          break;
        }
        gone++;
        first = parked.first(lane);
      }
    }
    return gone;
  }

  private async isGone(lane: string, message: ParkedMessage): Promise<boolean> {
    const { parked, runtime, limits, send, signal } = this.kit;
    const end = await send(message);
    if (end.outcome !== 'retry') {
      parked.removeFirst(lane);
      return true;
    }
    if (signal.aborted) return false;
    const { nextTryAt: _past, retried = 0, ...known } = message;
    const due = nextTryAt(runtime.wallMs(), retried + 1, limits);
    parked.replaceFirst(lane, { ...known, why: end.why, tries: message.tries + 1, retried: retried + 1, ...due });
    return false;
  }
}
