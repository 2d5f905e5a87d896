import { closeSync, createReadStream, mkdirSync, openSync, renameSync, rmSync, writeSync, writeFileSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { minorUnits } from '../../domain/kernel/decimal';
import { Refused } from '../exit';
import type { OldCard, OldProduct, OldShopKind } from './old-shop';
import { SqlDump } from './sql-dump';

/** What came along of one product, and what did not. */
export interface MovedSku {
  readonly skuId: string;
  readonly name: string;
  /** Null when it came along; else why not. */
  readonly leftOut: 'NOT_ON_SALE' | 'NO_NAME' | 'PRICE_NOT_UNDERSTOOD' | null;
  /** Codes that came along. */
  readonly unsold: number;
  readonly sold: number;
  readonly reserved: number;
  readonly deleted: number;
  /** Without a text. */
  readonly empty: number;
}

export interface MovedIn {
  readonly from: string;
  readonly skus: readonly MovedSku[];
  /** Unsold codes of products that did not come along, or are not in the dump. */
  readonly codesLeftBehind: number;
  /** Where it lies; null after a preview. */
  readonly folder: string | null;
}

export interface MoveInOptions {
  readonly file: string;
  readonly kind: OldShopKind;
  readonly currency: string;
  /** Products that were off the shelf come along too. */
  readonly all: boolean;
  /** Null for a preview. */
  readonly folder: string | null;
  /** Told of bytes read now and then. */
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

const ONLY_MINE = 0o600;
/** Codes wait for their files, all together at most so many characters. */
const WAITING_CHARS_MAX = 8 * 1024 * 1024;
const MAX_PER_ORDER_DEFAULT = 10;
const MAX_PER_ORDER_MOST = 100;

interface Tally {
  unsold: number;
  sold: number;
  reserved: number;
  deleted: number;
  empty: number;
  reusable: boolean;
}

/** One row of csv, quoted: a code may have commas and line breaks. */
const lineOf = (code: string): string => `"${code.replaceAll('"', '""')}"\n`;

const HEADING = 'code\n';

/** The codes of all products on their way into their files. */
class CodeFiles {
  private readonly waiting = new Map<string, string>();
  private chars = 0;

  constructor(private readonly folder: string) {}

  pathOf(skuId: string): string {
    return join(this.folder, 'cards', `${skuId}.csv`);
  }

  add(skuId: string, code: string): void {
    const line = lineOf(code);
    this.waiting.set(skuId, (this.waiting.get(skuId) ?? '') + line);
    this.chars += line.length;
    if (this.chars > WAITING_CHARS_MAX) this.flushAll();
  }

  flushAll(): void {
    for (const [skuId, lines] of this.waiting) {
      const path = this.pathOf(skuId);
      this.append(path, existsSync(path) ? lines : `${HEADING}${lines}`);
    }
    this.waiting.clear();
    this.chars = 0;
  }

  private append(path: string, text: string): void {
    const file = openSync(path, 'a', ONLY_MINE);
    writeSync(file, text);
    closeSync(file);
  }

  /** What was written for one product is another one's. */
  giveTo(from: string, to: string): void {
    const [old, path] = [this.pathOf(from), this.pathOf(to)];
    if (!existsSync(old)) return;
    if (!existsSync(path)) return renameSync(old, path);
    this.append(path, readFileSync(old, 'utf8').slice(HEADING.length));
    rmSync(old);
  }

  drop(skuId: string): void {
    rmSync(this.pathOf(skuId), { force: true });
  }
}

/**
 * Reads an old shop's dump and writes what this one needs: `shop.yaml` with its products, and for each of them its unsold codes as `cards/SKU.csv`. Nothing
 * touches a running shop: `cardrail apply` and `cardrail cards import` do, and find duplicates. The same dump gives the same files. Codes lie
 * in the folder in plain text, as they did in the dump, for its owner's eyes only. Throws DumpRefused, Refused.
 */
export async function moveIn(options: MoveInOptions): Promise<MovedIn> {
  const { kind, folder } = options;
  if (folder !== null) {
    if (existsSync(folder)) throw new Refused('FOLDER_EXISTS', { folder });
    mkdirSync(join(folder, 'cards'), { recursive: true, mode: 0o700 });
  }
  const files = folder === null ? null : new CodeFiles(folder);
  const tallies = await read(options, files);
  for (const skuId of [...tallies.keys()]) handOver(kind, skuId, tallies, files);
  const skus = kind.products().map((product) => movedSku(product, tallies.get(product.skuId), options));
  const come = new Set(skus.filter(({ leftOut }) => leftOut === null).map(({ skuId }) => skuId));
  let codesLeftBehind = 0;
  for (const [skuId, { unsold }] of tallies) {
    if (come.has(skuId)) continue;
    codesLeftBehind += unsold;
    files?.drop(skuId);
  }
  if (folder !== null) writeFileSync(join(folder, 'shop.yaml'), shopFile(kind.products(), come, tallies, options.currency), { mode: ONLY_MINE });
  return { from: kind.name, skus, codesLeftBehind, folder };
}

async function read({ file, kind, onProgress, signal }: MoveInOptions, files: CodeFiles | null): Promise<Map<string, Tally>> {
  const dump = new SqlDump(kind.tables, kind.dialect);
  const tallies = new Map<string, Tally>();
  let bytes = 0;
  const take = (piece: string, isEnd: boolean): void => {
    for (const row of dump.rowsOf(piece, isEnd)) {
      const card = kind.cardOf(row);
      if (card === null) kind.see(row);
      else count(card, tallies, files);
    }
  };
  for await (const piece of createReadStream(file, { encoding: 'utf8', signal }) as AsyncIterable<string>) {
    take(piece, false);
    bytes += Buffer.byteLength(piece);
    onProgress(bytes);
  }
  take('', true);
  files?.flushAll();
  return tallies;
}

const noCards = (): Tally => ({ unsold: 0, sold: 0, reserved: 0, deleted: 0, empty: 0, reusable: false });

function count({ skuId, code, state, isReusable }: OldCard, tallies: Map<string, Tally>, files: CodeFiles | null): void {
  const tally = tallies.get(skuId) ?? noCards();
  tallies.set(skuId, tally);
  // A card that is sold again and again is marked sold by nobody.
  if (isReusable && state === 'UNSOLD') tally.reusable = true;
  if (state === 'SOLD') tally.sold++;
  else if (state === 'RESERVED') tally.reserved++;
  else if (state === 'DELETED') tally.deleted++;
  else if (code.trim() === '') tally.empty++;
  else {
    tally.unsold++;
    files?.add(skuId, code.trim());
  }
}

/** Cards whose product is known under another id count there. */
function handOver(kind: OldShopKind, skuId: string, tallies: Map<string, Tally>, files: CodeFiles | null): void {
  const other = kind.otherSkuOf(skuId);
  const from = tallies.get(skuId);
  if (other === null || from === undefined || kind.products().some((product) => product.skuId === skuId)) return;
  const to = tallies.get(other) ?? noCards();
  tallies.set(other, {
    unsold: to.unsold + from.unsold,
    sold: to.sold + from.sold,
    reserved: to.reserved + from.reserved,
    deleted: to.deleted + from.deleted,
    empty: to.empty + from.empty,
    reusable: to.reusable || from.reusable,
  });
  tallies.delete(skuId);
  files?.giveTo(skuId, other);
}

function movedSku(product: OldProduct, tally: Tally = noCards(), { currency, all }: Pick<MoveInOptions, 'currency' | 'all'>): MovedSku {
  const { reusable: _told, ...numbers } = tally;
  const { skuId, name } = product;
  const leftOut =
    name === '' ? 'NO_NAME' : priceOf(product.price, currency) === null ? 'PRICE_NOT_UNDERSTOOD' : product.isOnSale || all ? null : 'NOT_ON_SALE';
  return { skuId, name, leftOut, ...numbers };
}

/** "48.00" of a currency with two decimals is 4800. Null for what is no amount that can be charged. */
export function priceOf(text: string, currency: string): number | null {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  const minor = whole === undefined ? null : minorUnits(whole, fraction, currency);
  return minor === 0 ? null : minor;
}

function shopFile(products: readonly OldProduct[], come: ReadonlySet<string>, tallies: ReadonlyMap<string, Tally>, currency: string): string {
  const skus = products
    .filter(({ skuId }) => come.has(skuId))
    .map(({ skuId, name, price, isManual, maxPerOrder }) => ({
      id: skuId,
      name: { 'zh-CN': name, en: name },
      price: { amountMinor: priceOf(price, currency), currency },
      delivery: isManual ? 'manual' : 'auto',
      ...(isManual ? {} : { sources: [{ pool: true }] }),
      maxPerOrder: maxPerOrder > 0 ? Math.min(maxPerOrder, MAX_PER_ORDER_MOST) : MAX_PER_ORDER_DEFAULT,
      ...(tallies.get(skuId)?.reusable === true ? { reusable: true } : {}),
    }));
  return stringify({ skus });
}
