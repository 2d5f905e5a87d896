import { hash } from 'node:crypto';
import type { EventToAppend } from './event';

export const sha256Hex = (text: string): string => hash('sha256', text);

/** The same value with its members in one order; `undefined` members do not exist. */
function ordered(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(ordered);
  const members = value as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const key of sorted(Object.keys(members))) {
    const member = members[key];
    if (member === undefined) continue;
    // Assigned, this one would be the prototype: left out of the text, and of every hash.
    if (key === '__proto__') Object.defineProperty(result, key, { value: ordered(member), enumerable: true });
    else result[key] = ordered(member);
  }
  return result;
}

/** More names than this are worth a real sort. */
const FEW = 32;

/** The names in UTF-16 order, in place. Array.sort copies what it sorts: with a few names per object that was most of the garbage here. */
function sorted(names: string[]): string[] {
  if (names.length > FEW) return names.sort();
  for (let end = 1; end < names.length; end++) {
    const name = names[end] as string;
    let at = end;
    for (let before = names[at - 1]; before !== undefined && before > name; before = names[at - 1]) names[at--] = before;
    names[at] = name;
  }
  return names;
}

/** JSON with sorted keys and no blanks: the same value is always the same text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(ordered(value)) ?? 'null';

/** What the first event of a stream is chained to. */
export const GENESIS_HASH = '0'.repeat(64);

type Unhashed = Omit<EventToAppend, 'metadata'> & { readonly metadata: Omit<EventToAppend['metadata'], 'hash'> };

/**
 * Write rule 7: SHA-256(previous hash ‖ canonical JSON of the event with its stream and revision, without its own hash).
 * Position and recordedAt belong to the store and are left out, so a log can move house unchanged.
 */
export function chainHash(previousHash: string, stream: string, revision: number, event: Unhashed | EventToAppend): string {
  const { eventId, type, schemaVersion, occurredAt, data } = event;
  const metadata = { ...event.metadata, hash: undefined };
  return sha256Hex(previousHash + canonicalJson({ eventId, stream, revision, type, schemaVersion, occurredAt, data, metadata }));
}

/** A number in [0, 1) that is the same for the same words everywhere: spreads retries without a random source. */
export function unitHash(...words: readonly (string | number)[]): number {
  return Number.parseInt(sha256Hex(words.join('|')).slice(0, 8), 16) / 2 ** 32;
}
