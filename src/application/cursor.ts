import { timingSafeEqual } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../domain/kernel/hash';
import type { Filter, Scalar } from './ports/read-models';

/** Signs a text under a key that only this shop has. */
export type Mac = (text: string) => string;

/** The list that a cursor belongs to: it is of no use for another model, order or filter. */
export interface CursorScope {
  readonly model: string;
  /** Sort field and direction as one word, such as 'submittedAt:desc'. */
  readonly sort: string;
  readonly filterHash: string;
}

/** The last row of a page: its sort value and its key. */
export interface CursorPlace {
  readonly value: Scalar | null;
  readonly key: string;
}

const CURSOR_CHARACTERS_MAX = 4_096;
const HASH_CHARACTERS = 16;

export const filterHashOf = (filter: Filter): string => sha256Hex(canonicalJson(filter)).slice(0, HASH_CHARACTERS);

/** Opaque base64url text: the place and its scope, and the signature over them. */
export function encodeCursor(place: CursorPlace, scope: CursorScope, mac: Mac): string {
  const content = canonicalJson({ v: place.value, k: place.key, model: scope.model, sort: scope.sort, filterHash: scope.filterHash });
  return Buffer.from(JSON.stringify([content, mac(content)]), 'utf8').toString('base64url');
}

/** The place, or null when the cursor was forged, damaged or made for another list. */
export function decodeCursor(cursor: string, scope: CursorScope, mac: Mac): CursorPlace | null {
  if (cursor.length > CURSOR_CHARACTERS_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) return null;
  const signed = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(signed) || signed.length !== 2) return null;
  const [content, signature] = signed as readonly unknown[];
  if (typeof content !== 'string' || typeof signature !== 'string' || !sameText(mac(content), signature)) return null;
  const { v, k, ...made } = parseJson(content) as { v: Scalar | null; k: string } & CursorScope;
  return canonicalJson(made) === canonicalJson(scope) ? { value: v, key: k } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Takes equally long wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return left.length === right.length && timingSafeEqual(left, right);
}
