import type { CardEvent } from '../card/events';
import type { Money } from '../kernel/money';
import { move, type Place, type Posting } from './posting';

/** What the ledger remembers of one card that cost something. */
export interface CardBook {
  readonly cost: Money;
  readonly orderId: string | null;
  /** Nobody can be given it any more, and its cost is booked as lost. */
  readonly lost: boolean;
}

export interface BookedCard {
  readonly book: CardBook | null;
  readonly postings: readonly Posting[];
  readonly orderId?: string;
}

const STOCK: Place = { account: 'stock' };
const CARD_COSTS: Place = { account: 'cardCosts' };

export const BOOKED_CARD_EVENTS: ReadonlySet<CardEvent['type']> = new Set<CardEvent['type']>([
  'CardStocked',
  'CardClaimed',
  'CardReleased',
  'CardQuarantined',
  'CardVoided',
  'CardExpired',
]);

/** What a buyer has seen never goes on sale again. */
const SEEN: ReadonlySet<string> = new Set(['REVEALED_THEN_REFUNDED', 'REPORTED']);

function lose(book: CardBook): BookedCard {
  return book.lost ? { book, postings: [] } : { book: { ...book, lost: true }, postings: move({ account: 'writeOffs' }, STOCK, book.cost) };
}

/** What one event of a card means in money. A card whose cost nobody said has no book. */
export function bookCardEvent(book: CardBook | null, event: CardEvent): BookedCard {
  if (event.type === 'CardStocked') {
    const { cost, channelId } = event.data;
    if (cost === undefined) return { book, postings: [] };
    const from: Place = channelId === undefined ? { account: 'suppliers' } : { account: 'transit', party: channelId };
    return { book: { cost, orderId: null, lost: false }, postings: move(STOCK, from, cost) };
  }
  if (book === null) return { book, postings: [] };
  switch (event.type) {
    case 'CardClaimed': {
      const { orderId } = event.data;
      return { book: { ...book, orderId }, postings: move(CARD_COSTS, STOCK, book.cost), orderId };
    }
    case 'CardReleased': {
      const { orderId, claimed } = event.data;
      if (!claimed) return { book, postings: [] };
      return { book: { ...book, orderId: null }, postings: move(STOCK, CARD_COSTS, book.cost), orderId };
    }
    case 'CardQuarantined':
      return SEEN.has(event.data.cause) ? lose(book) : { book, postings: [] };
    case 'CardVoided':
    case 'CardExpired':
      return lose(book);
    default:
      return { book, postings: [] };
  }
}
