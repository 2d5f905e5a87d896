import type { Account } from '../../../domain/routing/account';
import {
  earned,
  fullBudget,
  hasRoomEarly,
  kept,
  promised,
  redeemed,
  refilled,
  returned,
  spent,
  waitMs,
  type Budget,
  type BudgetRule,
} from '../../../domain/routing/retry-budget';
import type { RetryRoom } from '../../../domain/order/plan';
import type { Runtime } from '../../ports/runtime';

/**
 * What this process may send again to each gateway and channel, in memory: a process that starts has all its budgets full, and keeps the
 * times that orders were promised before, since those are stored with them.
 */
export class RetryBudgets implements RetryRoom {
  /** One for each gateway and channel that was ever sent to: as many as the shop has. */
  private readonly budgets = new Map<Account, Budget>();

  constructor(
    private readonly rule: BudgetRule,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    /** Room for so many that were promised a later time. Must not throw. */
    private readonly onRoom: (account: Account, count: number) => void = () => undefined,
  ) {}

  /** How many may go now; below 0 so many have been promised ahead of their time. */
  free(account: Account): number {
    return this.now(account).free;
  }

  waitMs(account: Account): number {
    return waitMs(this.now(account), this.rule);
  }

  hasRoomEarly(account: Account): boolean {
    return hasRoomEarly(this.now(account));
  }

  /** One goes at once. */
  spend(account: Account): void {
    this.set(account, spent(this.now(account)));
  }

  promise(account: Account): void {
    this.set(account, promised(this.now(account)));
  }

  /** One that was promised goes. */
  redeem(account: Account): void {
    this.set(account, redeemed(this.now(account)));
  }

  /** It was promised and about to go, and keeps its promise instead. */
  keep(account: Account): void {
    this.set(account, kept(this.now(account)));
  }

  /** It was promised, and does not go after all. */
  takeBack(account: Account): void {
    this.set(account, returned(redeemed(this.now(account)), this.rule));
  }

  /** What went was answered, or did not go after all. */
  giveBack(account: Account): void {
    this.grow(account, returned(this.now(account), this.rule));
  }

  /** A first request was answered. */
  earn(account: Account): void {
    this.grow(account, earned(this.now(account), this.rule));
  }

  private grow(account: Account, budget: Budget): void {
    this.set(account, budget);
    if (hasRoomEarly(budget)) this.onRoom(account, Math.min(budget.promised, Math.floor(budget.free + budget.promised)));
  }

  private now(account: Account): Budget {
    const at = this.runtime.monotonicMs();
    return refilled(this.budgets.get(account) ?? fullBudget(this.rule, at), this.rule, at);
  }

  private set(account: Account, budget: Budget): void {
    this.budgets.set(account, budget);
  }
}
