import type { z } from 'zod';

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
export const secret = <T extends z.ZodType>(schema: T, about: string): Setting<T> => ({ schema, about, secret: true });
