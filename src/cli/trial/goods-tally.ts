import { createHash } from 'node:crypto';
import { orderIdOfReference } from '../../domain/kernel/ids';
import { isSettled, type Purchase } from './buyer';
import type { LedgerPurchase } from './sandbox-control';
import type { OrderBooks, ShopBooks } from './shop-books';

/** What became of all goods, by the ledgers of the channels, the file of cards and what buyers were shown; and whether the shop's books say the same. */
export interface GoodsTally {
  /** Units that buyers hold, by where they came from. */
  readonly fromPool: number;
  readonly fromChannels: number;
  readonly toppedUp: number;
  /** What the channels charged, in minor units. */
  readonly channelCostMinor: number;
  /** Bought units that the shop booked as stock that nobody wanted, or as disputed. */
  readonly spareUnits: number;
  /** Orders of which more was bought and kept than was ordered. */
  readonly duplicatePurchases: number;
  /** Codes and receipts that a buyer was shown and that nobody sold to the shop. */
  readonly strayGoods: number;
  /** Cards by which the shop's stock differs from what it imported and bought, and its sold cards from what buyers were shown. */
  readonly cardsOff: number;
  /** Minor units by which what the shop booked differs from what the channels charged. */
  readonly costOffMinor: number;
}

export interface GoodsWitnesses {
  readonly purchases: readonly Purchase[];
  /** The rows of all channels. */
  readonly ledger: readonly LedgerPurchase[];
  /** The codes of the imported file. */
  readonly imported: readonly string[];
  readonly books: ShopBooks;
}

export const goodsOff = ({ duplicatePurchases, strayGoods, cardsOff, costOffMinor }: GoodsTally): number =>
  duplicatePurchases + strayGoods + cardsOff + costOffMinor;

export function tallyGoods({ purchases, ledger, imported, books }: GoodsWitnesses): GoodsTally {
  const accounts = accountsOf(purchases, ledger, books);
  const shown = purchases.flatMap(({ codes }) => codes);
  const pool = new Set(imported);
  const sold = new Set(ledger.flatMap(({ codeHashes }) => codeHashes));
  const fromPool = shown.filter((code) => pool.has(code)).length;
  const fromChannels = shown.filter((code) => !pool.has(code) && sold.has(sha256(code))).length;
  const toppedUp = sum(accounts, ({ receipts, topUps }) => Math.min(receipts, topUps));
  const known = sum(accounts, ({ codes }) => codes);
  return {
    fromPool,
    fromChannels,
    toppedUp,
    channelCostMinor: sum(ledger, costOf),
    spareUnits: sum(accounts, ({ booked }) => booked.spareUnits),
    duplicatePurchases: accounts.filter(({ codes, topUps, booked, quantity }) => codes + topUps - booked.spareUnits > quantity).length,
    strayGoods: shown.length - fromPool - fromChannels + sum(accounts, ({ receipts, topUps }) => Math.max(0, receipts - topUps)),
    cardsOff: cardsOff(
      books,
      imported.length + known,
      shown.length,
      sum(purchases.filter(isUndecided), ({ quantity }) => quantity),
    ),
    costOffMinor: sum(accounts, ({ costMinor, booked }) => Math.abs(costMinor - booked.boughtMinor)),
  };
}

/** What one order was sold, by the ledgers; purchases whose unknown outcome the shop has on its books as such stay out. */
interface Account {
  readonly quantity: number;
  readonly receipts: number;
  readonly booked: OrderBooks;
  readonly codes: number;
  readonly topUps: number;
  readonly costMinor: number;
}

const NOTHING_BOOKED: OrderBooks = { boughtMinor: 0, spareUnits: 0, unanswered: new Set(), writtenOff: new Set() };

/** Whether the shop has a purchase on its books as one of unknown outcome: nobody waits for it any more, or its order is still under way. */
export function inDoubt({ purchases, books }: Pick<GoodsWitnesses, 'purchases' | 'books'>): (row: LedgerPurchase) => boolean {
  const undecided = new Set(purchases.filter(isUndecided).map(({ orderId }) => orderId));
  return ({ requestId }) => {
    const orderId = orderOf(requestId);
    const booked = books.orders.get(orderId) ?? NOTHING_BOOKED;
    return booked.unanswered.has(requestId) && (booked.writtenOff.has(requestId) || undecided.has(orderId));
  };
}

function accountsOf(purchases: readonly Purchase[], ledger: readonly LedgerPurchase[], books: ShopBooks): readonly Account[] {
  const isInDoubt = inDoubt({ purchases, books });
  const rows = new Map<string, LedgerPurchase[]>();
  for (const row of ledger) {
    const orderId = orderOf(row.requestId);
    rows.set(orderId, [...(rows.get(orderId) ?? []), row]);
  }
  const orders = new Map(purchases.map((purchase) => [purchase.orderId, purchase]));
  return [...new Set([...orders.keys(), ...rows.keys(), ...books.orders.keys()])].map((orderId) => {
    const purchase = orders.get(orderId);
    const booked = books.orders.get(orderId) ?? NOTHING_BOOKED;
    const own = (rows.get(orderId) ?? []).filter((row) => !isInDoubt(row));
    return {
      quantity: purchase?.quantity ?? 0,
      receipts: purchase?.receipts.length ?? 0,
      booked,
      codes: sum(own, ({ codeHashes }) => codeHashes.length),
      topUps: sum(own, (row) => unitsOf(row) - row.codeHashes.length),
      costMinor: sum(own, costOf),
    };
  });
}

/** Cards of orders that are not decided yet may be held without having been shown. */
function cardsOff({ stocked, claimed }: ShopBooks, obtained: number, shown: number, undecided: number): number {
  return Math.abs(stocked - obtained) + Math.max(0, claimed - shown - undecided, shown - claimed);
}

const orderOf = (requestId: string): string => orderIdOfReference(requestId) ?? requestId;
const isUndecided = ({ seen }: Purchase): boolean => seen === null || seen.inReview || !isSettled(seen);
/** A purchase that was completed without a card is a top-up of one unit. */
const unitsOf = ({ status, codeHashes }: LedgerPurchase): number => (codeHashes.length === 0 && status === 'COMPLETED' ? 1 : codeHashes.length);
/** What the channel charged for it, in minor units. */
export const costOf = (row: LedgerPurchase): number => unitsOf(row) * row.unitCostMinor;
const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);
const sha256 = (code: string): string => createHash('sha256').update(code, 'utf8').digest('hex');
