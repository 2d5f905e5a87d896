import { MINUTE_MS } from '../kernel/time';

/** What a process may send again to one gateway or channel. */
export interface BudgetRule {
  /** What one first request that was answered adds: 0.2 is a retry for every five. */
  readonly perSuccess: number;
  /** What comes by itself, so that one with which nothing succeeds is still tried. Greater than 0. */
  readonly perMinute: number;
  /** What may be saved up, and what a process begins with. At least 1. */
  readonly burst: number;
}

export interface RetryPolicy {
  /** Of requests that are made anew: they may be what a sick one dies of. */
  readonly retries: BudgetRule;
  /** Of questions that settle a doubt. They have their own, so that money is accounted for however many retries fail. */
  readonly questions: BudgetRule;
}

/**
 * A fifth is what retry budgets of the field allow on top of first requests. The floor is a request per second: hardly a load, and
 * soon enough to see that somebody is back. Questions are cheap for who is asked, and each keeps a buyer waiting.
 */
export const defaultRetryPolicy: RetryPolicy = {
  retries: { perSuccess: 0.2, perMinute: 60, burst: 20 },
  questions: { perSuccess: 0, perMinute: 3_000, burst: 200 },
};

/** What is left. Times are milliseconds of one clock, whichever. */
export interface Budget {
  /** Retries that nobody has been promised; below 0 so many have been promised ahead of their time. */
  readonly free: number;
  /** Retries that have been promised and have not gone yet. */
  readonly promised: number;
  readonly at: number;
}

export const fullBudget = ({ burst }: BudgetRule, at: number): Budget => ({ free: burst, promised: 0, at });

/** What was promised is owed out of what is saved up, and no more than that is ever saved up. */
const within = ({ free, promised: owed, at }: Budget, { burst }: BudgetRule): Budget => {
  const saved = Math.min(burst, free);
  return { free: saved, promised: Math.max(0, Math.min(owed, burst - saved)), at };
};

/** As it stands now. */
export function refilled(budget: Budget, rule: BudgetRule, now: number): Budget {
  if (now <= budget.at) return budget;
  return within({ ...budget, free: budget.free + ((now - budget.at) * rule.perMinute) / MINUTE_MS, at: now }, rule);
}

/** How long whoever asks now must wait: those who were promised a time come first. Milliseconds; 0 when it may go at once. */
export const waitMs = ({ free }: Budget, { perMinute }: BudgetRule): number =>
  free >= 1 ? 0 : Math.ceil(((1 - free) * MINUTE_MS) / Math.max(perMinute, Number.EPSILON));

/** One goes at once. */
export const spent = (budget: Budget): Budget => ({ ...budget, free: budget.free - 1 });

/** One is promised to go when `waitMs` has passed, or earlier when there is room. */
export const promised = (budget: Budget): Budget => ({ ...budget, free: budget.free - 1, promised: budget.promised + 1 });

/** One that was promised goes. */
export const redeemed = (budget: Budget): Budget => ({ ...budget, promised: Math.max(0, budget.promised - 1) });

/** One that was about to go keeps its promise instead. */
export const kept = (budget: Budget): Budget => ({ ...budget, promised: budget.promised + 1 });

/** There is room for one that was promised a later time. */
export const hasRoomEarly = ({ free, promised: owed }: Budget): boolean => owed > 0 && free + owed >= 1;

/** A first request was answered. */
export const earned = (budget: Budget, rule: BudgetRule): Budget => within({ ...budget, free: budget.free + rule.perSuccess }, rule);

/** What went was answered, or did not go after all: it costs nothing. Only retries that fail are what a budget is for. */
export const returned = (budget: Budget, rule: BudgetRule): Budget => within({ ...budget, free: budget.free + 1 }, rule);
