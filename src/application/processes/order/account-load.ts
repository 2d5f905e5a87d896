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

interface Load {
  inFlight: number;
  /** When the latest new requests were granted, oldest first; at most a second of them. */
  readonly grantedAt: number[];
}

/**
 * How much this process has under way at each gateway and channel, so that one that hangs cannot take up every engine. Memory only: what
 * a process that died had under way is no longer under way here.
 */
export class AccountLoad {
  private readonly loads = new Map<Account, Load>();
  /** Those that somebody was turned away from, with the limits that did it. */
  private readonly full = new Map<Account, CallLimits>();

  constructor(
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    /** Room for one more: somebody who waits for it may look again. */
    private readonly onRoom: (account: Account) => void,
  ) {}

  /** Whoever is told so is told by `roomAgain` when there is room: looking again and again would take an engine up with those who wait. */
  isBusy(account: Account, limits: CallLimits): boolean {
    const isBusy = this.roomAt(account, limits) <= 0;
    if (isBusy) this.full.set(account, limits);
    return isBusy;
  }

  /** Accounts that were full when somebody looked and now have room, for how many; each is told once. */
  roomAgain(): readonly { readonly topic: Account; readonly count: number }[] {
    const again: { readonly topic: Account; readonly count: number }[] = [];
    for (const [account, limits] of this.full) {
      const count = this.roomAt(account, limits);
      if (count <= 0) continue;
      this.full.delete(account);
      again.push({ topic: account, count });
    }
    return again;
  }

  private roomAt(account: Account, { maxInFlight, ratePerSecond = Infinity }: CallLimits): number {
    const load = this.loads.get(account);
    if (load === undefined) return Math.min(maxInFlight, ratePerSecond);
    this.forget(load);
    return Math.min(maxInFlight - load.inFlight, ratePerSecond - load.grantedAt.length);
  }

  inFlight(account: Account): number {
    return this.loads.get(account)?.inFlight ?? 0;
  }

  /** A new request is granted: it counts from here on, so that many that are planned at one moment do not all go out. */
  grant(account: Account): void {
    const load = this.load(account);
    load.inFlight++;
    this.forget(load);
    load.grantedAt.push(this.runtime.monotonicMs());
  }

  begin(account: Account): void {
    this.load(account).inFlight++;
  }

  /** Ends what was granted or begun. */
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
    const made: Load = { inFlight: 0, grantedAt: [] };
    this.loads.set(account, made);
    return made;
  }
}
