import { Recent } from '../recent';
import type { StoredEvent } from '../../domain/kernel/event';
import { streams } from '../../domain/kernel/ids';
import type { EventCodec } from '../ports/event-codec';
import { type EventStore, READ_LIMIT_MAX } from '../ports/event-store';
import { foldCard, unfoldedCard, type FoldedCard } from './card-rules';
import { foldOrder, unfoldedOrder, type FoldedOrder } from './order-rules';

/** Folds kept for the comparison of orders with their cards: a few tens of megabytes. */
const FOLDS_KEPT_MAX = 10_000;

/** All events of a stream as they are stored, in pages. */
export async function* eventsOf(store: Pick<EventStore, 'read'>, stream: string): AsyncGenerator<StoredEvent> {
  for (let from = 0; ; from += READ_LIMIT_MAX) {
    const page = await store.read(stream, { from });
    yield* page;
    if (page.length < READ_LIMIT_MAX) return;
  }
}

/** Orders and cards as their streams have them, read when asked for. What cannot be decoded is left out of the fold. */
export class StreamFolds {
  private readonly orders = new Recent<string, FoldedOrder>(FOLDS_KEPT_MAX);
  private readonly cards = new Recent<string, FoldedCard>(FOLDS_KEPT_MAX);

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly codec: EventCodec,
  ) {}

  async order(orderId: string, fresh = false): Promise<FoldedOrder> {
    const known = fresh ? undefined : this.orders.get(orderId);
    const folded = known ?? (await this.fold(streams.order(orderId), unfoldedOrder(orderId), foldOrder));
    this.orders.set(orderId, folded);
    return folded;
  }

  async card(cardId: string, fresh = false): Promise<FoldedCard> {
    const known = fresh ? undefined : this.cards.get(cardId);
    const folded = known ?? (await this.fold(streams.card(cardId), unfoldedCard, foldCard));
    this.cards.set(cardId, folded);
    return folded;
  }

  private async fold<F>(stream: string, initial: F, step: (before: F, event: StoredEvent) => F): Promise<F> {
    let folded = initial;
    for await (const stored of eventsOf(this.store, stream)) {
      const decoded = this.codec.decode(stored);
      if (decoded.outcome === 'read') folded = step(folded, decoded.event);
    }
    return folded;
  }
}
