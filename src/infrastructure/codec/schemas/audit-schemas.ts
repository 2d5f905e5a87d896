import { z } from 'zod';
import { count, id, ordinal, sha256, time } from '../shapes';

export const auditSchemas = {
  AuditCheckpointSigned: z.strictObject({
    format: z.literal(1),
    number: ordinal,
    at: time,
    events: z.int().min(0),
    streams: count,
    root: sha256,
    previous: sha256,
    keyVersion: ordinal,
    publicKey: id,
    signature: id,
  }),
};
