import { z } from 'zod';
import { amountMinor, count, id, sha256, text } from '../shapes';

export const noticeSchemas = {
  NoticeQuarantined: z.strictObject({
    gatewayId: id,
    noticeId: id,
    cause: z.enum(['UNKNOWN_ORDER', 'FOREIGN_MERCHANT', 'UNREADABLE', 'OTHER_GATEWAY']),
    bodyHash: sha256,
    reference: text.exactOptional(),
    claimedStatus: text.exactOptional(),
    claimedCapturedMinor: amountMinor.exactOptional(),
    currency: text.exactOptional(),
  }),
  NoticeMatched: z.strictObject({ gatewayId: id, orderId: id, reference: id }),
};

export const channelNoticeSchemas = {
  ChannelNoticeQuarantined: z.strictObject({
    channelId: id,
    noticeId: id,
    cause: z.enum(['UNKNOWN_ORDER', 'OTHER_CHANNEL', 'UNREADABLE']),
    bodyHash: sha256,
    requestId: text.exactOptional(),
    claimedStatus: text.exactOptional(),
    claimedCards: count.exactOptional(),
    claimedUnitCostMinor: amountMinor.exactOptional(),
    currency: text.exactOptional(),
  }),
};
