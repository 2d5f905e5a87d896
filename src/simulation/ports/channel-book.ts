import type { ChannelCard, ChannelFlags } from '../../application/ports/channel';

/** What a channel sells. Costs in minor units. */
export interface Article {
  readonly product: string;
  /** A top-up gives a receipt instead of cards. */
  readonly kind: 'CARD' | 'TOP_UP';
  readonly currency: string;
  unitCostMinor: number;
  available: number;
}

/** One purchase as it really is, whatever a fault makes the channel answer. */
export interface BookedPurchase {
  readonly requestId: string;
  readonly product: string;
  readonly quantity: number;
  readonly maxUnitCostMinor: number;
  readonly currency: string;
  /** The first request, canonical; empty for an id that was cancelled before it was seen. */
  readonly body: string;
  readonly bookedAt: number;
  status: 'PENDING' | 'COMPLETED' | 'PARTIAL' | 'REFUSED' | 'CANCELLED';
  /** As they are handed over: one code may stand there that was sold before. */
  cards: readonly ChannelCard[];
  /** So many more that were paid for came without a code. */
  malformed: number;
  receipt: string | null;
  /** What one unit was sold for; 0 where nothing was. */
  unitCostMinor: number;
  /** Units paid for. */
  units: number;
  reason: string | null;
}

/** How one sale goes wrong. */
export interface SaleFaults {
  readonly half: boolean;
  readonly overPrice: boolean;
  readonly malformed: boolean;
  /** A code that was sold before, or one that stands twice in the same answer. */
  readonly soldCode: 'earlier' | 'twice' | null;
}

type Terms = Pick<BookedPurchase, 'requestId' | 'product' | 'quantity' | 'maxUnitCostMinor' | 'currency' | 'body'>;

export interface ChannelBookKit {
  readonly id: string;
  readonly flags: ChannelFlags;
  readonly now: () => number;
  /** Is told what no caller may do. */
  readonly broken: (invariant: string, about: string, requestId: string) => void;
  readonly onChange: (purchase: BookedPurchase) => void;
}

/** How far an upstream goes above the agreed price. */
const OVER_PRICE_SHARE = 0.1;

/** Books of one upstream, without any network: what it has, what it sold to whom and for how much. */
export class ChannelBook {
  readonly purchases = new Map<string, BookedPurchase>();
  readonly articles: ReadonlyMap<string, Article>;
  /** Goods that were sold a second time under one id: only a channel that does not replay does so. */
  readonly doubles: BookedPurchase[] = [];
  private readonly lastCode = new Map<string, string>();
  private sold = 0;

  constructor(
    private readonly kit: ChannelBookKit,
    articles: readonly Article[],
    public balanceMinor: number,
  ) {
    this.articles = new Map(articles.map((article) => [article.product, article]));
  }

  /** The same id with the same body is the same purchase; 'mismatch' when the body is another one. `isNew`: nothing was decided about it yet. */
  open(terms: Terms): { readonly purchase: BookedPurchase; readonly isNew: boolean } | 'mismatch' {
    const { requestId, body } = terms;
    const there = this.purchases.get(requestId);
    if (there === undefined) return { purchase: this.book(terms), isNew: true };
    if (there.body === '') return { purchase: there, isNew: false };
    if (!this.kit.flags.replay) return { purchase: this.again(terms, there), isNew: true };
    if (there.body !== body) this.kit.broken('I6', `purchase ${requestId} was requested again with another body`, requestId);
    return there.body === body ? { purchase: there, isNew: false } : 'mismatch';
  }

  /** Without replay a second request is a second purchase. */
  private again(terms: Terms, there: BookedPurchase): BookedPurchase {
    this.kit.broken('I8', `purchase ${terms.requestId} was requested twice of ${this.kit.id}, which does not replay`, terms.requestId);
    this.doubles.push(there);
    return this.book(terms);
  }

