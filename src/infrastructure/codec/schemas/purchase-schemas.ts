import { z } from 'zod';
import { cardIds, count, id, money, ordinal, sealed, text, time } from '../shapes';
import { intent } from './payment-schemas';

const word = z.enum(['COMPLETED', 'PARTIAL', 'PENDING', 'REFUSED', 'CANCELLED']);
const purchase = { requestId: id, channelId: id };

/** Cards of one answer: those of one order, and what a channel gave beyond it. */
const CARDS_MAX = 10_000;

const goods = {
  requestId: id,
  skuId: id,
  reservation: ordinal,
  cards: z.array(z.strictObject({ cardId: id, fingerprint: id, sealed, expiresAt: time.exactOptional() })).max(CARDS_MAX),
  receipt: z.strictObject({ units: ordinal, sealed }).exactOptional(),
};
const bought = z.strictObject({ ...goods, channelId: id, unitCost: money });

/** Channels of one SKU; far above any. */
const CHOICE_MAX = 100;
const share = z.number().min(0).max(1);
const ranked = z.strictObject({
  channelId: id,
  product: id,
  priority: count,
  diverted: z.boolean(),
  success: share,
  speed: share,
  cost: share,
  share: z.number().min(0).max(1_000_000_000),
});

const passedOver = z
  .array(
    z.strictObject({
      channelId: id,
      product: id,
      why: z.enum([
        'UNKNOWN_CHANNEL',
        'PAUSED',
        'DRAINING',
        'AWAY',
        'SOLD_OUT',
        'TOO_DEAR',
        'MARGIN_TOO_LOW',
        'OTHER_CURRENCY',
        'GIVEN_UP',
        'NOT_YET',
        'ISOLATED',
        'PROBED_BY_OTHERS',
        'BUSY',
        'RETRY_BUDGET',
      ]),
      unitCost: money.exactOptional(),
    }),
  )
  .max(CHOICE_MAX);

export const purchaseSchemas = {
  PurchaseRequested: z.strictObject({
    ...intent,
    ...purchase,
    attempt: ordinal,
    skuId: id,
    product: id,
    quantity: ordinal,
    maxUnitCost: money,
    fields: sealed.exactOptional(),
    callbackUrl: text.exactOptional(),
    choice: z.array(ranked).max(CHOICE_MAX).exactOptional(),
    passedOver: passedOver.exactOptional(),
    policy: z
      .strictObject({ version: id, trial: z.strictObject({ version: id, arm: z.enum(['CANARY', 'CONTROL']) }).exactOptional() })
      .exactOptional(),
  }),
  PurchaseHeld: z.strictObject({ skuId: id, minMargin: money, channels: passedOver }),
  PurchaseTimedOut: z.strictObject({ ...purchase, cause: text }),
  PurchaseChecked: z.strictObject({ ...purchase, status: z.enum([...word.options, 'NOT_FOUND']), nextCheckAt: time.exactOptional() }),
  PurchaseNoticeReceived: z.strictObject({ ...purchase, noticeId: id, claimedStatus: word }),
  PurchaseCancelRequested: z.strictObject({
    ...purchase,
    cause: z.enum(['IN_DOUBT', 'OVERDUE', 'UNWANTED', 'REROUTE', 'WRITTEN_OFF']),
  }),
  PurchaseCompleted: bought,
  PurchasePartlyCompleted: bought,
  PurchaseRefused: z.strictObject({ ...purchase, skuId: id, reason: text, proof: z.enum(['STATUS', 'REQUEST', 'NOT_DONE']) }),
  PurchaseCancelled: z.strictObject({ ...purchase, skuId: id, reason: text.exactOptional() }),
  PurchaseWrittenOff: z.strictObject({ ...purchase, skuId: id, costAtRisk: money, cause: z.enum(['TERMS', 'NEVER_SEEN', 'PERSON']) }),
  PurchaseDisputed: z.strictObject({
    requestId: id,
    channelId: id.exactOptional(),
    skuId: id,
    problem: z.enum(['SAME_CARD_TWICE', 'KNOWN_CODE', 'MALFORMED_CARD', 'MISSING_CARD', 'OVER_PRICE', 'OTHER_CURRENCY']),
    cards: count,
    amount: money.exactOptional(),
    cardIds,
  }),
  SurplusStocked: z.strictObject({ requestId: id, channelId: id.exactOptional(), skuId: id, cardIds, cost: money.exactOptional() }),
  GoodsHandedIn: z.strictObject(goods),
};
