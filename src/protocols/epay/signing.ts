import { createHash, timingSafeEqual } from 'node:crypto';
import { rsaChecking, rsaSigning } from '../rsa-keys';
import type { EpayParams } from './form';

/**
 * Both variants sign the same text: every parameter that is not empty, without `sign` and `sign_type`, sorted by name in ASCII order, as
 * `name=value` joined by `&`, values as they are after decoding.
 * MD5: lower-case hex MD5 of that text and the merchant's key. RSA: base64 of SHA-256 with RSA (PKCS #1 v1.5).
 */
export type SignType = 'MD5' | 'RSA';

export interface Signer {
  readonly signType: SignType;
  sign(params: EpayParams): string;
}

/** Says whether the signature that the parameters carry is one of ours to trust. */
export interface Verifier {
  readonly signType: SignType;
  isGenuine(params: EpayParams): boolean;
}

export function signedText(params: EpayParams): string {
  return Object.entries(params)
    .filter(([name, value]) => value !== '' && name !== 'sign' && name !== 'sign_type')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** The parameters with their signature, ready to be sent. */
export const withSignature = (params: EpayParams, signer: Signer): EpayParams => ({
  ...params,
  sign: signer.sign(params),
  sign_type: signer.signType,
});

const MD5_KEY = /^[!-~]{16,256}$/;

/** Throws without repeating the key when it is too short to be one, or a placeholder. */
function md5Key(key: string): string {
  if (!MD5_KEY.test(key)) throw new Error('an epay key is 16 to 256 printable characters');
  if (/^(.)\1*$/.test(key)) throw new Error('an epay key of one repeated character is a placeholder');
  return key;
}

const md5Of = (params: EpayParams, key: string): string => createHash('md5').update(signedText(params)).update(key).digest('hex');

export function md5Signer(key: string): Signer {
  const own = md5Key(key);
  return { signType: 'MD5', sign: (params) => md5Of(params, own) };
}

/** Every key is tried whatever was found before, and each comparison takes the same time, so the time taken does not tell how near a guess was. */
export function md5Verifier(keys: readonly string[]): Verifier {
  const own = keys.map(md5Key);
  return {
    signType: 'MD5',
    isGenuine: (params) => {
      const given = params['sign'] ?? '';
      if (!/^[0-9a-f]{32}$/.test(given)) return false;
      let matches = 0;
      for (const key of own) if (timingSafeEqual(Buffer.from(md5Of(params, key)), Buffer.from(given))) matches++;
      return matches > 0;
    },
  };
}

/** Throws without repeating the key when it is none. */
export function rsaSigner(privateKey: string): Signer {
  const signing = rsaSigning(privateKey);
  return { signType: 'RSA', sign: (params) => signing(signedText(params)) };
}

/** Throws when one is no such key. */
export function rsaVerifier(publicKeys: readonly string[]): Verifier {
  const isSigned = rsaChecking(publicKeys);
  return { signType: 'RSA', isGenuine: (params) => isSigned(signedText(params), params['sign'] ?? '') };
}
