import { md5Signer, md5Verifier, rsaSigner, rsaVerifier } from '../../protocols/epay/signing';
import type { Signer, Verifier } from '../../protocols/epay/signing';

/** The account that the sandbox keeps as an epay platform. Keys are PEM or bare base64. */
export interface EpayAccountOptions {
  /** The merchant's number. */
  readonly pid: string;
  /** Of the MD5 variant. */
  readonly key: string;
  /** Of the RSA variant: the platform's own key, and the merchant's. */
  readonly platformPrivateKey: string;
  readonly merchantPublicKey: string;
}

export interface EpayAccount {
  readonly pid: string;
  readonly key: string;
  /** Sign what the platform sends, by variant. */
  readonly signers: { readonly MD5: Signer; readonly RSA: Signer };
  /** Check what the merchant sends, by variant. */
  readonly verifiers: { readonly MD5: Verifier; readonly RSA: Verifier };
}

/** Throws when a key is none. */
export const epayAccount = ({ pid, key, platformPrivateKey, merchantPublicKey }: EpayAccountOptions): EpayAccount => ({
  pid,
  key,
  signers: { MD5: md5Signer(key), RSA: rsaSigner(platformPrivateKey) },
  verifiers: { MD5: md5Verifier([key]), RSA: rsaVerifier([merchantPublicKey]) },
});
