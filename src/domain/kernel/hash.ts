import { createHash } from 'node:crypto';
import type { EventToAppend } from './event';

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** JSON with sorted keys and no blanks: the same value is always the same text. `undefined` members do not exist. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** What the first event of a stream is chained to. */
export const GENESIS_HASH = '0'.repeat(64);

type Unhashed = Omit<EventToAppend, 'metadata'> & { readonly metadata: Omit<EventToAppend['metadata'], 'hash'> };

/**
 * Write rule 7: SHA-256(previous hash ‖ canonical JSON of the event with its stream and revision, without its own hash).
 * Position and recordedAt belong to the store and are left out, so a log can move house unchanged.
 */
export function chainHash(previousHash: string, stream: string, revision: number, event: Unhashed | EventToAppend): string {
  const { hash: _own, ...metadata } = event.metadata as EventToAppend['metadata'];
  const { eventId, type, schemaVersion, occurredAt, data } = event;
  return sha256Hex(previousHash + canonicalJson({ eventId, stream, revision, type, schemaVersion, occurredAt, data, metadata }));
}

/** A number in [0, 1) that is the same for the same words everywhere: spreads retries without a random source. */
export function unitHash(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('|')).digest().readUInt32BE(0) / 2 ** 32;
}
