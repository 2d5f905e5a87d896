import type { RefusedRequests } from '../../domain/refusal/events';
import type { RefusalBook } from '../../domain/refusal/refusal-book';
import { canonicalJson, sha256Hex } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { toIso } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import type { CommandHandling } from '../handle-command';
import type { Runtime } from '../ports/runtime';
import { repeat } from '../repeat';

export interface RefusalLogKit {
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly book: RefusalBook;
  /** The store is away; what was taken is kept and tried again. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

/** How soon the first refusal of its kind is stored. */
const LOOK_EVERY_MS = 1_000;
/** What the store needs before it is given up at the end: a process that is told to stop does not wait for a store that is away. */
const LAST_TRIES = 2;

/**
 * Stores what was refused, until the signal aborts, and then what is left. A process that dies loses the counts of its window, not the
 * kinds: the first of each was stored within a second. Never rejects.
 */
export async function runRefusalLog(kit: RefusalLogKit, signal: AbortSignal): Promise<void> {
  const log = new RefusalLog(kit);
  await repeat(() => log.store(false), { ...kit, waitMs: () => LOOK_EVERY_MS }, signal);
  for (let tries = 0; tries < LAST_TRIES; tries++) await log.store(true).catch(kit.onFailed);
}

/** One batch at a time: it is stored once, however often it is tried, and the book goes on counting meanwhile. */
class RefusalLog {
  private batch: { readonly day: string; readonly id: string; readonly refused: readonly RefusedRequests[] } | null = null;

  constructor(private readonly kit: RefusalLogKit) {}

  async store(all: boolean): Promise<void> {
    const { commands, runtime, book } = this.kit;
    const now = commands.clock.now();
    if (this.batch === null) {
      const refused = book.take(now, all);
      if (refused.length === 0) return;
      this.batch = { day: toIso(now).slice(0, 10), id: runtime.newId(), refused };
    }
    const { day, id, refused } = this.batch;
    const stream = streamOf(aggregates.refusal, day);
    await commands.handle(
      aggregates.refusal,
      day,
      { type: 'Record', refused },
      {
        commandId: derivedId('command', stream, id),
        correlationId: stream,
        causationId: stream,
        actor: { kind: 'ENGINE', id: 'refusal-log' },
        // Recognised when the answer to the append got lost and it is tried again.
        fingerprint: sha256Hex(canonicalJson(refused)),
      },
    );
    this.batch = null;
  }
}
