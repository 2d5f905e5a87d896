import { z } from 'zod';
import { count, id } from '../shapes';

export const jobSchemas = {
  ReadModelRepairOrdered: z.strictObject({
    readModel: id,
    action: z.enum(['REBUILD', 'RETRY', 'SKIP']),
    generation: count,
    stream: id.exactOptional(),
    revision: count.exactOptional(),
  }),
};
