import type { CardEvent } from '../../domain/card/events';
import { type CardState, evolveCard, isPastRetention, noCard } from '../../domain/card/state';
import type { KeyLoss, KeyUse } from '../../domain/key/events';
import type { Happened, StoredEvent } from '../../domain/kernel/event';
import { categoryOf, idOf } from '../../domain/kernel/ids';
import { isSubjectKid } from '../../domain/kernel/subject';
import { fromIso, type Instant } from '../../domain/kernel/time';
import { type PreWarmEvent, purchaseEventOf } from '../../domain/job/pre-warm-events';
import type { OrderEvent } from '../../domain/order/events';

interface SealedOrder {
  readonly kids: readonly string[];
  /** When something last happened to it. */
  readonly at: Instant;
}

/** Of each sealed text in the data of an event, the key of the keyring; the keys of persons are counted where they lie. Cards that an order received are not looked at: they get streams of their own. */
export function kidsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { kid, iv, tag, ct } = value as Readonly<Record<string, unknown>>;
  if ([kid, iv, tag, ct].every((part) => typeof part === 'string')) return isSubjectKid(kid as string) ? [] : [kid as string];
  return Object.entries(value).flatMap(([name, member]) => (name === 'cards' ? [] : kidsIn(member)));
}

/**
 * What is sealed with which key, counted over the log from its beginning. It remembers what is sealed with a watched key now, some
 * 200 bytes for each card and order, and nothing of the others. What an order received and has not stocked yet counts as its own.
 */
export class KeyUses {
  private readonly cards = new Map<string, CardState>();
  private readonly orders = new Map<string, SealedOrder>();
  private readonly others = new Map<string, readonly string[]>();
  /** Cards on their way from an order to a stream of their own, and their key. */
  private readonly arriving = new Map<string, string>();

  constructor(private readonly isWatched: (kid: string) => boolean) {}

  take(event: StoredEvent): void {
    const category = categoryOf(event.stream);
    if (category === 'card') this.takeCard(idOf(event.stream), event as unknown as Happened<CardEvent>);
    else if (category === 'order') this.takeOrder(event);
    else if (category === 'job') this.takeJob(event);
    else this.others.set(event.stream, this.with(this.others.get(event.stream), event));
    if (this.others.get(event.stream)?.length === 0) this.others.delete(event.stream);
  }

  /** Of one key, and what would be lost with it all the same. */
  of(kid: string, retentionMs: number | null, at: Instant): { readonly use: KeyUse; readonly loss: KeyLoss } {
    const [use, loss] = [
      { cards: 0, orders: 0, others: 0 },
      { voidedCards: 0, oldCards: 0, oldOrders: 0 },
    ];
    for (const card of this.cards.values()) {
      if (card.sealedBy !== kid) continue;
      if (card.status === 'VOIDED') loss.voidedCards++;
      else if (isPastRetention(card, retentionMs, at)) loss.oldCards++;
      else use.cards++;
    }
    for (const order of this.orders.values()) {
      if (!order.kids.includes(kid)) continue;
      if (retentionMs !== null && at - order.at > retentionMs) loss.oldOrders++;
      else use.orders++;
    }
    for (const arriving of this.arriving.values()) if (arriving === kid) use.cards++;
    for (const kids of this.others.values()) if (kids.includes(kid)) use.others++;
    return { use, loss };
  }

  /** Keys that something is sealed with. */
  get kids(): readonly string[] {
    const all = [...this.orders.values()].flatMap(({ kids }) => kids);
    const cards = [...this.cards.values()].map(({ sealedBy }) => sealedBy);
    return [...new Set([...all, ...cards, ...this.arriving.values(), ...[...this.others.values()].flat()])].sort();
  }

  private takeCard(cardId: string, event: Happened<CardEvent>): void {
    if (event.type === 'CardStocked') this.arriving.delete(cardId);
    const isSealing = event.type === 'CardStocked' || event.type === 'CardResealed';
    const before = this.cards.get(cardId);
    // One that comes under a watched key only now counts from here on: nobody knows what was before, so it counts as wanted.
    if (before === undefined && !isSealing) return;
    const card = evolveCard(before ?? noCard, event);
    if (this.isWatched(card.sealedBy)) this.cards.set(cardId, card);
    else this.cards.delete(cardId);
  }

  private takeOrder(event: StoredEvent): void {
    const orderId = idOf(event.stream);
    const before = this.orders.get(orderId);
    // Who was erased is owed nothing: what it sealed before there were keys of persons goes with the key.
    if (event.type === 'BuyerErased') return void this.orders.delete(orderId);
    const kids = this.with(before?.kids, event);
    if (kids.length > 0) this.orders.set(orderId, { kids, at: fromIso(event.occurredAt) });
    this.takeGoods(event as unknown as OrderEvent);
  }

  /** Cards that were bought ahead are on their way like those of an order. */
  private takeJob(event: StoredEvent): void {
    const fact = purchaseEventOf(event as unknown as PreWarmEvent);
    if (fact !== null) this.takeGoods(fact);
  }

  private takeGoods(fact: OrderEvent): void {
    if (fact.type === 'PurchaseCompleted' || fact.type === 'PurchasePartlyCompleted' || fact.type === 'GoodsHandedIn') {
      for (const { cardId, sealed } of fact.data.cards)
        if (this.isWatched(sealed.kid) && !this.cards.has(cardId)) this.arriving.set(cardId, sealed.kid);
      // A code that was known before never gets a stream by this name again.
    } else if (fact.type === 'PurchaseDisputed') for (const cardId of fact.data.cardIds) this.arriving.delete(cardId);
  }

  private with(known: readonly string[] = [], { data }: StoredEvent): readonly string[] {
    const found = kidsIn(data).filter((kid) => this.isWatched(kid) && !known.includes(kid));
    return found.length === 0 ? known : [...new Set([...known, ...found])];
  }
}
