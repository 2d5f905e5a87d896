import { randomBytes } from 'node:crypto';

/** What a channel sells. Costs in integer minor units. */
export interface Product {
  readonly product: string;
  /** A top-up gives a receipt instead of a card, and needs `fields`. */
  readonly kind: 'CARD' | 'TOP_UP';
  readonly fields?: readonly string[];
  readonly currency: string;
  readonly unitCostMinor: number;
  readonly available: number;
}

const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_CHARACTERS = 16;

/** What is there to be sold, at which price, and the money that was deposited for it. */
export class Shelf {
  private readonly articles: Map<string, Product>;
  private readonly codes = new Map<string, string>();

  constructor(
    products: readonly Product[],
    public balanceMinor: number,
    readonly currency: string,
  ) {
    this.articles = new Map(products.map((product) => [product.product, product]));
  }

  article(product: string): Product | undefined {
    return this.articles.get(product);
  }

  all(): readonly Product[] {
    return [...this.articles.values()];
  }

  change(product: Product, to: { readonly available?: number | undefined; readonly unitCostMinor?: number | undefined }): Product {
    const { available = product.available, unitCostMinor = product.unitCostMinor } = to;
    const changed = { ...product, available, unitCostMinor };
    this.articles.set(product.product, changed);
    return changed;
  }

  take(product: string, units: number, costMinor: number): void {
    const article = this.articles.get(product);
    if (article !== undefined) this.change(article, { available: Math.max(0, article.available - units) });
    this.balanceMinor -= costMinor;
  }

  /** Never made before, by anybody. */
  newCode(product: string): string {
    const letters = [...randomBytes(CODE_CHARACTERS)].map((byte) => CODE_LETTERS.charAt(byte % CODE_LETTERS.length)).join('');
    const code = letters.replace(/.{4}(?=.)/g, '$&-');
    this.remember(product, code);
    return code;
  }

  remember(product: string, code: string): void {
    this.codes.set(product, code);
  }

  /** The code of this product that was sold last. */
  lastCode(product: string): string | undefined {
    return this.codes.get(product);
  }
}
