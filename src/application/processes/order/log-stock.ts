import type { CardEvent } from '../../../domain/card/events';
import { NEVER } from '../../../domain/card/state';
import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { idOf } from '../../../domain/kernel/ids';
import { fromIso, type Instant } from '../../../domain/kernel/time';
import type { SkuStockRow } from '../../../projections/sku-stock';
import type { EventStore } from '../../ports/event-store';
import { ReadModelsUnavailable } from '../../ports/read-models';
import { type CardPage, forSaleAfter } from './pool';

/** Cards that are remembered at most, those of all SKUs together: some 40 MB. */
const CARDS_MAX = 250_000;
const UNCOUNTED: Omit<SkuStockRow, 'available'> = { claimed: 0, quarantined: 0, voided: 0, expired: 0, sold: 0 };

/**
 * What is for sale as the log itself tells it: for an engine that needs to know while the read models are away. The first question reads every
 * event of a card that was ever stored, a later one what has come since; in between nothing is done. Rejects with ReadModelsUnavailable when
 * there are too many cards to remember, and with StoreUnavailable when the log cannot be read. What a subscription leaves out is not looked for: a card
 * that is gone loses its claim, and one that nobody heard of, which no revision would tell of either, is offered when the read models are back.
 */
export class LogStock {
  /** By SKU: cards for sale, and when each expires. */
  private readonly skus = new Map<string, Map<string, Instant>>();
  /** Of every card that expires: what brings one back does not say it again. */
  private readonly expiries = new Map<string, Instant>();
  private forSale = 0;
  private position: Position | null = null;
  private reading: Promise<void> | undefined;
  private tooMany = false;

  constructor(
    private readonly store: Pick<EventStore, 'head' | 'subscribe'>,
    private readonly cardsMax = CARDS_MAX,
  ) {}

  /** At most `limit` of each kind: those that expire soonest, and those behind `afterCardId` that never do, in key order. */
  async available(skuId: string, afterCardId: string | null, now: Instant, limit: number, signal: AbortSignal): Promise<CardPage> {
    await this.readOn(signal);
    const cards = [...(this.skus.get(skuId) ?? [])].map(([cardId, expiresAt]) => ({ cardId, expiresAt }));
    const expiring = cards.filter(({ expiresAt }) => expiresAt > now && expiresAt < NEVER).sort((a, b) => a.expiresAt - b.expiresAt);
    const lasting = cards.filter(({ cardId, expiresAt }) => expiresAt === NEVER && (afterCardId === null || cardId > afterCardId));
    const ids = lasting.map(({ cardId }) => cardId).sort();
    return { expiring: expiring.slice(0, limit), lasting: ids.slice(0, limit), upTo: this.position };
  }

  /** Of the numbers of a SKU `available` alone is counted: an engine asks for no other. */
  async stock(skuId: string, signal: AbortSignal): Promise<{ readonly row: SkuStockRow; readonly upTo: Position | null }> {
    await this.readOn(signal);
    return { row: { ...UNCOUNTED, available: this.skus.get(skuId)?.size ?? 0 }, upTo: this.position };
  }

  /** Up to where the log ends now. Whoever asks meanwhile waits for the same. */
  private readOn(signal: AbortSignal): Promise<void> {
    this.reading ??= this.readToEnd(signal).finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readToEnd(signal: AbortSignal): Promise<void> {
    if (this.tooMany) throw this.refusal();
    const head = await this.store.head();
    if (head === null || (this.position !== null && this.position >= head)) return;
    for await (const { events, position } of this.store.subscribe({ after: this.position, streamPrefixes: ['card-'], signal })) {
      for (const event of events) this.see(event);
      this.position = position;
      if (this.forSale + this.expiries.size > this.cardsMax) this.forget();
      if (this.tooMany) throw this.refusal();
      if (position >= head) return;
    }
  }

  private forget(): void {
    this.tooMany = true;
    this.skus.clear();
    this.expiries.clear();
  }

  private refusal(): ReadModelsUnavailable {
    return new ReadModelsUnavailable(`there are more than ${this.cardsMax} cards: they are not counted from the log`);
  }

  private see(stored: StoredEvent): void {
    const event = stored as unknown as CardEvent;
    const isForSale = forSaleAfter(event);
    if (isForSale === undefined) return;
    const cardId = idOf(stored.stream);
    if (event.type === 'CardStocked' && event.data.expiresAt !== undefined) this.expiries.set(cardId, fromIso(event.data.expiresAt));
    const cards = this.skus.get(event.data.skuId) ?? new Map<string, Instant>();
    this.skus.set(event.data.skuId, cards);
    this.forSale -= cards.size;
    if (isForSale) cards.set(cardId, this.expiries.get(cardId) ?? NEVER);
    else cards.delete(cardId);
    this.forSale += cards.size;
  }
}
