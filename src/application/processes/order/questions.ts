import { Recent } from '../../recent';
import { unitHash } from '../../../domain/kernel/hash';
import { MINUTE_MS, type Instant } from '../../../domain/kernel/time';
import type { Call } from '../../../domain/order/plan';
import type { Timing } from '../../../domain/order/timing';
import type { Account } from '../../../domain/routing/account';
import type { StoreClock } from '../../store-clock';
import type { RetryBudgets } from './retry-budgets';

/** Fruitless questions remembered; one that is forgotten is merely asked sooner. */
const QUESTIONS_KEPT_MAX = 50_000;
/** However long nobody answers, it is asked this often. */
const AGAIN_MAX_MS = 10 * MINUTE_MS;

/** What a question is paid from. */
export interface Purse {
  readonly budgets: RetryBudgets;
  readonly account: Account;
}

interface Fruitless {
  readonly times: number;
  readonly againAt: Instant;
}

/** What a call is about: a payment, a refund, a purchase, or the cards of the order itself. */
function aboutOf(orderId: string, call: Call): string {
  if ('reference' in call) return call.reference;
  if ('refundReference' in call) return call.refundReference;
  return 'requestId' in call ? call.requestId : orderId;
}

/** The same question about the same thing, whoever asks. */
export const questionOf = (orderId: string, call: Call): string => `${call.kind} ${aboutOf(orderId, call)}`;

/**
 * Which questions to the outside told nothing new, and when each may be put again: back-off in memory, per question, so that one
 * that nobody answers does not keep the rest of its order waiting. Beyond what its gateway or channel may be asked, a question waits longer.
 */
export class Questions {
  private readonly fruitless = new Recent<string, Fruitless>(QUESTIONS_KEPT_MAX);
  /** When those for which there was no room were promised to be put. */
  private readonly promised = new Recent<string, Instant>(QUESTIONS_KEPT_MAX);
  private readonly paid = new Recent<string, Purse>(QUESTIONS_KEPT_MAX);

  constructor(
    private readonly clock: StoreClock,
    private readonly timing: Timing,
  ) {}

  /** Undefined when it may be asked now. `purse`: what it is paid from; one for which that is empty is promised a time. */
  againAt(question: string, purse: Purse | undefined): Instant | undefined {
    const now = this.clock.now();
    const known = this.fruitless.get(question);
    if (known !== undefined && known.againAt > now) return known.againAt;
    const at = this.promised.get(question) ?? (purse === undefined ? now : this.promise(question, purse, now));
    return at <= now ? undefined : at;
  }

  private promise(question: string, { budgets, account }: Purse, now: Instant): Instant {
    const waitMs = budgets.waitMs(account);
    if (waitMs <= 0) return now;
    budgets.promise(account);
    this.promised.set(question, now + waitMs);
    return now + waitMs;
  }

  /** It is put now. */
  asked(question: string, purse: Purse | undefined): void {
    if (purse === undefined) return;
    if (this.promised.has(question)) purse.budgets.redeem(purse.account);
    else purse.budgets.spend(purse.account);
    this.promised.delete(question);
    this.paid.set(question, purse);
  }

  /** True when the question is held back from now on. */
  answered(question: string, news: boolean): boolean {
    const purse = this.paid.get(question);
    this.paid.delete(question);
    if (news) {
      purse?.budgets.giveBack(purse.account);
      this.fruitless.delete(question);
      return false;
    }
    const times = (this.fruitless.get(question)?.times ?? 0) + 1;
    const { retryBaseMs, retryJitterMs } = this.timing;
    const pauseMs = Math.min(retryBaseMs * 2 ** Math.min(times - 1, 20), AGAIN_MAX_MS) + retryJitterMs * unitHash(question, times);
    this.fruitless.set(question, { times, againAt: this.clock.now() + Math.round(pauseMs) });
    return true;
  }
}
