import type { CardV1, PurchaseRequestV1, PurchaseV1 } from '../protocols/channel-v1';
import { NO_CURRENCY } from '../protocols/wire';
import type { Product, Shelf } from './shelf';

/** One purchase as the channel knows it: the truth, whatever a fault makes it answer. Costs in integer minor units. */
export interface PurchaseRecord {
  /** Counts purchases of this channel from 1: without *replay* one request id may stand for several. */
  readonly serial: number;
  readonly requestId: string;
  /** The body of the first request as it came; undefined for an id that was cancelled before it was seen. */
  readonly requestText?: string | undefined;
  readonly product: string;
  readonly quantity: number;
  readonly maxUnitCostMinor: number;
  readonly currency: string;
  readonly callbackUrl?: string | undefined;
  readonly createdAtMs: number;
  status: PurchaseV1['status'];
  cards: CardV1[];
  /** So many of the cards, from the last one on, are handed over without a code. */
  malformed: number;
  receipt: string | undefined;
  /** What one unit was sold for; 0 while nothing was. */
  unitCostMinor: number;
  /** Units paid for. */
  units: number;
  reason: string | undefined;
  /** When its state last changed, milliseconds since 1970 UTC. */
  changedAtMs: number;
  /** Notices begun for it; part of their ids. */
  notices: number;
}

/** How one sale goes wrong; all of it only when a fault says so. */
export interface Mishap {
  readonly half?: boolean;
  readonly overPrice?: boolean;
  readonly malformed?: boolean;
  readonly soldCode?: boolean;
}

const OVER_PRICE_SHARE = 0.1;

/** The book of all purchases of one channel. It sells and keeps the rules of channel v1; it knows nothing of HTTP, faults or notices. */
export class PurchaseBook {
  private readonly purchases: PurchaseRecord[] = [];
  private readonly latest = new Map<string, PurchaseRecord>();

  /** `stored` is told of every change before anybody else hears of it. `partialFill`: sells what it has when it has too few. */
  constructor(
    private readonly shelf: Shelf,
    private readonly partialFill: boolean,
    private readonly nowMs: () => number,
    private readonly stored: (purchase: PurchaseRecord) => void,
  ) {}

  all(): readonly PurchaseRecord[] {
    return this.purchases;
  }

  find(requestId: string): PurchaseRecord | undefined {
    return this.latest.get(requestId);
  }

  /** Takes a purchase back in as it was stored. */
  restore(purchase: PurchaseRecord): void {
    this.purchases.push(purchase);
    this.latest.set(purchase.requestId, purchase);
    this.shelf.take(purchase.product, purchase.units, purchase.units * purchase.unitCostMinor);
    for (const { code } of purchase.cards) this.shelf.remember(purchase.product, code);
  }

  open(request: PurchaseRequestV1, requestText: string): PurchaseRecord {
    const { requestId, product, quantity, maxUnitCostMinor, currency, callbackUrl } = request;
    return this.add({ requestId, requestText, product, quantity, maxUnitCostMinor, currency, callbackUrl });
  }

  /** An id that is cancelled before it was ever seen stays cancelled, whatever is asked under it later. */
  placeholder(requestId: string): PurchaseRecord {
    const purchase = this.add({ requestId, product: '', quantity: 0, maxUnitCostMinor: 0, currency: NO_CURRENCY });
    return this.end(purchase, 'CANCELLED');
  }

  end(purchase: PurchaseRecord, status: 'REFUSED' | 'CANCELLED', reason?: string): PurchaseRecord {
    purchase.status = status;
    purchase.reason = reason;
    return this.changed(purchase);
  }

