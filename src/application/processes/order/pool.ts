import { type Background, unlessAborted } from '../../background';
import type { Runtime } from '../../ports/runtime';
import { Recent } from '../../recent';
import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { idOf } from '../../../domain/kernel/ids';
import { fromIso, type Instant } from '../../../domain/kernel/time';
import type { Candidates } from '../../../domain/order/plan';
import type { CardEvent } from '../../../domain/card/events';
import type { Wake } from '../../engine/process';
import { Shelf } from './shelf';

const PAGE = 500;
/** Cards proposed lately: a model that lags behind must not have them proposed again. */
const TAKEN_KEPT_MAX = 8_192;
/** So many waiters who need more cards than there are may stand before one who could be served. */
export const LOOK_AHEAD = 64;
/** Before a read model that is behind is read again: doubled from the first, up to the most, while it stays behind. Milliseconds. */
const BEHIND_RETRY_MS = 50;
const BEHIND_RETRY_MAX_MS = 1_000;
const FAILED_RETRY_MS = 500;

/** Available cards, and how far the model that gave them has read the log. */
export interface CardPage {
  /** Those that expire soonest, soonest first. */
  readonly expiring: readonly { readonly cardId: string; readonly expiresAt: Instant }[];
  /** A page of those that never expire, in key order. */
  readonly lasting: readonly string[];
  readonly upTo: Position | null;
}
/** At most `limit` of each kind. Whoever aborts needs no answer any more. */
export type ReadAvailable = (skuId: string, afterCardId: string | null, now: Instant, limit: number, signal: AbortSignal) => Promise<CardPage>;

/** Whether a card is for sale from this event on; undefined: it is what it was. */
export function forSaleAfter(event: CardEvent): boolean | undefined {
  switch (event.type) {
    case 'CardStocked':
    case 'CardRestocked':
      return true;
    case 'CardReleased':
      return event.data.available ? true : undefined;
    case 'CardResealed':
    case 'CardExported':
      return undefined;
    default:
      return false;
  }
}

interface Stock {
  readonly shelf: Shelf;
  /** The model has been read to its end and nothing was dropped since: an empty shelf means an empty pool. */
  complete: boolean;
  loading: boolean;
  /** Where the next page begins; null at the beginning. */
  after: string | null;
}

/**
 * Which cards an engine proposes. Memory only: a wrong proposal loses a claim and is made again. Kept from the engine's own
 * subscription, filled from the `cards` model.
 */
export class CardPool {
  private readonly stocks = new Map<string, Stock>();
  private readonly taken = new Recent<string, true>(TAKEN_KEPT_MAX);
  /** For cards that come back: a release does not say when its card expires. */
  private readonly expiries = new Recent<string, Instant>(TAKEN_KEPT_MAX);
  /** What is stored behind it comes by itself; what lies before it must come from the model. */
  private begunAt: Position | null = null;

  constructor(
    private readonly readAvailable: ReadAvailable,
    private readonly runtime: Pick<Runtime, 'sleep'>,
    /** Where pages are read; the owner ends it. */
    private readonly background: Background,
    /** A page was read: so many cards are on the shelf. */
    private readonly onFilled: (skuId: string, cards: number) => void,
    private readonly onFailed: (error: unknown) => void,
    /** Where the first page begins: engines that begin elsewhere rarely propose the same card. */
    private readonly beginAfter: () => string | null,
    private readonly now: () => Instant,
  ) {}

  begin(head: Position | null): void {
    this.begunAt = head;
  }

  candidates(skuId: string, quantity: number): Candidates {
    const stock = this.stock(skuId);
    const { shelf } = stock;
    shelf.clear(this.now());
    if (shelf.size < quantity && !stock.complete) {
      if (!stock.loading) this.refill(skuId, stock);
      return { kind: 'LOADING' };
    }
    return shelf.size === 0 ? { kind: 'NONE' } : { kind: 'SOME', cardIds: shelf.first(quantity) };
  }

  /** Proposed to an order: not to be proposed to another. */
  take(skuId: string, cardIds: readonly string[]): void {
    const { shelf } = this.stock(skuId);
    for (const cardId of cardIds) {
      shelf.delete(cardId);
      this.taken.set(cardId, true);
    }
  }

  giveBack(skuId: string, cardIds: readonly string[]): void {
    const stock = this.stock(skuId);
    for (const cardId of cardIds) this.put(stock, cardId);
  }

  /** Keeps step with the log; tells who may look again. */
  observe(stored: StoredEvent): readonly Wake[] {
    const event = stored as unknown as CardEvent;
    const isForSale = forSaleAfter(event);
    if (isForSale === undefined) return [];
    const cardId = idOf(stored.stream);
    const stock = this.stock(event.data.skuId);
    if (event.type === 'CardStocked' && event.data.expiresAt !== undefined) this.expiries.set(cardId, fromIso(event.data.expiresAt));
    if (!isForSale) {
      stock.shelf.delete(cardId);
      return [];
    }
    this.put(stock, cardId);
    return [{ topic: `stock:${event.data.skuId}`, count: stock.shelf.size + LOOK_AHEAD }];
  }

  private put(stock: Stock, cardId: string): void {
    this.taken.delete(cardId);
    if (!stock.shelf.put(cardId, this.expiries.get(cardId))) stock.complete = false;
  }

  private stock(skuId: string): Stock {
    const there = this.stocks.get(skuId);
    if (there !== undefined) return there;
    const made: Stock = { shelf: new Shelf(), complete: false, loading: false, after: this.beginAfter() };
    this.stocks.set(skuId, made);
    return made;
  }

  /** Until there is something to propose, or it is known that there is nothing: whoever waits for it has nothing to look at before. */
  private refill(skuId: string, stock: Stock): void {
    stock.loading = true;
    this.background.run(async (signal) => {
      for (let behindMs = BEHIND_RETRY_MS; !signal.aborted; behindMs = Math.min(2 * behindMs, BEHIND_RETRY_MAX_MS)) {
        try {
          if (await this.fill(skuId, stock, signal)) break;
          await this.runtime.sleep(behindMs, signal);
        } catch (error) {
          this.onFailed(error);
          await this.runtime.sleep(FAILED_RETRY_MS, signal);
        }
      }
      stock.loading = false;
      if (!signal.aborted) this.onFilled(skuId, stock.shelf.size);
    });
  }

  /** False when the model is behind, and gave nothing that could be proposed. */
  private async fill(skuId: string, stock: Stock, signal: AbortSignal): Promise<boolean> {
    const fromStart = stock.after === null;
    const sizeBefore = stock.shelf.size;
    const page = await unlessAborted(this.readAvailable(skuId, stock.after, this.now(), PAGE, signal), signal);
    if (page === undefined) return false;
    const { expiring, lasting, upTo } = page;
    for (const { cardId, expiresAt } of expiring) this.expiries.set(cardId, expiresAt);
    for (const cardId of [...expiring.map((card) => card.cardId), ...lasting]) if (!this.taken.has(cardId)) this.put(stock, cardId);
    stock.after = lasting.length === PAGE ? (lasting.at(-1) ?? null) : null;
    if (lasting.length === PAGE || expiring.length === PAGE) return true;
    const isCurrent = this.begunAt === null || (upTo !== null && upTo >= this.begunAt);
    if (isCurrent && fromStart) stock.complete = true;
    return isCurrent || stock.shelf.size > sizeBefore;
  }
}
