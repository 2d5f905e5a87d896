import type { Sealed } from '../../domain/kernel/sealed';

/**
 * The shop's secrets. `context` is authenticated with the text (for a card: card id and SKU), so a ciphertext that was
 * moved elsewhere does not open.
 */
export interface Keyring {
  /** With the key in use unless another is named. Throws KeyMissing. */
  seal(plain: string, context: string, kid?: string): Sealed;
  /** The key that new texts are sealed with. */
  readonly kidInUse: string;
  /** Throws KeyMissing when the key is not there (retry later), SealBroken when text or context were tampered with (final). */
  open(sealed: Sealed, context: string): string;
  /** Keyed digest of a secret, base64url: equal texts are recognised, nothing is revealed. The key never rotates with the others. */
  fingerprint(text: string, purpose: string): string;
  /** HMAC-SHA-256 with the token key `version` (the newest unless told), base64url. Throws KeyMissing. */
  tokenMac(text: string, version?: number): { readonly version: number; readonly mac: string };
}

export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
