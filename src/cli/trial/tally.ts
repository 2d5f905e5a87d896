import { orderIdOfReference } from '../../domain/kernel/ids';
import { isSettled, type Purchase, unitsShown } from './buyer';
import type { LedgerPayment } from './sandbox-control';

/** What became of all orders, by the gateway's ledger and by what buyers were shown; our own events have no say in it. */
export interface Tally {
  readonly orders: number;
  readonly delivered: number;
  readonly refunded: number;
  readonly inReview: number;
  readonly open: number;
  /** Ended with nothing taken and nothing given, by what their buyers were told; EXPIRED where the time to pay ran out. */
  readonly unpaid: Readonly<Record<string, number>>;
  /** Orders of which the gateway kept more than their price. */
  readonly duplicateCharges: number;
  /** Codes shown once more than once. */
  readonly duplicateCards: number;
  /** Orders that are gone, money kept for nothing, and goods shown for nothing. */
  readonly lost: number;
}

type End = 'delivered' | 'refunded' | 'inReview' | 'open' | 'lost' | 'unpaid';

interface Money {
  readonly captured: number;
  readonly refunded: number;
}

const NO_MONEY: Money = { captured: 0, refunded: 0 };

export function tally(purchases: readonly Purchase[], ledger: readonly LedgerPayment[]): Tally {
  const money = moneyByOrder(ledger);
  const ends = purchases.map((purchase) => endOf(purchase, money.get(purchase.orderId) ?? NO_MONEY));
  const count = (end: End): number => ends.filter((one) => one === end).length;
  const known = new Set(purchases.map(({ orderId }) => orderId));
  const keptForNobody = [...money].filter(([orderId, { captured, refunded }]) => !known.has(orderId) && captured > refunded).length;
  const codes = purchases.flatMap((purchase) => purchase.codes);
  return {
    orders: purchases.length,
    delivered: count('delivered'),
    refunded: count('refunded'),
    inReview: count('inReview'),
    open: count('open'),
    unpaid: reasonsOf(purchases.filter((_, at) => ends[at] === 'unpaid')),
    duplicateCharges: purchases.filter(({ orderId, amountMinor }) => keptOf(money.get(orderId) ?? NO_MONEY) > amountMinor).length,
    duplicateCards: codes.length - new Set(codes).size,
    lost: count('lost') + keptForNobody,
  };
}

function reasonsOf(purchases: readonly Purchase[]): Readonly<Record<string, number>> {
  const reasons: Record<string, number> = {};
  for (const { seen } of purchases) {
    const reason = seen?.refusal?.code ?? seen?.status ?? 'UNKNOWN';
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return reasons;
}

/** An order whose money is not where its end says it must be: still moving, or lost for good. */
export function isMoneyOff(purchase: Purchase, ledger: readonly LedgerPayment[]): boolean {
  const money = moneyByOrder(ledger).get(purchase.orderId) ?? NO_MONEY;
  return endOf(purchase, money) === 'lost' || keptOf(money) > purchase.amountMinor;
}

function moneyByOrder(ledger: readonly LedgerPayment[]): ReadonlyMap<string, Money> {
  const money = new Map<string, Money>();
  for (const { reference, capturedMinor, refundedMinor } of ledger) {
    const orderId = orderIdOfReference(reference) ?? reference;
    const { captured, refunded } = money.get(orderId) ?? NO_MONEY;
    money.set(orderId, { captured: captured + capturedMinor, refunded: refunded + refundedMinor });
  }
  return money;
}

const keptOf = ({ captured, refunded }: Money): number => captured - refunded;

function endOf(purchase: Purchase, money: Money): End {
  const { seen, quantity, amountMinor } = purchase;
  const units = unitsShown(purchase);
  if (seen === null) return 'lost';
  const kept = keptOf(money);
  if (units > 0) return kept >= amountMinor && units === quantity ? 'delivered' : 'lost';
  if (seen.inReview) return 'inReview';
  if (!isSettled(seen)) return 'open';
  if (seen.status === 'COMPLETED' || kept > 0) return 'lost';
  return money.captured > 0 ? 'refunded' : 'unpaid';
}
