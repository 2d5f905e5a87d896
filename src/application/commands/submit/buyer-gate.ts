import { calm, paced, riskOf, tooManyUnpaid, type BuyerLimits, type Likeness, type Pace, type RiskSignal } from '../../../domain/buyer/limits';
import type { Instant } from '../../../domain/kernel/time';
import type { UnpaidOrders } from '../../lines/unpaid-alike';
import { Recent } from '../../recent';

/** Buyers whose pace is remembered, per node. */
const BUYERS_MAX = 100_000;

/**
 * What one buyer may do at once. Best effort across nodes: the pace is this node's own, and unpaid orders of other nodes show here as soon
 * as the log tells of them. Nothing here refuses an order that is stored.
 */
export class BuyerGate {
  private readonly paces = new Recent<string, Pace>(BUYERS_MAX);

  constructor(
    private readonly limits: BuyerLimits,
    private readonly unpaid: UnpaidOrders,
  ) {}

  /** A submit of this buyer comes. Milliseconds that it has to wait; 0: go on. */
  comes(buyer: string, now: Instant): number {
    const { pace, waitMs } = paced(this.paces.get(buyer) ?? calm, now, this.limits);
    this.paces.set(buyer, pace);
    return waitMs;
  }

  /** What came was an order that is stored already: no new one, so it does not count. */
  cameAgain(buyer: string): void {
    const pace = this.paces.get(buyer);
    if (pace !== undefined) this.paces.set(buyer, { ...pace, level: Math.max(0, pace.level - 1) });
  }

  /** The limit of unpaid orders that one more would break. */
  tooManyUnpaid(likenesses: readonly (readonly [Likeness, string])[]): ReturnType<typeof tooManyUnpaid> {
    return tooManyUnpaid(this.unpaid.alike(likenesses), this.limits);
  }

  riskOf(buyer: string, likenesses: readonly (readonly [Likeness, string])[]): readonly RiskSignal[] {
    return riskOf(this.unpaid.alike(likenesses), this.paces.get(buyer) ?? calm, this.limits);
  }
}
