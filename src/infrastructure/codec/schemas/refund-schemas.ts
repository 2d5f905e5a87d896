import { z } from 'zod';
import { cardIds, id, money, ordinal, text, time } from '../shapes';
import { intent } from './payment-schemas';

const refundCause = z.enum(['SURPLUS', 'LATE', 'CANCELLED', 'DEADLINE', 'PARTIAL', 'PERSON']);
const evidence = z.literal('PERSON').exactOptional();
const refund = { refundReference: id, gatewayId: id };

export const refundSchemas = {
  RefundOrdered: z.strictObject({
    ...refund,
    refund: ordinal,
    reference: id,
    amount: money,
    cause: refundCause,
    takesBack: cardIds,
    full: z.boolean(),
  }),
  RefundRequested: z.strictObject({ ...intent, ...refund, reference: id, amount: money, attempt: ordinal }),
  RefundTimedOut: z.strictObject({ ...refund, cause: text }),
  RefundChecked: z.strictObject({ ...refund, status: z.enum(['PENDING', 'NOT_FOUND']), nextCheckAt: time }),
  RefundRefused: z.strictObject({ ...refund, cause: text, evidence }),
  Compensated: z.discriminatedUnion('method', [
    z.strictObject({ ...refund, method: z.literal('REFUND'), skuId: id, amount: money, cause: refundCause, full: z.boolean(), evidence }),
    z.strictObject({ method: z.literal('REISSUE'), skuId: id }),
  ]),
};
