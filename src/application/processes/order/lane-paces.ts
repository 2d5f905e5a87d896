import type { Account } from '../../../domain/routing/account';
import { concurrencyAt, fullPace, heard, nothingUsual, paced, type Pace, type PaceRule, type Usual } from '../../../domain/routing/lane-pace';
import type { Runtime } from '../../ports/runtime';

/**
 * How much each lane may have under way at once, as its calls are answered: in memory, per engine. Each answer is held against the usual
 * time of whoever gave it for that kind of call, so that one slow channel among quick ones is no reason to serve all of them less.
 */
export class LanePaces {
  private readonly paces = new Map<string, Pace>();
  /** By gateway or channel and kind of call: as many as the shop has. */
  private readonly usual = new Map<string, Usual>();

  constructor(
    private readonly rule: PaceRule,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
  ) {}

  /** What a lane may have under way, of what its policy allows. */
  concurrency(lane: string, allowed: number): number {
    const pace = this.paces.get(lane);
    return pace === undefined ? allowed : concurrencyAt(pace, allowed);
  }

  /** A call of this lane was answered. */
  answered(lane: string, account: Account, call: string, tookMs: number): void {
    const key = `${call} ${account}`;
    const before = this.usual.get(key) ?? nothingUsual;
    const now = this.runtime.monotonicMs();
    this.usual.set(key, heard(before, tookMs, now));
    if (before.ms === undefined) return;
    this.paces.set(lane, paced(this.paces.get(lane) ?? fullPace(now), tookMs / before.ms, now, this.rule));
  }
}
