import { z } from 'zod';
import { actor, id, ordinal, time } from '../shapes';

export const refusalSchemas = {
  RequestsRefused: z.strictObject({
    actor: actor.exactOptional(),
    operation: id,
    code: id,
    count: ordinal,
    firstAt: time,
    lastAt: time,
    requestId: id,
    orderId: id.exactOptional(),
  }),
};