  cancel(requestId: string): BookedPurchase {
    const purchase = this.purchases.get(requestId) ?? this.placeholder(requestId);
    if (purchase.status === 'PENDING') this.end(purchase, 'CANCELLED', null);
    return purchase;
  }

  end(purchase: BookedPurchase, status: 'REFUSED' | 'CANCELLED', reason: string | null): void {
    purchase.status = status;
    purchase.reason = reason;
    this.kit.onChange(purchase);
  }

  /** Sells what was asked for at today's price, or refuses: OUT_OF_STOCK, PRICE_CHANGED, BALANCE_LOW. */
  sell(purchase: BookedPurchase, { half, overPrice, malformed, soldCode }: SaleFaults): void {
    const article = this.articles.get(purchase.product);
    if (article === undefined) return this.end(purchase, 'REFUSED', 'UNKNOWN_PRODUCT');
    const { quantity, maxUnitCostMinor } = purchase;
    const units = this.unitsFor(half && quantity > 1 ? Math.floor(quantity / 2) : quantity, article);
    if (units === 0) return this.end(purchase, 'REFUSED', 'OUT_OF_STOCK');
    if (article.unitCostMinor > maxUnitCostMinor && !overPrice) return this.end(purchase, 'REFUSED', 'PRICE_CHANGED');
    const dearer = maxUnitCostMinor + Math.max(1, Math.round(maxUnitCostMinor * OVER_PRICE_SHARE));
    const unitCostMinor = overPrice ? Math.max(article.unitCostMinor, dearer) : article.unitCostMinor;
    if (units * unitCostMinor > this.balanceMinor) return this.end(purchase, 'REFUSED', 'BALANCE_LOW');
    article.available -= units;
    this.balanceMinor -= units * unitCostMinor;
    purchase.units = units;
    purchase.unitCostMinor = unitCostMinor;
    if (article.kind === 'TOP_UP') purchase.receipt = `SECRET-receipt-${this.kit.id}-${++this.sold}`;
    else this.handOver(purchase, units - (malformed ? 1 : 0), malformed ? 1 : 0, soldCode);
    purchase.status = units < quantity ? 'PARTIAL' : 'COMPLETED';
    this.kit.onChange(purchase);
  }

  private unitsFor(wanted: number, { available, kind }: Article): number {
    if (available >= wanted) return wanted;
    return this.kit.flags.partialFill && kind === 'CARD' ? Math.max(0, available) : 0;
  }

  private handOver(purchase: BookedPurchase, codes: number, malformed: number, soldCode: SaleFaults['soldCode']): void {
    const { product } = purchase;
    const known = soldCode === 'earlier' ? this.lastCode.get(product) : undefined;
    const made = Array.from({ length: codes }, (_, at) => ({ code: at === 0 && known !== undefined ? known : this.newCode(product) }));
    purchase.cards = soldCode === 'twice' ? made.map((card, at) => (at === 1 ? (made[0] ?? card) : card)) : made;
    purchase.malformed = malformed;
  }

  private newCode(product: string): string {
    const code = `CODE-${this.kit.id}-${product}-${++this.sold}`;
    this.lastCode.set(product, code);
    return code;
  }

  private placeholder(requestId: string): BookedPurchase {
    const purchase = this.book({ requestId, product: '', quantity: 0, maxUnitCostMinor: 0, currency: 'XXX', body: '' });
    purchase.status = 'CANCELLED';
    return purchase;
  }

  private book(terms: Terms): BookedPurchase {
    const purchase: BookedPurchase = {
      ...terms,
      bookedAt: this.kit.now(),
      status: 'PENDING',
      cards: [],
      malformed: 0,
      receipt: null,
      unitCostMinor: 0,
      units: 0,
      reason: null,
    };
    this.purchases.set(terms.requestId, purchase);
    return purchase;
  }
}

export const hasSold = ({ status }: BookedPurchase): boolean => status === 'COMPLETED' || status === 'PARTIAL';
