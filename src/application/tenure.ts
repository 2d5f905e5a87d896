import type { LeaseRecord, Leases } from './ports/leases';
import type { Runtime } from './ports/runtime';

/** Time in which one process is the only one that does something. */
export interface Tenure {
  /** Fencing number: a later holder has a higher one. */
  readonly term: number;
  /** Aborts when the tenure is over. */
  readonly signal: AbortSignal;
  /**
   * Asked synchronously before each deed. A process that was stopped and goes on finds out here, before it does anything more:
   * its time has run out by its own clock before anybody else's patience does.
   */
  lasts(): boolean;
}

export interface LeaseKit {
  readonly leases: Leases;
  readonly runtime: Runtime;
  /** Silence of a holder after which somebody else takes over. Milliseconds. */
  readonly takeOverMs: number;
  readonly onProblem: (what: string, error: unknown) => void;
}

/** Parts of the time until a take-over: a holder trusts its last sign of life so long, and gives one so often. */
const TRUST = 0.6;
const BEAT = 0.15;
const LOOK = 0.1;

/** How long whoever waits for a lease leaves it alone between two looks: spread, so that several do not look at once. */
export const untilNextLookMs = ({ runtime, takeOverMs }: LeaseKit): number => takeOverMs * LOOK * (0.75 + runtime.random() / 2);

/** What nobody has held yet. */
const NEVER_HELD: LeaseRecord = { holder: '', term: 0, beat: 0 };

/** A lease as it stands for whoever would like to have it. */
export interface SeenLease {
  readonly term: number;
  readonly state: 'held' | 'silent' | 'free';
  readonly holder: string;
  /** Its holder has given a sign of life since this watcher began to look. One that is held may be a dead one's, for a while. */
  readonly lives: boolean;
}

interface Sight {
  readonly record: LeaseRecord;
  readonly sinceMs: number;
  readonly lives: boolean;
}

/** Tells holders that live from those that have fallen silent, by the watcher's own clock: nobody's wall clock is believed. */
export class LeaseWatch {
  private readonly seen = new Map<string, Sight>();

  constructor(private readonly kit: LeaseKit) {}

  /** All of them in one question, in the order of the names. Rejects while the leases are away. */
  async look<const N extends readonly string[]>(names: N): Promise<{ readonly [I in keyof N]: SeenLease }> {
    const atMs = this.kit.runtime.monotonicMs();
    const records = await this.kit.leases.read(names);
    return names.map((name) => this.see(name, records.get(name) ?? NEVER_HELD, atMs)) as { [I in keyof N]: SeenLease };
  }

  private see(name: string, record: LeaseRecord, atMs: number): SeenLease {
    const before = this.seen.get(name);
    const isNews = before === undefined || before.record.term !== record.term || before.record.beat !== record.beat;
    const sight: Sight = isNews ? { record, sinceMs: atMs, lives: before !== undefined } : before;
    this.seen.set(name, sight);
    const { term, holder } = record;
    if (holder === '') return { term, holder, state: 'free', lives: false };
    const isSilent = atMs - sight.sinceMs >= this.kit.takeOverMs;
    return { term, holder, state: isSilent ? 'silent' : 'held', lives: sight.lives && !isSilent };
  }
}

/** Takes a lease that stood at `term`. Null: others were faster. The tenure ends with `outer`, or when its lease is lost. */
export async function claimLease(kit: LeaseKit, name: string, holder: string, term: number, outer: AbortSignal): Promise<HeldTenure | null> {
  const aliveAtMs = kit.runtime.monotonicMs();
  if (!(await kit.leases.claim(name, holder, term))) return null;
  return new HeldTenure(kit, name, holder, term + 1, aliveAtMs, outer);
}

export class HeldTenure implements Tenure {
  private readonly over = new AbortController();
  readonly signal = this.over.signal;

  constructor(
    private readonly kit: LeaseKit,
    private readonly name: string,
    private readonly holder: string,
    readonly term: number,
    private aliveAtMs: number,
    private readonly outer: AbortSignal,
  ) {
    outer.addEventListener('abort', this.end, { once: true });
    if (outer.aborted) this.end();
  }

  lasts(): boolean {
    if (this.kit.runtime.monotonicMs() - this.aliveAtMs >= this.kit.takeOverMs * TRUST) this.end();
    return !this.over.signal.aborted;
  }

  readonly end = (): void => {
    this.outer.removeEventListener('abort', this.end);
    this.over.abort();
  };

  /** Gives signs of life until it is over, then gives the lease back. Never rejects. */
  async keep(): Promise<void> {
    const { leases, runtime, takeOverMs, onProblem } = this.kit;
    while (!this.over.signal.aborted) {
      await runtime.sleep(takeOverMs * BEAT, this.over.signal);
      if (!this.lasts()) break;
      try {
        const atMs = runtime.monotonicMs();
        if (await leases.beat(this.name, this.holder, this.term)) this.aliveAtMs = atMs;
        else this.end();
      } catch (error) {
        onProblem(`${this.name} lease`, error);
      }
    }
    await leases.release(this.name, this.holder, this.term).catch((error: unknown) => onProblem(`${this.name} lease`, error));
  }
}
