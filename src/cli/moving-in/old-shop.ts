import type { Dialect, SqlRow } from './sql-dump';

/** A product of the old shop as this one would have it. */
export interface OldProduct {
  /** Our id of it, made from the old one's numbers so that a second look gives the same. */
  readonly skuId: string;
  readonly name: string;
  /** Decimal, as it stood there. */
  readonly price: string;
  readonly isManual: boolean;
  readonly isOnSale: boolean;
  /** 0: no limit was set. */
  readonly maxPerOrder: number;
}

/** UNSOLD cards come along. RESERVED ones belong to an order that is open over there. */
export type OldCardState = 'UNSOLD' | 'SOLD' | 'RESERVED' | 'DELETED';

export interface OldCard {
  readonly skuId: string;
  readonly code: string;
  readonly state: OldCardState;
  /** Sold again and again. */
  readonly isReusable: boolean;
}

/** How the tables of one kind of shop are read. Rows come in the order of the dump, cards perhaps before their products. */
export interface OldShopKind {
  readonly name: string;
  readonly dialect: Dialect;
  readonly tables: ReadonlySet<string>;
  /** A card, or null when the row is none. */
  cardOf(row: SqlRow): OldCard | null;
  /** Takes down a row of a product. */
  see(row: SqlRow): void;
  /** When all rows were seen. */
  products(): readonly OldProduct[];
  /** Which product a card is of whose own is not there: null when none. */
  otherSkuOf(skuId: string): string | null;
}

const text = (row: SqlRow, column: string): string => row.values.get(column) ?? '';
const number = (row: SqlRow, column: string): number => Number(row.values.get(column) ?? 0) || 0;
const isTrue = (row: SqlRow, column: string): boolean => ['1', 't', 'true', 'TRUE'].includes(text(row, column));
const isDeleted = (row: SqlRow): boolean => row.values.get('deleted_at') != null;

/** 独角数卡: `goods` and `carmis`. */
export function dujiaoka(): OldShopKind {
  const AUTOMATIC = 1;
  const SOLD = 2;
  const products: OldProduct[] = [];
  const skuIdOf = (goodsId: string): string => `goods-${goodsId}`;
  return {
    name: 'dujiaoka',
    dialect: 'mysql',
    tables: new Set(['goods', 'carmis']),
    cardOf: (row) =>
      row.table === 'carmis'
        ? {
            skuId: skuIdOf(text(row, 'goods_id')),
            code: text(row, 'carmi'),
            state: isDeleted(row) ? 'DELETED' : number(row, 'status') === SOLD ? 'SOLD' : 'UNSOLD',
            isReusable: isTrue(row, 'is_loop'),
          }
        : null,
    see(row) {
      if (row.table !== 'goods' || isDeleted(row)) return;
      products.push({
        skuId: skuIdOf(text(row, 'id')),
        name: text(row, 'gd_name'),
        price: text(row, 'actual_price'),
        isManual: number(row, 'type') !== AUTOMATIC,
        isOnSale: isTrue(row, 'is_open'),
        maxPerOrder: number(row, 'buy_limit_num'),
      });
    },
    products: () => products,
    otherSkuOf: () => null,
  };
}

/** Dujiao-Next: `products`, `product_skus` and `card_secrets`. Each of its SKUs is a product here. */
export function dujiaoNext(): OldShopKind {
  const CARD_STATES: Readonly<Record<string, OldCardState>> = { available: 'UNSOLD', reserved: 'RESERVED', used: 'SOLD' };
  const products = new Map<string, SqlRow>();
  const skus: SqlRow[] = [];
  const skuIdOf = (productId: string, skuId: string): string => `product-${productId}${['', '0'].includes(skuId) ? '' : `-${skuId}`}`;
  const skusOf = (productId: string): readonly SqlRow[] => skus.filter((sku) => text(sku, 'product_id') === productId);
  const productOf = (product: SqlRow, sku: SqlRow | null): OldProduct => ({
    skuId: skuIdOf(text(product, 'id'), sku === null ? '0' : text(sku, 'id')),
    name: [
      localText(text(product, 'title_json') || text(product, 'title')),
      sku === null ? '' : specText(text(sku, 'spec_values_json') || text(sku, 'spec_values')),
    ]
      .filter((part) => part !== '')
      .join(' '),
    price: text(sku ?? product, 'price_amount'),
    isManual: text(product, 'fulfillment_type') !== 'auto',
    isOnSale: isTrue(product, 'is_active') && (sku === null || isTrue(sku, 'is_active')),
    maxPerOrder: number(product, 'max_purchase_quantity'),
  });
  return {
    name: 'dujiao-next',
    dialect: 'standard',
    tables: new Set(['products', 'product_skus', 'card_secrets']),
    cardOf: (row) =>
      row.table === 'card_secrets'
        ? {
            skuId: skuIdOf(text(row, 'product_id'), text(row, 'sku_id')),
            code: text(row, 'secret'),
            // A state that is not known is not sold on.
            state: isDeleted(row) ? 'DELETED' : (CARD_STATES[text(row, 'status')] ?? 'RESERVED'),
            isReusable: false,
          }
        : null,
    see(row) {
      if (isDeleted(row)) return;
      if (row.table === 'products') products.set(text(row, 'id'), row);
      if (row.table === 'product_skus') skus.push(row);
    },
    products: () =>
      [...products].flatMap(([id, product]) => {
        const own = skusOf(id);
        return own.length === 0 ? [productOf(product, null)] : own.map((sku) => productOf(product, sku));
      }),
    // Cards from before it had SKUs name the product alone: clear while that has one SKU.
    otherSkuOf(skuId) {
      const productId = /^product-(\d+)$/.exec(skuId)?.[1];
      const [only, ...more] = productId === undefined ? [] : skusOf(productId);
      return only === undefined || productId === undefined || more.length > 0 ? null : skuIdOf(productId, text(only, 'id'));
    },
  };
}

/** A text in several languages: {"zh-CN": "…", "en-US": "…"}. The Chinese one, or else the first. */
function localText(json: string): string {
  const texts = objectOf(json);
  const all = Object.values(texts).filter((one): one is string => typeof one === 'string' && one !== '');
  const chinese = texts['zh-CN'];
  return typeof chinese === 'string' && chinese !== '' ? chinese : (all[0] ?? '');
}

/** {"容量": "50 元"} is "50 元". Values may be texts in several languages themselves. */
const specText = (json: string): string =>
  Object.values(objectOf(json))
    .map((value) => (typeof value === 'string' ? value : localText(JSON.stringify(value))))
    .filter((one) => one !== '')
    .join(' ');

function objectOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const OLD_SHOPS: Readonly<Record<string, () => OldShopKind>> = { dujiaoka, 'dujiao-next': dujiaoNext };
