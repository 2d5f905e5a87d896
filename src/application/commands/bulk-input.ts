import { z } from 'zod';
import { BULK_ORDERS_MAX } from '../../domain/job/bulk';
import { canonicalJson } from '../../domain/kernel/hash';
import { ORDER_STATUSES, PHASES } from '../../domain/order/phase';
import { id, idempotencyKey, reason } from './input';

const VALUES_MAX = 100;
const FILTER_CHARACTERS_MAX = 8_192;
const TOKEN_CHARACTERS_MAX = 256;

const ids = z.array(id).min(1).max(VALUES_MAX);
const instant = z.int().min(0);
const span = z.strictObject({ from: instant.optional(), to: instant.optional() });

const orderFilter = z
  .strictObject({
    status: z.array(z.enum(ORDER_STATUSES)).min(1).optional(),
    phase: z.array(z.enum(PHASES)).min(1).optional(),
    skuIds: ids.optional(),
    gatewayIds: ids.optional(),
    channelIds: ids.optional(),
    lanes: ids.optional(),
    submittedAt: span.optional(),
    paidAt: span.optional(),
    retrying: z.boolean().optional(),
    attemptsGte: z.int().min(0).optional(),
    inReview: z.boolean().optional(),
    inDoubt: z.boolean().optional(),
    disputed: z.boolean().optional(),
    complained: z.boolean().optional(),
    waitingFor: id.optional(),
    checkoutId: id.optional(),
    buyerRef: id.optional(),
    assignedTo: id.optional(),
    assigned: z.boolean().optional(),
  })
  .refine((filter) => Object.values(filter).some((wish) => wish !== undefined), 'must ask for something: nothing repairs all orders there are')
  .refine((filter) => canonicalJson(filter).length <= FILTER_CHARACTERS_MAX, 'is too long');

/** Without a token it is a dry run and changes nothing; with the token of one, the job is ordered. */
export const bulkInput = z.strictObject({
  idempotencyKey,
  reason,
  filter: orderFilter,
  limit: z.int().min(1).max(BULK_ORDERS_MAX).optional(),
  confirmationToken: z.string().min(1).max(TOKEN_CHARACTERS_MAX).optional(),
});

export type BulkInput = z.output<typeof bulkInput>;
