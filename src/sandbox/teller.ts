import { DELAY_MS } from './delays';
import type { FaultName, FaultRules, Occasion } from './faults';
import type { Courier, NoticeSender } from './notices';

/** What a notice can be about: a payment or a purchase, as the one who sends it sees it. */
export interface Subject<Facts> {
  /** Our id of it, part of the notices' ids. */
  readonly reference: string;
  /** Where its notices go; nowhere without it. */
  readonly url: string | undefined;
  /** Counts the notices begun for it. */
  readonly nextNotice: () => number;
  /** How it is now. */
  facts(): Facts;
  /** What somebody would say who wants to deceive: under a wrong signature, about somebody else's, or about this one. */
  untruth(fault: FalseNotice): Facts;
  /** Who writes its notices. */
  readonly courier: Courier<Facts>;
}

export type FalseNotice = 'forged-notice' | 'foreign-notice' | 'lying-notice';

const DUPLICATES = 10;
const isFalse = (fault: FaultName): fault is FalseNotice => fault === 'forged-notice' || fault === 'foreign-notice' || fault === 'lying-notice';

/** Tells of what happened, in the way a fault wants it. */
export class Teller {
  constructor(
    private readonly faults: FaultRules,
    private readonly notices: NoticeSender,
  ) {}

  /** Sends the notice of what just happened, as it is now. False notices come before the true one. */
  tell<Facts>(subject: Subject<Facts>, occasion: Occasion): void {
    const fault = this.faults.pick('notice', occasion);
    if (fault?.fault === 'no-notice') return;
    if (fault !== undefined && isFalse(fault.fault)) this.sendFalse(subject, fault.fault);
    const copies = fault?.fault === 'duplicate-notice' ? DUPLICATES : 1;
    const delayMs = fault?.fault === 'late-notice' ? (fault.ms ?? DELAY_MS.lateNotice) : 0;
    this.send(subject, subject.facts(), { copies, delayMs });
  }

  /** Nothing happened that is worth a notice; somebody who wants to deceive sends one all the same. */
  lieAbout<Facts>(subject: Subject<Facts>, occasion: Occasion): void {
    const fault = this.faults.pick('false-notice', occasion);
    if (fault !== undefined && isFalse(fault.fault)) this.sendFalse(subject, fault.fault);
  }

  private sendFalse<Facts>(subject: Subject<Facts>, fault: FalseNotice): void {
    this.send(subject, subject.untruth(fault), { forged: fault === 'forged-notice' });
  }

  private send<Facts>(subject: Subject<Facts>, facts: Facts, how: { copies?: number; delayMs?: number; forged?: boolean }): void {
    const { reference, url, nextNotice, courier } = subject;
    const { copies = 1, delayMs = 0, forged = false } = how;
    if (url === undefined || (!forged && !courier.carries(facts))) return;
    const notice = { id: `evt_${reference}_${nextNotice()}`, url, facts, forged };
    for (let copy = 0; copy < copies; copy++) this.notices.send(notice, courier, delayMs);
  }
}
