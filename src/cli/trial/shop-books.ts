import type { CardEvent } from '../../domain/card/events';
import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';

/** What the shop booked of the goods that it bought for one order. */
export interface OrderBooks {
  /** What its channels were owed for goods that came, in minor units. */
  boughtMinor: number;
  /** Cards that went to the pool because nobody wanted them any more, and those that are claimed back from who sold them. */
  spareUnits: number;
  /** Requests that no definite answer has ended. */
  readonly unanswered: Set<string>;
  /** Requests that nobody waits for any more; their cost is booked as a risk. */
  readonly writtenOff: Set<string>;
}

/** The shop's own account of its goods, read from its log: what the ledgers of its channels are held against. */
export class ShopBooks {
  readonly orders = new Map<string, OrderBooks>();
  /** Cards that the shop ever had. */
  stocked = 0;
  /** Those of them that an order holds. */
  claimed = 0;

  /** Takes in the events of a whole log, each once and in its order. */
  take(event: StoredEvent): void {
    if (event.stream.startsWith('card-')) this.count(event as unknown as CardEvent);
    if (event.stream.startsWith('order-')) this.book(idOf(event.stream), event as unknown as OrderEvent);
  }

  private count(event: CardEvent): void {
    if (event.type === 'CardStocked') this.stocked += 1;
    if (event.type === 'CardClaimed') this.claimed += 1;
    if (event.type === 'CardReleased' && event.data.claimed) this.claimed -= 1;
  }

  private book(orderId: string, event: OrderEvent): void {
    const books = this.orders.get(orderId) ?? { boughtMinor: 0, spareUnits: 0, unanswered: new Set(), writtenOff: new Set() };
    this.orders.set(orderId, books);
    switch (event.type) {
      case 'PurchaseRequested':
        books.unanswered.add(event.data.requestId);
        return;
      case 'PurchaseCompleted':
      case 'PurchasePartlyCompleted': {
        const { requestId, cards, receipt, unitCost } = event.data;
        books.unanswered.delete(requestId);
        books.boughtMinor += (cards.length + (receipt?.units ?? 0)) * unitCost.amountMinor;
        return;
      }
      case 'PurchaseRefused':
      case 'PurchaseCancelled':
        books.unanswered.delete(event.data.requestId);
        return;
      case 'PurchaseWrittenOff':
        books.writtenOff.add(event.data.requestId);
        return;
      case 'SurplusStocked':
        books.spareUnits += event.data.cardIds.length;
        return;
      case 'PurchaseDisputed':
        books.spareUnits += event.data.cards;
        return;
      default:
    }
  }
}

/** Reads the log from its beginning to where it ends now; also beside a running shop. */
export async function readShopBooks(file: string): Promise<ShopBooks> {
  const { openLogFile } = await import('../../workbench');
  const log = openLogFile(file);
  try {
    const books = new ShopBooks();
    const head = await log.head();
    for (const { events, position } of log.after(null)) {
      for (const event of events) books.take(event);
      if (head === null || position >= head) break;
    }
    return books;
  } finally {
    log.close();
  }
}
