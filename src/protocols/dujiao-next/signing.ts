import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signing of Dujiao-Next's supply API: `Dujiao-Next-Signature` is the lower-case hex HMAC-SHA-256, under the API secret, of method, path without its
 * query, unix seconds and the lower-case hex MD5 of the body, with line feeds between them. MD5 is the protocol's choice; the body it stands for is
 * covered by the HMAC.
 */
export const headers = { key: 'dujiao-next-api-key', timestamp: 'dujiao-next-timestamp', signature: 'dujiao-next-signature' } as const;

/** Older and newer messages than this are refused. */
export const TIMESTAMP_TOLERANCE_MS = 60_000;
const SECRET = /^[!-~]{16,256}$/;
const KEY = /^[!-~]{1,256}$/;
const TIMESTAMP = /^[1-9][0-9]{0,11}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

export interface Signed {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer | string;
}

/** Throws, without repeating it, what is no secret of the protocol. */
export function checkedSecret(secret: string): string {
  if (!SECRET.test(secret)) throw new Error('a Dujiao-Next secret is 16 to 256 printable characters');
  return secret;
}

/** Throws, without repeating it, what cannot name an account. */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new Error('a Dujiao-Next API key is 1 to 256 printable characters');
  return key;
}

function digest(secret: string, { method, path, body }: Signed, timestamp: string): Buffer {
  const bodyHash = createHash('md5').update(body).digest('hex');
  return createHmac('sha256', secret).update(`${method}\n${path}\n${timestamp}\n${bodyHash}`).digest();
}

/** The headers of one message. `atMs`: milliseconds since 1970 UTC. */
export function signedHeaders(apiKey: string, secret: string, message: Signed, atMs: number): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  return { [headers.key]: apiKey, [headers.timestamp]: timestamp, [headers.signature]: digest(secret, message, timestamp).toString('hex') };
}

type Given = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Null when one of the secrets signed exactly this, just now, under this key; else why not. Every secret is tried whatever was found before. */
export function flawOf(apiKey: string, secrets: readonly string[], message: Signed, given: Given, nowMs: number): string | null {
  const [key, timestamp, signature] = [given[headers.key], given[headers.timestamp], given[headers.signature]];
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return 'BAD_HEADERS';
  if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return 'BAD_HEADERS';
  if (key !== apiKey) return 'UNKNOWN_KEY';
  const bytes = Buffer.from(signature, 'hex');
  const matches = secrets.filter((secret) => timingSafeEqual(digest(secret, message, timestamp), bytes)).length;
  if (matches === 0) return 'BAD_SIGNATURE';
  return Math.abs(nowMs - Number(timestamp) * 1_000) <= TIMESTAMP_TOLERANCE_MS ? null : 'BAD_TIMESTAMP';
}
