import type { Position, StoredEvent } from '../../domain/kernel/event';
import { derivedId, idOf } from '../../domain/kernel/ids';
import { HOUR_MS } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import type { EventStore } from '../ports/event-store';
import type { Runtime } from '../ports/runtime';
import type { Erasure, SubjectKeys } from '../ports/subject-keys';
import { Recent } from '../recent';
import { repeat } from '../repeat';
import { type Settled, settleErasure, type SettleErasureKit } from './settle-erasure';

export interface ErasuresKit extends SettleErasureKit {
  readonly store: Pick<EventStore, 'head' | 'subscribe'>;
  readonly subjectKeys: Pick<SubjectKeys, 'retire' | 'destroyRetired' | 'erasures'>;
  readonly runtime: Runtime;
  /** Told how each look at one ended; `repeated`: it was ordered before, in a log that was lost. Both must not throw. */
  readonly onSettled: (subject: string, settled: Settled) => void;
  readonly onRepeated: (erasure: Erasure) => void;
  /** A store is away; tried again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1_000;
/** An order that keeps its buyer waits for a person or a gateway. */
const OPEN_ORDERS_AGAIN_MS = 60_000;
const PAGE_ERASURES = 500;
/**
 * What was read since the last time is read once more so often. A subscription may leave events out, and no revision tells of it here: the order to
 * erase somebody is as a rule the last event of its stream, and any later one has all of them looked at.
 */
const READ_AGAIN_MS = HOUR_MS;
/** Persons of whom it is remembered how far they were heard of; any other is looked at once more, which changes nothing. */
const HEARD_MAX = 8_192;

/**
 * Carries out erasures: those that the log orders, those that it has settled and whose keys came back with an older copy, and those that only
 * the keys remember because the log is of an older copy. Everything it needs lies in the log and with the keys, so it may be cut off anywhere. For
 * one process at a time. Runs until the signal aborts; never rejects.
 */
export async function runErasures(kit: ErasuresKit, signal: AbortSignal): Promise<void> {
  const erasures = new Erasures(kit);
  await Promise.all([
    repeat(() => erasures.follow(signal), { ...kit, waitMs: () => LOOK_EVERY_MS }, signal),
    repeat(() => erasures.look(signal), { ...kit, waitMs: () => LOOK_EVERY_MS }, signal),
  ]);
}

class Erasures {
  /** Persons whose erasure is to be looked at, and when on the monotonic clock. */
  private readonly pending = new Map<string, number>();
  /** Up to where in the log. */
  private readonly heard = new Recent<string, Position>(HEARD_MAX);
  private readUpTo: Position | null = null;
  private readTwiceUpTo: Position | null = null;
  private readAgainAt: number;
  private isRepeated = false;

  constructor(private readonly kit: ErasuresKit) {
    this.readAgainAt = kit.runtime.monotonicMs() + READ_AGAIN_MS;
  }

  /** Ends when something is to be read once more: the next time begins there. */
  async follow(signal: AbortSignal): Promise<void> {
    const { store, runtime } = this.kit;
    for await (const { events, position } of store.subscribe({ after: this.readUpTo, streamPrefixes: ['subject-'], signal })) {
      for (const event of events) this.take(event);
      this.readUpTo = position;
      if (runtime.monotonicMs() >= this.readAgainAt) return this.goBack();
    }
  }

  private goBack(): void {
    [this.readUpTo, this.readTwiceUpTo] = [this.readTwiceUpTo, this.readUpTo];
    this.readAgainAt = this.kit.runtime.monotonicMs() + READ_AGAIN_MS;
  }

  private take({ stream, position }: StoredEvent): void {
    const subject = idOf(stream);
    const heardUpTo = this.heard.get(subject);
    if (heardUpTo !== undefined && position <= heardUpTo) return;
    this.heard.set(subject, position);
    this.pending.set(subject, this.kit.runtime.monotonicMs());
  }

  async look(signal: AbortSignal): Promise<void> {
    if (!this.isRepeated) await this.repeatLost();
    this.isRepeated = true;
    for (const [subject, lookAt] of [...this.pending]) {
      if (signal.aborted) return;
      if (this.kit.runtime.monotonicMs() < lookAt) continue;
      const settled = await settleErasure(this.kit, subject);
      this.kit.onSettled(subject, settled);
      const isHeardOfAgain = this.pending.get(subject) !== lookAt;
      if (isHeardOfAgain) continue;
      if (settled === 'ERASED') this.pending.delete(subject);
      if (settled === 'ORDERS_OPEN') this.pending.set(subject, this.kit.runtime.monotonicMs() + OPEN_ORDERS_AGAIN_MS);
    }
  }

  /** A log of an older copy knows nothing of erasures that the keys remember: they are ordered again, as of then. */
  private async repeatLost(): Promise<void> {
    const { commands, subjectKeys, onRepeated } = this.kit;
    let after: string | null = null;
    for (let page = await subjectKeys.erasures(after, PAGE_ERASURES); page.length > 0; page = await subjectKeys.erasures(after, PAGE_ERASURES)) {
      for (const erasure of page) {
        const { subject, generation, orderedAt } = erasure;
        const stream = streamOf(aggregates.subject, subject);
        const handled = await commands.handle(
          aggregates.subject,
          subject,
          { type: 'OrderErasure', generation, repeats: orderedAt },
          {
            commandId: derivedId('command', stream, generation, 'repeat'),
            correlationId: stream,
            causationId: stream,
            actor: { kind: 'ENGINE', id: 'erasure' },
          },
        );
        if (handled.outcome === 'done' && handled.events.length > 0) onRepeated(erasure);
      }
      after = page.at(-1)?.subject ?? null;
    }
  }
}
