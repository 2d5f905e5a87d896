import type { z } from 'zod';
import { Secret } from './secret';

export interface Setting<T extends z.ZodType> {
  readonly schema: T;
  /** As it would stand in the environment; absent = no default. */
  readonly fallback?: string;
  readonly about: string;
  /** May come as …_FILE, and is never printed. */
  readonly secret?: true;
}
export const setting = <T extends z.ZodType>(schema: T, fallback: string | undefined, about: string): Setting<T> =>
  fallback === undefined ? { schema, about } : { schema, fallback, about };
/** An optional text that nothing shows. */
export const secret = (schema: z.ZodType<string | undefined>, about: string): Setting<z.ZodType<Secret | undefined>> => ({
  schema: schema.transform((value) => (value === undefined ? undefined : new Secret(value))),
  about,
  secret: true,
});
