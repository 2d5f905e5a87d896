import type { ChannelCard, PurchaseFacts, PurchaseRequest } from '../../../application/ports/channel';
import { plainDecimal } from '../../../domain/kernel/decimal';
import { cardSchema } from '../../../protocols/channel-v1';
import { DELIVERED, OVER, type SupplyOrder } from '../../../protocols/dujiao-next/words';

/** What of a request says how an order is to be read. */
export type Asked = Pick<PurchaseRequest, 'requestId' | 'quantity' | 'currency'> & { readonly topUp: boolean };

export const askedOf = ({ requestId, quantity, currency, fields }: PurchaseRequest): Asked => ({
  requestId,
  quantity,
  currency,
  topUp: fields !== undefined && Object.keys(fields).length > 0,
});

/** Known to be ordered, and nothing seen of it: asked again, it says more. */
export const pending = ({ requestId, currency }: Asked): PurchaseFacts => ({
  requestId,
  status: 'PENDING',
  cards: [],
  malformedCards: 0,
  unitCostMinor: 0,
  currency,
});

export const refusedFor = (asked: Asked, reason: string): PurchaseFacts => ({ ...pending(asked), status: 'REFUSED', reason });

/** What one unit cost: a sum that does not divide is rounded up, so that no cost is left out. Undefined for what is no plain amount. */
export function unitCostOf({ amount, currency }: Pick<SupplyOrder, 'amount' | 'currency'>, quantity: number): number | undefined {
  const minor = plainDecimal(amount, currency);
  return minor === null ? undefined : Math.ceil(minor / quantity);
}

type Delivery = Pick<SupplyOrder, 'status' | 'fulfillment'>;

/** An order as our facts. What was delivered counts, whatever state the order has come to since. */
export function purchaseOf(asked: Asked, { status, fulfillment }: Delivery, unitCostMinor: number): PurchaseFacts {
  if (fulfillment?.status !== DELIVERED) return OVER.has(status.toLowerCase()) ? refusedFor(asked, 'REFUSED') : pending(asked);
  const facts = { ...pending(asked), status: 'COMPLETED' as const, unitCostMinor };
  if (!asked.topUp) return { ...facts, ...cardsIn(fulfillment.payload, asked.quantity) };
  const receipt = cardSchema.shape.code.safeParse(fulfillment.payload.trim()).data;
  return { ...facts, receipt: receipt ?? 'done' };
}

/**
 * A delivery is one text, one card to a line. One card may be several lines long; of several cards that are not as many lines as were paid for, nobody can say
 * where one ends.
 */
function cardsIn(payload: string, quantity: number): Pick<PurchaseFacts, 'cards' | 'malformedCards'> {
  const whole = payload.replaceAll('\r\n', '\n').trim();
  const lines = whole.split('\n').map((line) => line.trim());
  const texts = quantity === 1 ? [whole] : lines.filter((line) => line !== '');
  if (texts.length > quantity) return { cards: [], malformedCards: quantity };
  const cards = texts.map((code) => cardSchema.safeParse({ code }).data).filter((card): card is ChannelCard => card !== undefined);
  return { cards, malformedCards: quantity - cards.length };
}
