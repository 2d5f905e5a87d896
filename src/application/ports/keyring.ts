import type { Sealed } from '../../domain/kernel/sealed';

/** A key that is itself sealed, and the context that it opens in. It leaves the keyring in no other form. */
export interface KeyInSeal {
  readonly wrapped: Sealed;
  readonly context: string;
}

/**
 * The shop's secrets. `context` is authenticated with the text (for a card: card id and SKU), so a ciphertext that was
 * moved elsewhere does not open.
 */
export interface Keyring {
  /** With the key in use unless another is named. Throws KeyMissing. */
  seal(plain: string, context: string, kid?: string): Sealed;
  /** The key that new texts are sealed with. */
  readonly kidInUse: string;
  /** All keys that open what they sealed, the one in use included. */
  readonly kids: readonly string[];
  /** Throws KeyMissing when the key is not there (retry later), SealBroken when text or context were tampered with (final). */
  open(sealed: Sealed, context: string): string;
  /** A new random key, itself sealed with the key in use under this context. Throws KeyMissing. */
  newKey(context: string): Sealed;
  /** Seals with a key that is itself sealed, under the name it goes by. Throws like `open`. */
  sealWith(key: KeyInSeal, kid: string, plain: string, context: string): Sealed;
  /** Opens what was sealed so. Throws like `open`. */
  openWith(key: KeyInSeal, sealed: Sealed, context: string): string;
  /** Keyed digest of a secret, base64url: equal texts are recognised, nothing is revealed. The key never rotates with the others. */
  fingerprint(text: string, purpose: string): string;
  /** HMAC-SHA-256 with the token key `version` (the newest unless told), base64url. Throws KeyMissing. */
  tokenMac(text: string, version?: number): { readonly version: number; readonly mac: string };
}

/** Who has the keyring in hand. What others hold of it is theirs to let go: everybody hears it from the log. */
export interface KeyCustody {
  /** Reads the file again: keys that were added since are there from now on, and the newest is in use. Throws KeyringRefused. */
  renew(): void;
  /** The key opens and seals nothing any more in this process, and then leaves the file. Throws KeyringRefused when it must be taken out by hand. */
  destroy(kid: string): void;
}

export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
