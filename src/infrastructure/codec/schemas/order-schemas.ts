import { z } from 'zod';
import { cardIds, count, id, locale, money, nothing, ordinal, sealed, seconds, text, time } from '../shapes';
import { paymentMethod, paymentSchemas } from './payment-schemas';
import { purchaseSchemas } from './purchase-schemas';
import { refundSchemas } from './refund-schemas';

const source = z.union([
  z.strictObject({ kind: z.literal('POOL') }),
  z.strictObject({ kind: z.literal('CHANNEL'), channelId: id, product: id, maxUnitCost: money }),
]);

/** What a SKU promises and an order freezes. */
export const promises = {
  payWithinSeconds: seconds,
  deliverWithinSeconds: seconds,
  reserve: z.enum(['AT_SUBMIT', 'AT_PAYMENT']),
  partial: z.enum(['WAIT', 'SPLIT']),
  compensation: z.enum(['REFUND', 'REISSUE', 'REVIEW']),
  onDoubt: z.enum(['WAIT', 'REROUTE']),
  oversell: z.boolean(),
  sources: z.array(source).max(100),
};

const reservation = { skuId: id, reservation: ordinal, cardIds };

const intakeSchemas = {
  OrderSubmitted: z.strictObject({
    orderNumber: id,
    clientId: id,
    skuId: id,
    quantity: ordinal,
    amount: money,
    terms: z.strictObject({ unitPrice: money, ...promises, delivery: z.literal('manual').exactOptional(), minMargin: money.exactOptional() }),
    buyer: z.strictObject({
      ref: id,
      tier: z.enum(['VIP', 'STANDARD']),
      contact: sealed.exactOptional(),
      contactKeys: z.array(id).max(10).exactOptional(),
    }),
    fields: sealed.exactOptional(),
    payment: paymentMethod,
    checkoutId: id.exactOptional(),
    admission: z.enum(['NOW', 'LATER']),
    enterAt: time.exactOptional(),
    client: z.strictObject({ addressKey: id.exactOptional(), deviceKey: id.exactOptional() }).exactOptional(),
    risk: z
      .array(
        z.strictObject({
          signal: z.enum(['UNPAID_BY_BUYER', 'UNPAID_BY_CONTACT', 'UNPAID_BY_ADDRESS', 'UNPAID_BY_DEVICE', 'FAST_SUBMITS']),
          count,
          limit: count,
        }),
      )
      .max(5)
      .exactOptional(),
    requestFingerprint: id,
    accessToken: z.strictObject({ keyVersion: ordinal, epoch: count }),
    locale,
  }),
  OrderRouted: z.strictObject({ skuId: id, lane: id, policyVersion: id, canary: z.boolean(), why: text }),
  CancelRequested: z.strictObject({ skuId: id }),
};

const cardsSchemas = {
  CardReserved: z.strictObject({ ...reservation, by: id }),
  CardReservationLost: z.strictObject({ ...reservation, lostCardId: id }),
  CardsSecured: z.strictObject(reservation),
  CardsGivenUp: z.strictObject({ skuId: id, cardIds, revealedCardIds: cardIds, cause: z.enum(['ENDED', 'REFUNDED', 'TAKEN_BACK', 'REPLACED']) }),
  CardsReleased: z.strictObject({ skuId: id, cardIds }),
};

const deliverySchemas = {
  OrderDelivered: z.strictObject({
    skuId: id,
    cardIds,
    partial: z.boolean(),
    receiptUnits: ordinal.exactOptional(),
    added: cardIds.exactOptional(),
    replaces: z
      .array(z.strictObject({ cardId: id, replaces: id }))
      .max(1_000)
      .exactOptional(),
  }),
  CardsRevealed: z.strictObject({ cardIds, first: z.boolean() }),
  CardReported: z.strictObject({ cardId: id, problem: text }),
  ReissueOrdered: z.strictObject({ round: ordinal, deliverBy: time, cause: z.enum(['DEADLINE', 'REPORTED']), cardId: id.exactOptional() }),
  DeliveryResendRequested: z.strictObject({ cardIds }),
  AccessTokenRotated: z.strictObject({ epoch: count }),
};

const endSchemas = {
  OrderCancelled: z.strictObject({ skuId: id, cause: z.enum(['REQUESTED', 'OUT_OF_STOCK']) }),
  OrderExpired: z.strictObject({ skuId: id }),
  OrderFailed: z.strictObject({ skuId: id, cause: text }),
  OrderReopened: z.strictObject({ skuId: id, cause: z.enum(['LATE_PAYMENT', 'PERSON']), deliverBy: time }),
};

const peopleSchemas = {
  ReviewOpened: z.strictObject({ subject: id, cause: text }),
  ReviewResolved: z.strictObject({ subject: id, resolution: z.enum(['ANSWERED', 'PERSON']) }),
  OrderFrozen: z.strictObject({ cause: text }),
  OrderUnfrozen: nothing,
  ComplaintOpened: z.strictObject({ subject: id, about: z.enum(['DELIVERY', 'PAYMENT', 'REFUND', 'OTHER']), text }),
  ComplaintResolved: z.strictObject({ subject: id, outcome: z.enum(['UPHELD', 'REJECTED']) }),
  NoteAdded: z.strictObject({ text }),
  OrderAssigned: z.strictObject({ assignee: id }),
  OrderUnassigned: nothing,
  OrderTagged: z.strictObject({ tag: id }),
  OrderUntagged: z.strictObject({ tag: id }),
  BuyerErased: z.strictObject({ skuId: id, contactKeys: z.array(id).max(10) }),
  FieldsRevealed: z.strictObject({ reader: id }),
  OrderShared: z.strictObject({ shareId: id, expiresAt: time }),
  SharedOrderOpened: z.strictObject({ shareId: id, opening: ordinal }),
  ShareRevoked: z.strictObject({ shareId: id }),
};

export const orderSchemas = {
  ...intakeSchemas,
  ...paymentSchemas,
  ...purchaseSchemas,
  ...cardsSchemas,
  ...deliverySchemas,
  ...refundSchemas,
  ...endSchemas,
  ...peopleSchemas,
};

/** A stream of its own per buyer and SKU, where only one unpaid order is allowed. */
export const buyerSchemas = {
  OrderSlotTaken: z.strictObject({ clientId: id, skuId: id, orderId: id }),
};
