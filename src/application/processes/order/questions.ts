import { Recent } from '../../recent';
import { unitHash } from '../../../domain/kernel/hash';
import { MINUTE_MS, type Instant } from '../../../domain/kernel/time';
import type { Call } from '../../../domain/order/plan';
import type { Timing } from '../../../domain/order/timing';
import type { StoreClock } from '../../store-clock';

/** Fruitless questions remembered; one that is forgotten is merely asked sooner. */
const QUESTIONS_KEPT_MAX = 50_000;
/** However long nobody answers, it is asked this often. */
const AGAIN_MAX_MS = 10 * MINUTE_MS;

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
 * that nobody answers does not keep the rest of its order waiting.
 */
export class Questions {
  private readonly fruitless = new Recent<string, Fruitless>(QUESTIONS_KEPT_MAX);

  constructor(
    private readonly clock: StoreClock,
    private readonly timing: Timing,
  ) {}

  /** Undefined when it may be asked now. */
  againAt(question: string): Instant | undefined {
    const known = this.fruitless.get(question);
    return known === undefined || known.againAt <= this.clock.now() ? undefined : known.againAt;
  }

  /** True when the question is held back from now on. */
  answered(question: string, news: boolean): boolean {
    if (news) {
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
