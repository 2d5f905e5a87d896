import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signing of notices in the Standard Webhooks format: `webhook-id`, `webhook-timestamp` (unix seconds, renewed at each try) and
 * `webhook-signature`, one or more `v1,` + base64(HMAC-SHA-256(secret, id.timestamp.body)), separated by single spaces.
 */
export type WebhookKey = Buffer;

export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
export type WebhookCheck = { readonly genuine: true; readonly id: string } | { readonly genuine: false; readonly why: string };

const PREFIX = 'whsec_';
const KEY_BYTES_MIN = 24;
const KEY_BYTES_MAX = 64;
/** A sender signs with two keys while it changes them; more than this is somebody guessing. */
const SIGNATURES_MAX = 8;
export const WEBHOOK_TOLERANCE_MS = 300_000;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ID = /^[A-Za-z0-9._:-]{1,128}$/;
const TIMESTAMP = /^[1-9][0-9]{0,11}$/;
const SIGNATURE = /^v[0-9]{1,3}a?,[A-Za-z0-9+/]{1,128}={0,2}$/;

/** Reads `whsec_` + base64 of 24 to 64 bytes. Throws without repeating the secret when it is no such thing, or a placeholder of one repeated byte. */
export function webhookKey(secret: string): WebhookKey {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length < KEY_BYTES_MIN || key.length > KEY_BYTES_MAX) {
    throw new Error(`a webhook secret is ${PREFIX} and the base64 of ${KEY_BYTES_MIN} to ${KEY_BYTES_MAX} bytes`);
  }
  if (key.every((byte) => byte === key[0])) throw new Error('a webhook secret of one repeated byte is a placeholder');
  return key;
}

function digest(key: WebhookKey, id: string, timestamp: string, body: Buffer | string): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** The three headers of one delivery. `atMs` is the wall clock of this try, milliseconds since 1970 UTC. */
export function signedHeaders(keys: readonly WebhookKey[], id: string, atMs: number, body: Buffer | string): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signatures = keys.map((key) => `v1,${digest(key, id, timestamp, body).toString('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/**
 * Decides whether one of our keys signed exactly these bytes within 300 s of `receivedAtMs`.
 * Every key is tried against every signature whatever was found before, so the time taken does not tell which one was near.
 */
export function checkWebhook(keys: readonly WebhookKey[], headers: IncomingHeaders, body: Buffer, receivedAtMs: number): WebhookCheck {
  const id = single(headers, 'webhook-id', ID);
  const timestamp = single(headers, 'webhook-timestamp', TIMESTAMP);
  const signatures = signaturesOf(headers);
  if (id === undefined || timestamp === undefined || signatures === undefined) return { genuine: false, why: 'BAD_HEADERS' };
  let matches = 0;
  for (const key of keys) {
    const expected = digest(key, id, timestamp, body);
    for (const signature of signatures) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches++;
    }
  }
  if (matches === 0) return { genuine: false, why: 'BAD_SIGNATURE' };
  if (Math.abs(receivedAtMs - Number(timestamp) * 1000) > WEBHOOK_TOLERANCE_MS) return { genuine: false, why: 'BAD_TIMESTAMP' };
  return { genuine: true, id };
}

/** A header that came twice is an array or a list joined by commas; neither matches the pattern of one value. */
function single(headers: IncomingHeaders, name: string, pattern: RegExp): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** Signatures of other versions are passed over; one that is no signature at all spoils the header (it may have come twice). */
function signaturesOf(headers: IncomingHeaders): readonly Buffer[] | undefined {
  const value = headers['webhook-signature'];
  if (typeof value !== 'string') return undefined;
  const parts = value.split(' ', SIGNATURES_MAX + 1);
  if (parts.length > SIGNATURES_MAX || !parts.every((part) => SIGNATURE.test(part))) return undefined;
  return parts.filter((part) => part.startsWith('v1,') && BASE64.test(part.slice(3))).map((part) => Buffer.from(part.slice(3), 'base64'));
}
