import { z } from 'zod';
import { actor, count, id, sha256, text, time } from './shapes';

export const metadataSchema = z.strictObject({
  commandId: id,
  correlationId: id,
  causationId: id,
  actor,
  reason: text.exactOptional(),
  fingerprint: id.exactOptional(),
  by: id.exactOptional(),
  hash: sha256,
  traceparent: id.exactOptional(),
});

/** Everything about a stored event but its data, which has a schema of its own. */
export const envelopeSchema = z.strictObject({
  eventId: id,
  stream: id,
  revision: count,
  position: id,
  type: id,
  schemaVersion: z.int().min(1),
  occurredAt: time,
  recordedAt: time,
  metadata: metadataSchema,
});
