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

export interface LeadershipKit {
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

/** Does the work whenever this process holds the lease, until the signal aborts. Of all that call it, one works at a time. */
export async function whileLeading(kit: LeadershipKit, name: string, signal: AbortSignal, work: (tenure: Tenure) => Promise<void>): Promise<void> {
  const holder = kit.runtime.newId();
  while (!signal.aborted) {
    const claimed = await claimInTurn(kit, name, holder, signal);
    if (claimed === null) return;
    const tenure = new HeldTenure(kit, name, holder, claimed, signal);
    const beating = tenure.keep();
    try {
      await work(tenure);
    } catch (error) {
      kit.onProblem(name, error);
    } finally {
      tenure.end();
      await beating;
    }
  }
}

interface Claimed {
  readonly term: number;
  readonly atMs: number;
}

/** Waits until nobody holds the lease, or its holder has been silent for too long. Null when the signal aborts first. */
async function claimInTurn(
  { leases, runtime, takeOverMs, onProblem }: LeadershipKit,
  name: string,
  holder: string,
  signal: AbortSignal,
): Promise<Claimed | null> {
  let seen: { readonly record: LeaseRecord; readonly sinceMs: number } | undefined;
  while (!signal.aborted) {
    try {
      const atMs = runtime.monotonicMs();
      const record = (await leases.read(name)) ?? { holder: '', term: 0, beat: 0 };
      if (seen === undefined || seen.record.term !== record.term || seen.record.beat !== record.beat) seen = { record, sinceMs: atMs };
      const isFree = record.holder === '' || atMs - seen.sinceMs >= takeOverMs;
      if (isFree && (await leases.claim(name, holder, record.term))) return { term: record.term + 1, atMs };
    } catch (error) {
      onProblem(`${name} lease`, error);
    }
    await runtime.sleep(takeOverMs * LOOK * (0.75 + runtime.random() / 2), signal);
  }
  return null;
}

class HeldTenure implements Tenure {
  readonly term: number;
  private readonly over = new AbortController();
  readonly signal = this.over.signal;
  private aliveAtMs: number;

  constructor(
    private readonly kit: LeadershipKit,
    private readonly name: string,
    private readonly holder: string,
    claimed: Claimed,
    private readonly outer: AbortSignal,
  ) {
    this.term = claimed.term;
    this.aliveAtMs = claimed.atMs;
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
