import { claimLease, type HeldTenure, type LeaseKit, LeaseWatch, type SeenLease, untilNextLookMs } from './tenure';

/** Processes of one kind that can be told apart. More may run: they only help out. */
export const SEATS_MAX = 64;

/** Who of a group of processes lives. Where nobody is known, everybody counts as alone. */
export interface Members {
  /** The seat of this process; null while it has none. */
  readonly self: string | null;
  /** The seats of the others that live, as far as they are known. */
  readonly others: readonly string[];
  /** Told after each change. Must not throw. */
  onChange(listener: () => void): void;
}

/**
 * Keeps a seat for this process and watches the seats of the others. Who has not yet been seen to live does not count: after a crash
 * nobody waits for the dead. A process that dies or stands still loses its seat after `takeOverMs`; while the leases are away everybody goes on with what was known last. It only says who should work on what: nothing
 * goes wrong when two of them see it differently.
 */
export class Membership implements Members {
  self: string | null = null;
  others: readonly string[] = [];
  private tenure: HeldTenure | null = null;
  private beating: Promise<void> = Promise.resolve();
  private readonly watch: LeaseWatch;
  private readonly listeners: (() => void)[] = [];
  private readonly holder: string;
  private readonly names: readonly string[];

  constructor(
    private readonly kit: LeaseKit,
    private readonly group: string,
  ) {
    this.watch = new LeaseWatch(kit);
    this.holder = kit.runtime.newId();
    this.names = Array.from({ length: SEATS_MAX }, (_, i) => `${group}-${i + 1}`);
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Runs until the signal aborts, then gives the seat back. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.lookAround(signal);
      } catch (error) {
        this.kit.onProblem(`${this.group} seats`, error);
      }
      await this.kit.runtime.sleep(untilNextLookMs(this.kit), signal);
    }
    this.tenure?.end();
    await this.beating;
  }

  private async lookAround(signal: AbortSignal): Promise<void> {
    const seats = await this.seats();
    const before = this.self;
    if (this.tenure?.lasts() !== true) await this.takeSeat(seats, signal);
    const others = [...seats].flatMap(([name, { lives, holder }]) => (lives && holder !== this.holder && name !== this.self ? [name] : []));
    if (this.self === before && others.join() === this.others.join()) return;
    this.others = others;
    for (const listener of this.listeners) listener();
  }

  private async seats(): Promise<ReadonlyMap<string, SeenLease>> {
    return new Map((await this.watch.look(this.names)).map((seat, i) => [this.names[i] ?? '', seat]));
  }

  /**
   * The seat that was this process's until it stood still, if nobody has taken it; else the first that nobody holds, or whose holder has
   * fallen silent. Without one this process helps out behind all others.
   */
  private async takeSeat(seats: ReadonlyMap<string, SeenLease>, signal: AbortSignal): Promise<void> {
    await this.leave();
    const own = [...seats].filter(([, { holder }]) => holder === this.holder);
    const open = [...seats].filter(([, { state, holder }]) => state !== 'held' && holder !== this.holder);
    for (const [name, { term }] of [...own, ...open]) {
      this.tenure = await claimLease(this.kit, name, this.holder, term, signal);
      if (this.tenure === null) continue;
      this.beating = this.tenure.keep();
      this.self = name;
      return;
    }
  }

  private async leave(): Promise<void> {
    this.tenure?.end();
    await this.beating;
    this.tenure = null;
    this.self = null;
  }
}
