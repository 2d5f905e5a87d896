import { z } from 'zod';
import { id, nothing, time } from '../shapes';

export const blockSchemas = {
  BlockPlaced: z.strictObject({ kind: z.enum(['CONTACT', 'ADDRESS', 'DEVICE', 'RANGE']), key: id, expiresAt: time }),
  BlockLifted: nothing,
};
