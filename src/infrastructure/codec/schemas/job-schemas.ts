import { z } from 'zod';
import { BULK_ACTIONS } from '../../../domain/job/bulk-events';
import { count, id, money, nothing, ordinal, text, time } from '../shapes';
import { purchaseSchemas } from './purchase-schemas';

/** Codes are ours; far fewer than this exist. */
const CODES_MAX = 200;
const SELECTED_MAX = 1_000;
/** Channels of one SKU; far above any. */
const SOURCES_MAX = 100;

export const jobSchemas = {
  ReadModelRepairOrdered: z.strictObject({
    readModel: id,
    action: z.enum(['REBUILD', 'RETRY', 'SKIP']),
    generation: count,
    stream: id.exactOptional(),
    revision: count.exactOptional(),
  }),
  CardRotationOrdered: z.strictObject({ kid: id, cards: count }),
  CardRotationProgressed: z.strictObject({ upTo: id, looked: count, resealed: count, pastRetention: count, unreadable: count }),
  CardRotationPassEnded: z.strictObject({ pass: count }),
  CardRotationStopRequested: nothing,
  CardRotationEnded: z.strictObject({ end: z.enum(['DONE', 'STOPPED']) }),
  PreWarmOrdered: z.strictObject({
    skuId: id,
    units: ordinal,
    budget: money,
    sources: z.array(z.strictObject({ kind: z.literal('CHANNEL'), channelId: id, product: id, maxUnitCost: money })).max(SOURCES_MAX),
    buyBy: time,
    peak: z.strictObject({ hour: time, units: z.number().min(0) }),
    available: count,
  }),
  PreWarmPurchaseRequested: purchaseSchemas.PurchaseRequested,
  PreWarmPurchaseTimedOut: purchaseSchemas.PurchaseTimedOut,
  PreWarmPurchaseChecked: purchaseSchemas.PurchaseChecked,
  PreWarmPurchaseCancelRequested: purchaseSchemas.PurchaseCancelRequested,
  PreWarmPurchaseCompleted: purchaseSchemas.PurchaseCompleted,
  PreWarmPurchasePartlyCompleted: purchaseSchemas.PurchasePartlyCompleted,
  PreWarmPurchaseRefused: purchaseSchemas.PurchaseRefused,
  PreWarmPurchaseCancelled: purchaseSchemas.PurchaseCancelled,
  PreWarmPurchaseWrittenOff: purchaseSchemas.PurchaseWrittenOff,
  PreWarmPurchaseDisputed: purchaseSchemas.PurchaseDisputed,
  PreWarmCardsStocked: purchaseSchemas.SurplusStocked,
  PreWarmStopRequested: nothing,
  PreWarmEnded: z.strictObject({ cause: z.enum(['FILLED', 'BUDGET', 'TOO_LATE', 'NO_CHANNEL', 'STOPPED']) }),
  BulkRepairOrdered: z.strictObject({ action: z.enum(BULK_ACTIONS), filter: text, orders: count }),
  BulkRepairSelected: z.strictObject({ orderIds: z.array(id).min(1).max(SELECTED_MAX) }),
  BulkRepairProgressed: z.strictObject({
    next: count,
    changed: count,
    unchanged: count,
    refused: z.array(z.strictObject({ code: id, count })).max(CODES_MAX),
  }),
  BulkRepairStopRequested: nothing,
  BulkRepairEnded: z.strictObject({ end: z.enum(['DONE', 'STOPPED']), left: count }),
};