  /** Sells what was asked for at today's price, or refuses: OUT_OF_STOCK, PRICE_CHANGED, BALANCE_LOW. */
  sell(purchase: PurchaseRecord, mishap: Mishap = {}): PurchaseRecord {
    const { product, quantity, maxUnitCostMinor } = purchase;
    const article = this.shelf.article(product);
    if (article === undefined) return this.end(purchase, 'REFUSED', 'UNKNOWN_PRODUCT');
    const units = this.unitsFor(quantity, article, mishap.half === true);
    if (units === 0) return this.end(purchase, 'REFUSED', 'OUT_OF_STOCK');
    if (article.unitCostMinor > maxUnitCostMinor && mishap.overPrice !== true) return this.end(purchase, 'REFUSED', 'PRICE_CHANGED');
    const unitCostMinor = mishap.overPrice ? Math.max(article.unitCostMinor, maxUnitCostMinor + over(maxUnitCostMinor)) : article.unitCostMinor;
    if (units * unitCostMinor > this.shelf.balanceMinor) return this.end(purchase, 'REFUSED', 'BALANCE_LOW');
    this.shelf.take(product, units, units * unitCostMinor);
    purchase.unitCostMinor = unitCostMinor;
    purchase.units = units;
    if (article.kind === 'TOP_UP') purchase.receipt = `receipt-${purchase.serial}-${purchase.requestId}`;
    else this.handOver(purchase, units, mishap);
    purchase.status = units < quantity ? 'PARTIAL' : 'COMPLETED';
    return this.changed(purchase);
  }

  /** A top-up is done whole or not at all, but for a fault. */
  private unitsFor(quantity: number, { available, kind }: Product, half: boolean): number {
    const wanted = half && quantity > 1 ? Math.floor(quantity / 2) : quantity;
    if (available >= wanted) return wanted;
    return this.partialFill && kind === 'CARD' ? available : 0;
  }

  private handOver(purchase: PurchaseRecord, units: number, { soldCode, malformed }: Mishap): void {
    const { product } = purchase;
    const known = soldCode ? this.shelf.lastCode(product) : undefined;
    purchase.cards = Array.from({ length: units }, (_, at) => ({ code: at === 0 && known !== undefined ? known : this.shelf.newCode(product) }));
    purchase.malformed = malformed ? 1 : 0;
  }

  private add(
    terms: Pick<PurchaseRecord, 'requestId' | 'requestText' | 'product' | 'quantity' | 'maxUnitCostMinor' | 'currency' | 'callbackUrl'>,
  ): PurchaseRecord {
    const nowMs = this.nowMs();
    const purchase: PurchaseRecord = {
      ...terms,
      serial: this.purchases.length + 1,
      createdAtMs: nowMs,
      status: 'PENDING',
      cards: [],
      malformed: 0,
      receipt: undefined,
      unitCostMinor: 0,
      units: 0,
      reason: undefined,
      changedAtMs: nowMs,
      notices: 0,
    };
    this.purchases.push(purchase);
    this.latest.set(purchase.requestId, purchase);
    return this.changed(purchase);
  }

  private changed(purchase: PurchaseRecord): PurchaseRecord {
    purchase.changedAtMs = this.nowMs();
    this.stored(purchase);
    return purchase;
  }
}

const over = (maxUnitCostMinor: number): number => Math.max(1, Math.round(maxUnitCostMinor * OVER_PRICE_SHARE));

/** The purchase as the channel answers it. A card without a code is what `malformed` makes of it. */
export function purchaseView({ requestId, status, cards, malformed, receipt, unitCostMinor, currency, reason }: PurchaseRecord): PurchaseV1 {
  const whole = cards.length - malformed;
  return {
    requestId,
    status,
    cards: cards.map((card, at) => (at < whole ? card : { code: null })),
    unitCostMinor,
    currency,
    ...(receipt !== undefined && { receipt }),
    ...(reason !== undefined && { reason }),
  };
}

/** The codes that were really handed over. */
export const codesOf = ({ cards, malformed }: PurchaseRecord): readonly string[] => cards.slice(0, cards.length - malformed).map(({ code }) => code);
