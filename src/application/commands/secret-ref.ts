import { z } from 'zod';
import { id } from './input';

/** A secret is named, never given: it is read where the program runs. */
export const secretRef = z.union([z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/) }), z.strictObject({ file: id })], {
  error: 'must be a reference: { env: NAME } or { file: PATH }',
});

const SECRETS_MAX = 5;
/** Several while one is being changed. */
export const secretRefs = z.array(secretRef).min(1).max(SECRETS_MAX);

/** One secret, or several while it is being changed. */
export const oneOrMoreSecrets = z.union([secretRef.transform((ref) => [ref]), secretRefs], {
  error: 'must be a reference: { env: NAME } or { file: PATH }',
});
