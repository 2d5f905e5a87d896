import type { Instant } from '../../../domain/kernel/time';
import { admitted, emptyLine, fullFor, type AdmissionLine, type AdmissionPolicy, type Admitted } from '../../../domain/routing/admission';

/**
 * The line before this node. Orders that come faster than they may enter get a place in it: a time, stored with the order, and the engine
 * begins none before its time. The line itself is one number, taken up from the log after a restart.
 */
export class AdmissionGate {
  private line: AdmissionLine = emptyLine;

  /** The policy is asked each time: this node's part of the whole changes as nodes come and go. */
  constructor(private readonly policy: () => AdmissionPolicy) {}

  /** Null while somebody can still join; else when it is worth coming back, in milliseconds. */
  fullFor(now: Instant): number | null {
    return fullFor(this.line, now, this.policy());
  }

  /** The next one comes. */
  next(now: Instant): Admitted {
    const answer = admitted(this.line, now, this.policy());
    if (answer.admission !== 'BUSY') this.line = answer.line;
    return answer;
  }

  /** Somebody stands in the line since before this node began. */
  resume(lastEntersAt: Instant): void {
    this.line = { lastEntersAt: Math.max(this.line.lastEntersAt, lastEntersAt) };
  }
}
