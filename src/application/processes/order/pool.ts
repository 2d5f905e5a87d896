import { LRUCache } from 'lru-cache';
import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { idOf } from '../../../domain/kernel/ids';
import type { Candidates } from '../../../domain/order/plan';
import type { CardEvent } from '../../../domain/card/events';
import type { Wake } from '../../engine/process';

/** Candidate cards kept in memory per SKU; more are read when these run out. */
const CANDIDATES_KEPT_MAX = 2_000;
const PAGE = 500;
/** Cards proposed lately: a model that lags behind must not have them proposed again. */
const TAKEN_KEPT_MAX = 8_192;
/** So many waiters who need more cards than there are may stand before one who could be served. */
export const LOOK_AHEAD = 64;
/** Before a read model that is behind is read again. Milliseconds. */
const BEHIND_RETRY_MS = 50;
const FAILED_RETRY_MS = 500;

/** A page of available card ids in key order, and how far the model that gave it has read the log. */
export interface CardPage {
  readonly cardIds: readonly string[];
  readonly upTo: Position | null;
}
export type ReadAvailable = (skuId: string, afterCardId: string | null, limit: number) => Promise<CardPage>;

interface Shelf {
  /** In order of arrival; a Set so that a card claimed elsewhere leaves at once. */
  readonly cardIds: Set<string>;
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
  private readonly shelves = new Map<string, Shelf>();
  private readonly taken = new LRUCache<string, true>({ max: TAKEN_KEPT_MAX });
  /** What is stored behind it comes by itself; what lies before it must come from the model. */
  private begunAt: Position | null = null;

  constructor(
    private readonly readAvailable: ReadAvailable,
    private readonly later: (ms: number) => Promise<void>,
    /** A page was read: so many cards are on the shelf. */
    private readonly onFilled: (skuId: string, cards: number) => void,
    private readonly onFailed: (error: unknown) => void,
    /** Where the first page begins: engines that begin elsewhere rarely propose the same card. */
    private readonly beginAfter: () => string | null,
  ) {}

  begin(head: Position | null): void {
    this.begunAt = head;
  }

  candidates(skuId: string, quantity: number): Candidates {
    const shelf = this.shelf(skuId);
    if (shelf.cardIds.size < quantity && !shelf.complete) {
      if (!shelf.loading) this.refill(skuId, shelf);
      return { kind: 'LOADING' };
    }
    if (shelf.cardIds.size === 0) return { kind: 'NONE' };
    const cardIds: string[] = [];
    for (const cardId of shelf.cardIds) if (cardIds.push(cardId) === quantity) break;
    return { kind: 'SOME', cardIds };
  }

  /** Proposed to an order: not to be proposed to another. */
  take(skuId: string, cardIds: readonly string[]): void {
    const shelf = this.shelf(skuId);
    for (const cardId of cardIds) {
      shelf.cardIds.delete(cardId);
      this.taken.set(cardId, true);
    }
  }

  giveBack(skuId: string, cardIds: readonly string[]): void {
    const shelf = this.shelf(skuId);
    for (const cardId of cardIds) this.put(shelf, cardId);
  }

  /** Keeps step with the log; tells who may look again. */
  observe(stored: StoredEvent): readonly Wake[] {
    const event = stored as unknown as CardEvent;
    const cardId = idOf(stored.stream);
    const shelf = this.shelf(event.data.skuId);
    const arrives = event.type === 'CardStocked' || (event.type === 'CardReleased' && event.data.available);
    if (!arrives) {
      if (event.type !== 'CardReleased') shelf.cardIds.delete(cardId);
      return [];
    }
    this.put(shelf, cardId);
    return [{ topic: `stock:${event.data.skuId}`, count: shelf.cardIds.size + LOOK_AHEAD }];
  }

  private put(shelf: Shelf, cardId: string): void {
    this.taken.delete(cardId);
    if (shelf.cardIds.size < CANDIDATES_KEPT_MAX) shelf.cardIds.add(cardId);
    else shelf.complete = false;
  }

  private shelf(skuId: string): Shelf {
    const there = this.shelves.get(skuId);
    if (there !== undefined) return there;
    const made: Shelf = { cardIds: new Set(), complete: false, loading: false, after: this.beginAfter() };
    this.shelves.set(skuId, made);
    return made;
  }

  private refill(skuId: string, shelf: Shelf): void {
    shelf.loading = true;
    void this.fill(skuId, shelf)
      .catch(async (error: unknown) => {
        this.onFailed(error);
        await this.later(FAILED_RETRY_MS);
      })
      .finally(() => {
        shelf.loading = false;
        this.onFilled(skuId, shelf.cardIds.size);
      });
  }

  private async fill(skuId: string, shelf: Shelf): Promise<void> {
    const fromStart = shelf.after === null;
    const page = await this.readAvailable(skuId, shelf.after, PAGE);
    for (const cardId of page.cardIds) if (!this.taken.has(cardId)) this.put(shelf, cardId);
    shelf.after = page.cardIds.length === PAGE ? (page.cardIds.at(-1) ?? null) : null;
    if (page.cardIds.length === PAGE) return;
    const current = this.begunAt === null || (page.upTo !== null && page.upTo >= this.begunAt);
    if (!current) await this.later(BEHIND_RETRY_MS);
    else if (fromStart) shelf.complete = true;
  }
}
