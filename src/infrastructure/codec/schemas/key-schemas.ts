import { z } from 'zod';
import { count, id, nothing } from '../shapes';

export const keySchemas = {
  KeyDestructionOrdered: nothing,
  KeyDestructionRefused: z.strictObject({ cards: count, orders: count, others: count, subjects: count.exactOptional() }),
  KeyDestroyed: z.strictObject({ upTo: id, voidedCards: count, oldCards: count, oldOrders: count }),
};
