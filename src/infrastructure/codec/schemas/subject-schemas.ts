import { z } from 'zod';
import { ordinal, time } from '../shapes';

export const subjectSchemas = {
  SubjectErasureOrdered: z.strictObject({ generation: ordinal, repeats: time.exactOptional() }),
  SubjectErased: z.strictObject({ generation: ordinal }),
};
