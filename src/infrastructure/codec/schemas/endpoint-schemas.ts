import { z } from 'zod';

const name = z.string().min(1).max(64);

export const endpointSchemas = {
  ResendRequested: z.strictObject({ endpointId: name, orderId: name.exactOptional() }),
};
