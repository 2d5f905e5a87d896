import { z } from 'zod';
import { count, id, money, ordinal, sealed, sha256, text, time } from '../shapes';

const card = { skuId: id, batchId: id };
const claim = { ...card, orderId: id, reservation: ordinal };

const unclaimed = z.enum(['AVAILABLE', 'QUARANTINED', 'VOIDED']);

export const cardSchemas = {
  CardStocked: z.strictObject({
    ...card,
    sealed,
    fingerprint: id,
    cost: money.exactOptional(),
    channelId: id.exactOptional(),
    expiresAt: time.exactOptional(),
  }),
  CardClaimed: z.strictObject({ ...claim, requestId: id.exactOptional() }),
  CardReleased: z.strictObject({ ...claim, claimed: z.boolean(), available: z.boolean() }),
  CardQuarantined: z.strictObject({ ...card, from: unclaimed, cause: z.enum(['REVEALED_THEN_REFUNDED', 'REPORTED', 'SEAL_BROKEN', 'PERSON']) }),
  CardVoided: z.strictObject({ ...card, from: unclaimed, cause: text }),
  CardRestocked: z.strictObject(card),
  CardExported: z.strictObject({ ...card, exportId: id }),
  CardResealed: z.strictObject({ ...card, sealed }),
  CardExpired: z.strictObject(card),
};

const tally = z.strictObject({ skuId: id, rows: count, accepted: count, duplicates: count, rejected: count });

export const batchSchemas = {
  BatchOpened: z.strictObject({
    skuId: id,
    source: text,
    contentHash: sha256.exactOptional(),
    supplier: text.exactOptional(),
    cost: money.exactOptional(),
    expiresAt: time.exactOptional(),
  }),
  BatchProgressed: tally,
  BatchClosed: tally,
};
