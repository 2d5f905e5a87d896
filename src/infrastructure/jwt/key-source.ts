import { readFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import { HttpCaller } from '../http/http-call';
import { allowedUrl } from '../http/outgoing';

const ANSWER_BYTES_MAX = 262_144;
const KEYS_MAX = 64;
/** One question for the keys, from the wait for a connection to the last byte. */
const ANSWER_WITHIN_MS = 5_000;
/** Families of keys of which the public half may lie about openly. */
const FAMILIES: readonly unknown[] = ['RSA', 'EC', 'OKP'];

/** Keys with a name each, at least one of them; or, in a word, why there are none to be had. */
export type KeySet = { readonly keys: readonly (JWK & { readonly kid: string })[] } | { readonly why: string };

/** Where the issuer's public keys are read. `read` never rejects. */
export interface KeySource {
  read(): Promise<KeySet>;
  release(): Promise<void>;
}

/** `place` is an address (https, or http to this machine) or the path of a file. Throws, without quoting it, when the address is unfit. */
export function keySourceAt(place: string): KeySource {
  return /^[a-z]+:\/\//i.test(place) ? new KeysAtAddress(place) : new KeysInFile(place);
}

/** Asks the configured host and no other: redirects are not followed. */
class KeysAtAddress implements KeySource {
  private readonly caller: HttpCaller;
  private readonly path: string;

  constructor(place: string) {
    const { origin, pathname, search } = allowedUrl('CARDRAIL_JWT_KEYS', place, [URL.parse(place)?.host ?? '']);
    this.path = pathname + search;
    this.caller = new HttpCaller({ baseUrl: origin, headers: { accept: 'application/json' }, answerBytesMax: ANSWER_BYTES_MAX });
  }

  async read(): Promise<KeySet> {
    const end = await this.caller.call({ method: 'GET', path: this.path }, { timeoutMs: ANSWER_WITHIN_MS });
    if (end.end === 'notSent') return { why: end.code };
    if (end.end === 'lost') return { why: end.cause };
    return end.status === 200 ? keySetIn(end.body.toString('utf8')) : { why: `HTTP ${end.status}` };
  }

  release(): Promise<void> {
    return this.caller.release();
  }
}

class KeysInFile implements KeySource {
  constructor(private readonly path: string) {}

  async read(): Promise<KeySet> {
    try {
      return keySetIn(await readFile(this.path, 'utf8'));
    } catch {
      return { why: 'UNREADABLE_FILE' };
    }
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/** A set without a single key that could be used is no answer: an issuer that loses its keys for a moment must not lock everybody out. */
function keySetIn(text: string): KeySet {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return { why: 'NOT_JSON' };
  }
  const listed: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined;
  if (!Array.isArray(listed)) return { why: 'NO_KEY_SET' };
  const keys = listed.slice(0, KEYS_MAX).filter(isNamedPublicKey);
  return keys.length === 0 ? { why: 'NO_USABLE_KEY' } : { keys };
}

/** Symmetric keys are never taken, nor a private half that somebody published: whoever reads that could sign. */
function isNamedPublicKey(key: unknown): key is JWK & { readonly kid: string } {
  if (typeof key !== 'object' || key === null) return false;
  const { kid, kty, use, d, k } = key as JWK;
  return typeof kid === 'string' && FAMILIES.includes(kty) && use !== 'enc' && d === undefined && k === undefined;
}
