import { z } from 'zod';
import { BULK_ACTIONS } from '../../../domain/job/bulk-events';
import { count, id, nothing, text } from '../shapes';

/** Codes are ours; far fewer than this exist. */
const CODES_MAX = 200;
const SELECTED_MAX = 1_000;

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
