import type { Runtime } from '../../application/ports/runtime';
import { derivedId } from '../../domain/kernel/ids';
import type { Life } from '../node/life';
import { Chance } from '../world/chance';
import type { Scheduler } from '../world/scheduler';

/** The wall clock of one machine: it may be wrong, jump, or stand still. It outlives the processes that read it. */
export class WallClock {
  private offsetMs = 0;
  private frozenAt: number | null = null;

  constructor(private readonly scheduler: Scheduler) {}

  nowMs(): number {
    return this.frozenAt ?? this.scheduler.now + this.offsetMs;
  }

  jump(ms: number): void {
    this.offsetMs += ms;
  }

  freeze(): void {
    this.frozenAt = this.nowMs();
  }

  setRight(): void {
    this.frozenAt = null;
    this.offsetMs = 0;
  }
}

/** Time and chance as one process sees them. */
export class SimulatedRuntime implements Runtime {
  private ids = 0;
  private readonly chance: Chance;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly life: Life,
    private readonly wall: WallClock,
    seed: number,
  ) {
    this.chance = new Chance(seed);
  }

  wallMs(): number {
    return this.wall.nowMs();
  }

  monotonicMs(): number {
    return this.scheduler.now - this.life.bornAt;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.life.sleep(ms, signal);
  }

  /** No time passes while a simulated process works, so it keeps nobody out. */
  async turn(): Promise<void> {
    // The scheduler gives everybody their turn.
  }

  random(): number {
    return this.chance.next();
  }

  newId(): string {
    return derivedId('simulated', this.life.name, ++this.ids);
  }
}
