import type { Runtime } from '../../ports/runtime';

/** What one process may have under way at a channel. */
export interface ChannelLimits {
  /** Calls at once. */
  readonly maxInFlight: number;
  /** New purchases in any one second. */
  readonly ratePerSecond: number;
}

const SECOND_MS = 1_000;

interface Load {
  inFlight: number;
  /** When the latest new purchases were granted, oldest first; at most a second of them. */
  readonly grantedAt: number[];
}

/**
 * How much this process has under way at each channel, so that one that hangs cannot take up every engine. Memory only: what a process
 * that died had under way is no longer under way here.
 */
export class ChannelLoad {
  private readonly loads = new Map<string, Load>();

  constructor(
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    /** Room for one more: somebody who waits for this channel may look again. */
    private readonly onRoom: (channelId: string) => void,
  ) {}

  isBusy(channelId: string, { maxInFlight, ratePerSecond }: ChannelLimits): boolean {
    const load = this.loads.get(channelId);
    if (load === undefined) return false;
    const since = this.runtime.monotonicMs() - SECOND_MS;
    while ((load.grantedAt[0] ?? Infinity) <= since) load.grantedAt.shift();
    return load.inFlight >= maxInFlight || load.grantedAt.length >= ratePerSecond;
  }

  /** A new purchase is granted: it counts from here on, so that many that are planned at one moment do not all go out. */
  grant(channelId: string): void {
    const load = this.load(channelId);
    load.inFlight++;
    load.grantedAt.push(this.runtime.monotonicMs());
  }

  begin(channelId: string): void {
    this.load(channelId).inFlight++;
  }

  /** Ends what was granted or begun. */
  end(channelId: string): void {
    const load = this.load(channelId);
    load.inFlight = Math.max(0, load.inFlight - 1);
    this.onRoom(channelId);
  }

  private load(channelId: string): Load {
    const there = this.loads.get(channelId);
    if (there !== undefined) return there;
    const made: Load = { inFlight: 0, grantedAt: [] };
    this.loads.set(channelId, made);
    return made;
  }
}
