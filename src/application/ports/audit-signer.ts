import type { Signature } from '../../domain/audit/checkpoint';

/** Signs for the shop, with the newest audit key of the keyring (Ed25519). Throws KeyMissing when it has none. */
export interface AuditSigner {
  sign(text: string): Signature;
  /** Raw public keys by version, base64url. */
  publicKeys(): ReadonlyMap<number, string>;
}

/** Whether a signature is by this key over this text. No secret is needed for it. */
export type VerifySignature = (text: string, signature: Signature) => boolean;
