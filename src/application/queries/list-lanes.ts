import type { Instant } from '../../domain/kernel/time';
import { LANES, type Lane, type LanePolicy } from '../../domain/routing/lanes';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { LineBook } from '../lines/line-book';
import type { LineFigures } from '../lines/line';
import { Query, type QueryHandler } from './query';

/** How a line stands. Ages and times in seconds. */
export interface LineView {
  readonly depth: number;
  readonly oldestAgeSeconds: number;
  /** Null while nobody has left lately. */
  readonly drainedPerSecond: number | null;
  /** By how much past estimates were wrong; null before there was one. */
  readonly etaErrorSeconds: number | null;
}

export interface LaneView extends LineView {
  readonly name: Lane;
  readonly weight: number;
  readonly concurrency: number;
  /** What it may have under way now, as its calls are answered; null where this process has no engine. */
  readonly concurrencyNow: number | null;
}

const seconds = (ms: number): number => Math.ceil(ms / 1_000);

export const lineView = ({ depth, oldestAgeMs, drainedPerSecond, etaErrorMs }: LineFigures): LineView => ({
  depth,
  oldestAgeSeconds: seconds(oldestAgeMs),
  drainedPerSecond: drainedPerSecond === null ? null : Math.round(drainedPerSecond * 10) / 10,
  etaErrorSeconds: etaErrorMs === null ? null : seconds(etaErrorMs),
});

/** Every lane. */
export class ListLanes extends Query<readonly LaneView[]> {
  static readonly operation = 'lanes';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export interface ListLanesKit {
  readonly lines: Pick<LineBook, 'lane'>;
  readonly policy: () => LanePolicy;
  readonly now: () => Instant;
  /** The engine of this process, where it has one. */
  readonly engine?: { laneCounts(lane: string): { readonly callsMax: number } } | undefined;
}

export class ListLanesHandler implements QueryHandler<ListLanes> {
  readonly query = ListLanes;
  constructor(private readonly kit: ListLanesKit) {}

  async execute({ caller }: ListLanes): Promise<readonly LaneView[]> {
    requireRole(ListLanes, caller);
    const { lines, policy, now, engine } = this.kit;
    return LANES.map((name) => ({
      name,
      ...policy().lanes[name],
      concurrencyNow: engine?.laneCounts(name).callsMax ?? null,
      ...lineView(lines.lane(name, now())),
    }));
  }
}
