import type { SheddingSetting } from '../../domain/shedding/decide';
import type { Sheddable } from '../../domain/shedding/events';
import { nextLevel, noShedding, shedNow, type SheddingLevel, type SheddingPolicy } from '../../domain/shedding/level';
import type { Runtime } from '../ports/runtime';

export interface SheddingKit {
  /** As the log has it; from memory. */
  readonly setting: () => SheddingSetting;
  readonly runtime: Runtime;
  readonly policy: SheddingPolicy;
  readonly lookEveryMs: number;
  /** So late does the event loop wake up when there is no more to be had. */
  readonly lateMs: number;
}

export interface SheddingView extends SheddingSetting {
  /** What this process does without now. */
  readonly active: readonly Sheddable[];
  /** The highest of what is measured, as a share of what this process can take. */
  readonly load: number;
}

/** When to come back. */
export const SHED_RETRY_MS = 5_000;

/** What this process does without: as a person has set it, or by its own load. The load is its own and is not stored; the setting is. */
export class Shedding {
  private level: SheddingLevel = noShedding;
  private load = 0;
  /** Each says what share of its room is taken: 0 is none, 1 is all. */
  private readonly measures: (() => number)[] = [];

  constructor(private readonly kit: SheddingKit) {}

  measure(share: () => number): void {
    this.measures.push(share);
  }

  sheds(what: Sheddable): boolean {
    return shedNow(this.kit.setting(), this.level).includes(what);
  }

  view(): SheddingView {
    const setting = this.kit.setting();
    return { ...setting, active: shedNow(setting, this.level), load: this.load };
  }

  /** One look, after the event loop woke up so late. */
  look(lateMs: number): void {
    const { runtime, policy, setting, lateMs: fullMs } = this.kit;
    this.load = Math.max(lateMs / fullMs, ...this.measures.map((share) => share()));
    this.level = nextLevel(this.level, this.load, runtime.monotonicMs(), policy, setting().order.length);
  }

  /** Looks at the load until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { runtime, lookEveryMs } = this.kit;
    while (!signal.aborted) {
      const sleepsAtMs = runtime.monotonicMs();
      await runtime.sleep(lookEveryMs, signal);
      this.look(Math.max(0, runtime.monotonicMs() - sleepsAtMs - lookEveryMs));
    }
  }
}
