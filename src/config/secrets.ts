import { readFileSync } from 'node:fs';
import type { SecretRef } from '../domain/catalog/events';
import { Secret } from './secret';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret setting: from its own variable or the file that …_FILE names. */
export function readSecret(env: Environment, name: string, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name];
  if (env[name] !== undefined) problems.push(`${name}: set either it or ${name}_FILE, not both`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE: the file cannot be read`);
    return undefined;
  }
}

/** Throws with the name, never a value. */
export function secretOf(env: Environment, ref: SecretRef): Secret {
  if ('env' in ref) {
    const value = env[ref.env];
    if (value === undefined || value === '') throw new Error(`the environment variable ${ref.env} is not set`);
    return new Secret(value);
  }
  try {
    return new Secret(readFileSync(ref.file, 'utf8').trim());
  } catch {
    throw new Error(`the secret file ${ref.file} cannot be read`);
  }
}
