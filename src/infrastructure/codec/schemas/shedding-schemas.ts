import { z } from 'zod';
import { SHEDDABLE } from '../../../domain/shedding/events';

const things = z.array(z.enum(SHEDDABLE)).max(SHEDDABLE.length);

export const sheddingSchemas = {
  LoadSheddingSet: z.strictObject({ mode: z.enum(['AUTO', 'MANUAL']), shed: things, order: things }),
};
