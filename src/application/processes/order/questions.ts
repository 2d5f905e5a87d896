import { Recent } from '../../recent';
import { unitHash } from '../../../domain/kernel/hash';
import { MINUTE_MS, type Instant } from '../../../domain/kernel/time';
import type { Call } from '../../../domain/order/plan';
import type { Timing } from '../../../domain/order/timing';
import type { Account } from '../../../domain/routing/account';
import { heldBack, silentAgain, type HeldBack, type Put, type Silence } from '../../../domain/routing/silence';
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

/** An answer that told nothing new: whoever was asked is there, and need not be asked sooner. */
interface Fruitless {
  readonly times: number;
  readonly againAt: Instant;
}

interface Asked extends Put {
  readonly account: Account;
  readonly purse: Purse | undefined;
  isSilent: boolean;
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
 * that nobody answers does not keep the rest of its order waiting. One that met silence goes ahead of its time when whoever is asked is heard of
 * again. Beyond what its gateway or channel may be asked, a question waits longer.
 */
export class Questions {
  private readonly fruitless = new Recent<string, Fruitless>(QUESTIONS_KEPT_MAX);
  private readonly silences = new Recent<string, Silence>(QUESTIONS_KEPT_MAX);
  /** When those for which there was no room were promised to be put. */
  private readonly promised = new Recent<string, Instant>(QUESTIONS_KEPT_MAX);
  private readonly underWay = new Recent<string, Asked>(QUESTIONS_KEPT_MAX);

  constructor(
    private readonly clock: StoreClock,
    private readonly timing: Timing,
    /** How often somebody was heard of, since this process began. */
    private readonly timesHeard: (account: Account) => number,
  ) {}

  /** Undefined when it may be asked now. `purse`: what it is paid from; one for which that is empty is promised a time. */
  heldBack(question: string, account: Account, purse: Purse | undefined): HeldBack | undefined {
    const now = this.clock.now();
    const silence = this.silences.get(question);
    const silent = silence === undefined ? undefined : heldBack(silence, this.timesHeard(account), now);
    if (silent !== undefined) return silent;
    const againAt = this.fruitless.get(question)?.againAt ?? now;
    if (againAt > now) return { at: againAt, orWhenHeard: false };
    const at = this.promised.get(question) ?? (purse === undefined ? now : this.promise(question, purse, now));
    return at <= now ? undefined : { at, orWhenHeard: false };
  }

  private promise(question: string, { budgets, account }: Purse, now: Instant): Instant {
    const waitMs = budgets.waitMs(account);
    if (waitMs <= 0) return now;
    budgets.promise(account);
    this.promised.set(question, now + waitMs);
    return now + waitMs;
  }

  /** It is put now. */
  asked(question: string, account: Account, purse: Purse | undefined): void {
    const early = (this.silences.get(question)?.againAt ?? 0) > this.clock.now();
    this.underWay.set(question, { account, purse, early, heardBefore: this.timesHeard(account), isSilent: false });
    if (purse === undefined) return;
    if (this.promised.has(question)) purse.budgets.redeem(purse.account);
    else purse.budgets.spend(purse.account);
    this.promised.delete(question);
  }

  /** There was no answer to it; said before `answered`. */
  silent(question: string): void {
    const asked = this.underWay.get(question);
    if (asked !== undefined) asked.isSilent = true;
  }

  /**
   * True when the question is held back from now on; also when it was not put at all, because others had taken the room meanwhile: that says nothing of
   * it, and it goes with the next room there is.
   */
  answered(question: string, news: boolean): boolean {
    const asked = this.underWay.get(question);
    if (asked === undefined) return true;
    this.underWay.delete(question);
    if (!asked.isSilent) this.silences.delete(question);
    if (news) {
      asked.purse?.budgets.giveBack(asked.purse.account);
      this.fruitless.delete(question);
      return false;
    }
    if (asked.isSilent) this.holdBack(question, asked);
    else {
      const times = (this.fruitless.get(question)?.times ?? 0) + 1;
      this.fruitless.set(question, { times, againAt: this.clock.now() + this.pauseMs(question, times) });
    }
    return true;
  }

  private holdBack(question: string, asked: Asked): void {
    const pauseMs = (times: number): number => this.pauseMs(question, times);
    this.silences.set(question, silentAgain(this.silences.get(question), asked, this.timesHeard(asked.account), this.clock.now(), pauseMs));
  }

  private pauseMs(question: string, times: number): number {
    const { retryBaseMs, retryJitterMs } = this.timing;
    return Math.round(Math.min(retryBaseMs * 2 ** Math.min(times - 1, 20), AGAIN_MAX_MS) + retryJitterMs * unitHash(question, times));
  }
}
