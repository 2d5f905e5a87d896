import { timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../../domain/kernel/hash';
import { MINUTE_MS, type Instant } from '../../domain/kernel/time';
import type { Keyring } from '../ports/keyring';

/** What somebody has seen in a dry run and now confirms. */
export interface Confirmed {
  readonly operation: string;
  /** Canonical JSON of the filter. */
  readonly filter: string;
  readonly limit: number;
  readonly clientId: string;
  readonly actorId: string;
  /** Orders that the dry run showed. */
  readonly orders: number;
}

/** Long enough to read it, too short to come back to it tomorrow. */
export const CONFIRM_WITHIN_MS = 10 * MINUTE_MS;

const TOKEN = /^([1-9][0-9]{0,15})\.([0-9]{1,7})\.([A-Za-z0-9_-]{20,128})$/;

const macOf = (keyring: Keyring, expiresAt: Instant, confirmed: Confirmed): string =>
  keyring.fingerprint(canonicalJson({ expiresAt, ...confirmed }), 'bulk-confirmation');

/** `<expiry>.<orders>.<mac>`: bound to who asked for what and how many orders it was, good for ten minutes. No secret is in it. */
export function confirmationToken(keyring: Keyring, now: Instant, confirmed: Confirmed): { readonly token: string; readonly expiresAt: Instant } {
  const expiresAt = now + CONFIRM_WITHIN_MS;
  return { token: `${expiresAt}.${confirmed.orders}.${macOf(keyring, expiresAt, confirmed)}`, expiresAt };
}

/** How many orders were confirmed; null when the token is forged, too old, or was made for something or somebody else. */
export function confirmedOrders(keyring: Keyring, now: Instant, token: string, asked: Omit<Confirmed, 'orders'>): number | null {
  const [, expiry, count, mac = ''] = TOKEN.exec(token) ?? [];
  if (expiry === undefined || count === undefined || Number(expiry) <= now) return null;
  const orders = Number(count);
  const [given, expected] = [Buffer.from(mac), Buffer.from(macOf(keyring, Number(expiry), { ...asked, orders }))];
  return given.length === expected.length && timingSafeEqual(given, expected) ? orders : null;
}
