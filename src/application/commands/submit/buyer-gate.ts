import {
  calm,
  fallsWithin,
  paced,
  riskOf,
  tooManyUnpaid,
  type BuyerLimits,
  type Pace,
  type Paced,
  type RiskSignal,
} from '../../../domain/buyer/limits';
import { SECOND_MS, type Instant } from '../../../domain/kernel/time';
import type { Likenesses } from '../../lines/alike';
import type { UnpaidOrders } from '../../lines/unpaid-alike';
import { Recent } from '../../recent';

/** Buyers whose pace is remembered, per node and kind. */
const BUYERS_MAX = 100_000;
/** Most buyers submit once: they are forgotten after one to two of these, and what they did no longer counts by then. Milliseconds. */
const TURN_MS = 15 * SECOND_MS;

/**
 * What one buyer may do at once. Best effort across nodes: the pace is this node's own, and unpaid orders of other nodes show here as soon
 * as the log tells of them. Nothing here refuses an order that is stored.
 */
export class BuyerGate {
  private readonly passing = new Recent<string, Pace>(BUYERS_MAX);
  private readonly lasting = new Recent<string, Pace>(BUYERS_MAX);
  private turnsAt: Instant = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly limits: BuyerLimits,
    private readonly unpaid: UnpaidOrders,
  ) {}

  /** A submit of this buyer comes: its pace from now on, and the milliseconds that it has to wait; 0: go on. */
  comes(buyer: string, now: Instant): Paced {
    const paces = paced(this.paceOf(buyer), now, this.limits);
    this.forgetPassed(now);
    this.keep(buyer, paces.pace);
    return paces;
  }

  /** What came was an order that is stored already: no new one, so it does not count. */
  cameAgain(buyer: string): void {
    const pace = this.paceOf(buyer);
    this.keep(buyer, { ...pace, level: Math.max(0, pace.level - 1) });
  }

  /** The limit of unpaid orders that one more would break. */
  tooManyUnpaid(likenesses: Likenesses): ReturnType<typeof tooManyUnpaid> {
    return tooManyUnpaid(this.unpaid.alike(likenesses), this.limits);
  }

  riskOf(pace: Pace, likenesses: Likenesses): readonly RiskSignal[] {
    return riskOf(this.unpaid.alike(likenesses), pace, this.limits);
  }

  private paceOf(buyer: string): Pace {
    return this.lasting.get(buyer) ?? this.passing.get(buyer) ?? calm;
  }

  private keep(buyer: string, pace: Pace): void {
    const [kept, other] = fallsWithin(TURN_MS, pace, this.limits) ? [this.passing, this.lasting] : [this.lasting, this.passing];
    kept.set(buyer, pace);
    other.delete(buyer);
  }

  private forgetPassed(now: Instant): void {
    if (now < this.turnsAt) return;
    this.passing.turn();
    this.turnsAt = now + TURN_MS;
  }
}
