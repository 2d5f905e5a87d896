import { SECOND_MS } from '../../../domain/kernel/time';
import type { UserRefusal } from '../../caller';
import type { Captcha, CaptchaVerdict } from '../../ports/captcha';
import type { Runtime } from '../../ports/runtime';
import { refuse } from '../../refusals';

export interface CaptchaRule {
  /** RISK: of orders that repeat abnormally, as the limits of a buyer tell; ALWAYS: of every new order. */
  readonly askedOf: 'RISK' | 'ALWAYS';
  /** What becomes of an order while the vendor does not answer: ADMIT sells on, REFUSE asks to come again. */
  readonly whenAway: 'ADMIT' | 'REFUSE';
}

/** Questions in a row without a verdict, after which nobody is asked for a while: each of them kept a buyer waiting. */
const AWAY_AFTER = 5;
const AWAY_FOR_MS = 10 * SECOND_MS;

export interface AskedOf {
  readonly orderId: string;
  readonly token: string | undefined;
  readonly address: string | undefined;
  /** It repeats abnormally. */
  readonly isRisky: boolean;
}

/** Whether a new order has to show that a person places it. Asked last of all, so that no solved captcha is spent on an order that is refused for something else. */
export class CaptchaGate {
  private unknownInARow = 0;
  private awayUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly rule: CaptchaRule,
    private readonly captcha: Captcha,
    private readonly runtime: Pick<Runtime, 'monotonicMs'>,
    /** Told of every verdict, and of every order that went unjudged. Must not throw. */
    private readonly onVerdict: (verdict: CaptchaVerdict) => void = () => undefined,
  ) {}

  /** Why the order is not taken; null: it may pass. */
  async refusalOf({ orderId, token, address, isRisky }: AskedOf): Promise<UserRefusal | null> {
    if (this.rule.askedOf === 'RISK' && !isRisky) return null;
    const field = ['client', 'captchaToken'];
    if (token === undefined) return refuse('CAPTCHA_REQUIRED', { field });
    const verdict = await this.verdict(() => this.captcha.judge({ token, address, key: orderId }));
    if (verdict === 'FAILED') return refuse('CAPTCHA_FAILED', { field });
    return verdict === 'PASSED' || this.rule.whenAway === 'ADMIT' ? null : refuse('CAPTCHA_UNAVAILABLE', { field, retryAfterMs: AWAY_FOR_MS });
  }

  private async verdict(ask: () => Promise<CaptchaVerdict>): Promise<CaptchaVerdict> {
    const verdict = this.runtime.monotonicMs() < this.awayUntilMs ? 'UNKNOWN' : this.counted(await ask());
    this.onVerdict(verdict);
    return verdict;
  }

  private counted(verdict: CaptchaVerdict): CaptchaVerdict {
    this.unknownInARow = verdict === 'UNKNOWN' ? this.unknownInARow + 1 : 0;
    // One more unknown after the pause begins the next one: the count stays where it is until somebody answers.
    if (this.unknownInARow >= AWAY_AFTER) this.awayUntilMs = this.runtime.monotonicMs() + AWAY_FOR_MS;
    return verdict;
  }
}
