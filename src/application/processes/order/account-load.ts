import { SECOND_MS } from '../../../domain/kernel/time';
import type { Account } from '../../../domain/routing/account';
import type { Runtime } from '../../ports/runtime';

/** What one process may have under way at a gateway or channel. */
export interface CallLimits {
  /** Calls at once. */
  readonly maxInFlight: number;
  /** New requests in any one second; absent: as many as there are. */
  readonly ratePerSecond?: number;
}

/** So many of those in line may look. */
export interface RoomNews {
  readonly topic: `room:${Account}` | `turn:${Account}`;
  readonly count: number;
}

interface Load {
  inFlight: number;
  /** Of these, the granted ones: requests, and no questions. */
  requests: number;
  /** When the latest new requests were granted, oldest first; at most a second of them. */
  readonly grantedAt: number[];
}

/**
 * How much this process has under way at each gateway and channel, so that one that hangs cannot take up every engine. Memory only: what
 * a process that died had under way is no longer under way here.
 */
export class AccountLoad {
  private readonly loads = new Map<Account, Load>();
  /** As many as the shop has. */
  private readonly limits = new Map<Account, CallLimits>();
  /** Those that somebody was turned away from. */
  private readonly full = new Set<Account>();
  /** What health leaves of the limits of each for requests, and when those in line were last told of room. As many as the shop has. */
  private readonly ramps = new Map<Account, { readonly limits: () => CallLimits; toldAtMs: number }>();

  constructor(
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    /** Room for one more: somebody who waits for it may look again. */
    private readonly onRoom: (account: Account) => void,
  ) {}

  /** Whoever is told so is told by `roomAgain` when there is room: looking again and again would take an engine up with those who wait. */
  isBusy(account: Account, limits: CallLimits): boolean {
    this.limits.set(account, limits);
    const isBusy = this.roomAt(account, limits) <= 0;
    if (isBusy) this.full.add(account);
    return isBusy;
  }

  /** Somebody goes behind others: they are to look now, should there be room. */
  turnedAway(account: Account): void {
    if (this.limits.has(account)) this.full.add(account);
  }

  /**
   * Whether there is no room for another request by what health leaves of the limits. Questions do not count: they are put in any health. `limits` are
   * asked again later, as the ramp rises.
   */
  isRampFull(account: Account, limits: () => CallLimits): boolean {
    const isFull = this.roomOnRamp(account, limits()) <= 0;
    // Whoever is turned away is told of the next room there is.
    if (isFull || !this.ramps.has(account)) this.ramps.set(account, { limits, toldAtMs: Number.NEGATIVE_INFINITY });
    return isFull;
  }

  /**
   * Accounts that were full when somebody looked and now have room, for how many; each is told once. Those in line with a request are told every second
   * while there is room: nothing else moves them when nothing is under way.
   */
  roomAgain(): readonly RoomNews[] {
    const again: RoomNews[] = [];
    const now = this.runtime.monotonicMs();
    for (const [account, ramp] of this.ramps) {
      if (now < ramp.toldAtMs + SECOND_MS) continue;
      const count = this.roomOnRamp(account, ramp.limits());
      if (count <= 0) continue;
      ramp.toldAtMs = now;
      again.push({ topic: `turn:${account}`, count });
    }
    for (const account of this.full) {
      const limits = this.limits.get(account);
      const count = limits === undefined ? 0 : this.roomAt(account, limits);
      if (count <= 0) continue;
      this.full.delete(account);
      again.push({ topic: `room:${account}`, count });
    }
    return again;
  }

  private roomAt(account: Account, limits: CallLimits): number {
    return this.roomBeside(account, limits, ({ inFlight }) => inFlight);
  }

  private roomOnRamp(account: Account, limits: CallLimits): number {
    return this.roomBeside(account, limits, ({ requests }) => requests);
  }

  private roomBeside(account: Account, { maxInFlight, ratePerSecond = Infinity }: CallLimits, underWay: (load: Load) => number): number {
    const load = this.loads.get(account);
    if (load === undefined) return Math.min(maxInFlight, ratePerSecond);
    this.forget(load);
    return Math.min(maxInFlight - underWay(load), ratePerSecond - load.grantedAt.length);
  }

  inFlight(account: Account): number {
    return this.loads.get(account)?.inFlight ?? 0;
  }

  /** A new request is granted: it counts from here on, so that many that are planned at one moment do not all go out. */
  grant(account: Account): void {
    const load = this.load(account);
    load.inFlight++;
    load.requests++;
    this.forget(load);
    load.grantedAt.push(this.runtime.monotonicMs());
  }

  begin(account: Account): void {
    this.load(account).inFlight++;
  }

  /** Ends what was granted. */
  endGranted(account: Account): void {
    const load = this.load(account);
    load.requests = Math.max(0, load.requests - 1);
    this.end(account);
  }

  /** Ends what was begun. */
  end(account: Account): void {
    const load = this.load(account);
    load.inFlight = Math.max(0, load.inFlight - 1);
    this.onRoom(account);
  }

  private forget({ grantedAt }: Load): void {
    const since = this.runtime.monotonicMs() - SECOND_MS;
    while ((grantedAt[0] ?? Infinity) <= since) grantedAt.shift();
  }

  private load(account: Account): Load {
    const there = this.loads.get(account);
    if (there !== undefined) return there;
    const made: Load = { inFlight: 0, requests: 0, grantedAt: [] };
    this.loads.set(account, made);
    return made;
  }
}
