import type { Instant } from '../../domain/kernel/time';
import { drained, etaMs, meanErrorMs, newDrain, perSecond, resumed, type Drain } from '../../domain/routing/drain';

/** One who stands in a line. */
interface Standing {
  readonly id: string;
  /** Its place: who has an earlier one is before it. */
  readonly at: Instant;
  /** When it had been told that it would leave; absent when nobody could tell. */
  readonly promisedAt: Instant | undefined;
}

/** How a line stands. */
export interface LineFigures {
  readonly depth: number;
  /** Of the one who waits longest. Milliseconds; 0 when nobody waits. */
  readonly oldestAgeMs: number;
  /** Who leaves it per second; null while nobody has left lately. */
  readonly drainedPerSecond: number | null;
  /** What whoever joins it now will wait, at its present speed; while nobody can tell, as long as the oldest has waited. Milliseconds; 0 when nobody waits. */
  readonly predictedWaitMs: number;
  /** Mean error of past estimates. Milliseconds; null before there was one. */
  readonly etaErrorMs: number | null;
}

export interface PlaceInLine {
  /** Who is before it. */
  readonly position: number;
  /** Milliseconds; null when nobody can tell. */
  readonly etaMs: number | null;
  /** Milliseconds; null before there was an estimate to compare. */
  readonly etaErrorMs: number | null;
}

/** So much behind its plan a line counts as late: its speed then says more than its plan. Milliseconds. */
const LATE_MS = 1_000;

/** A line in order of place. Whoever comes usually has the last place and whoever leaves the first, so both cost next to nothing. */
export class Line {
  private readonly byId = new Map<string, Standing>();
  private readonly ordered: Standing[] = [];
  private drain: Drain | undefined;

  /** `planned`: places are times at which their holders leave; else only the speed of the line says when. */
  constructor(private readonly planned: boolean) {}

  get size(): number {
    return this.ordered.length;
  }

  get lastPlace(): Instant | undefined {
    return this.ordered.at(-1)?.at;
  }

  join(id: string, at: Instant, now: Instant): void {
    this.drop(id);
    const index = this.indexOf(at, id);
    this.drain = this.drain === undefined ? newDrain(now) : this.ordered.length === 0 ? resumed(this.drain, now) : this.drain;
    const eta = etaMs({ position: index, notBefore: this.planned ? at : now }, this.drain, now, this.isLate(now));
    const standing: Standing = { id, at, promisedAt: eta === undefined ? undefined : now + eta };
    this.ordered.splice(index, 0, standing);
    this.byId.set(id, standing);
  }

  /** It is served: the line has moved. */
  leave(id: string, now: Instant): void {
    const standing = this.drop(id);
    if (standing === undefined) return;
    const error = standing.promisedAt === undefined ? undefined : now - standing.promisedAt;
    this.drain = drained(this.drain ?? newDrain(now), now, error);
  }

  /** It does not want to be served any more. */
  drop(id: string): Standing | undefined {
    const standing = this.byId.get(id);
    if (standing === undefined) return undefined;
    this.byId.delete(id);
    this.ordered.splice(this.indexOf(standing.at, id), 1);
    return standing;
  }

  placeOf(id: string, now: Instant): PlaceInLine | null {
    const standing = this.byId.get(id);
    if (standing === undefined) return null;
    const position = this.indexOf(standing.at, id);
    const drain = this.drain ?? newDrain(now);
    const eta = etaMs({ position, notBefore: this.planned ? standing.at : now }, drain, now, this.isLate(now));
    return { position, etaMs: eta ?? null, etaErrorMs: meanErrorMs(drain) ?? null };
  }

  figures(now: Instant): LineFigures {
    const drain = this.drain ?? newDrain(now);
    const [first] = this.ordered;
    const depth = this.ordered.length;
    const oldestAgeMs = first === undefined ? 0 : Math.max(0, now - first.at);
    return {
      depth,
      oldestAgeMs,
      predictedWaitMs: depth === 0 ? 0 : (etaMs({ position: depth, notBefore: now }, drain, now, true) ?? oldestAgeMs),
      drainedPerSecond: perSecond(drain, first === undefined ? drain.at : now) ?? null,
      etaErrorMs: meanErrorMs(drain) ?? null,
    };
  }

  private isLate(now: Instant): boolean {
    const [first] = this.ordered;
    return !this.planned || (first !== undefined && first.at < now - LATE_MS);
  }

  /** Where one with this place stands, or would. */
  private indexOf(at: Instant, id: string): number {
    const { ordered } = this;
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = ordered[middle];
      if (other !== undefined && (other.at < at || (other.at === at && other.id < id))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
