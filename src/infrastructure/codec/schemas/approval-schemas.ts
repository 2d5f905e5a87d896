import { z } from 'zod';
import { actor, count, id, money, time } from '../shapes';

const by = z.strictObject({ by: actor });

export const approvalSchemas = {
  ApprovalRequested: z.strictObject({
    action: z.enum(['CONFIRM_PAYMENT', 'BULK_REFUND', 'EXPORT_CODES', 'DESTROY_KEY', 'ERASE_BUYER']),
    subject: id,
    digest: id,
    requestedBy: actor,
    amount: money.exactOptional(),
    count: count.exactOptional(),
    expiresAt: time,
  }),
  ApprovalGranted: by,
  ApprovalDeclined: by,
  ApprovalUsed: by,
};
