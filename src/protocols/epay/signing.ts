import { createHash, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
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

const RSA_BITS_MIN = 2_048;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Platforms show keys as PEM or as the bare base64 between its lines. The first reading that works counts. */
function rsaKey(text: string, readings: readonly ((der: Buffer) => KeyObject)[], what: string): KeyObject {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, '');
  for (const read of BASE64.test(base64) && base64 !== '' ? readings : []) {
    try {
      const key = read(Buffer.from(base64, 'base64'));
      if ((key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN) return key;
    } catch {
      continue;
    }
  }
  throw new Error(`${what} is no RSA key of at least ${RSA_BITS_MIN} bits (PEM, or its bare base64)`);
}

/** PKCS #8 or PKCS #1. Throws without repeating the key. */
export function rsaSigner(privateKey: string): Signer {
  const read = (type: 'pkcs8' | 'pkcs1') => (key: Buffer) => createPrivateKey({ key, format: 'der', type });
  const own = rsaKey(privateKey, [read('pkcs8'), read('pkcs1')], 'the private key');
  return { signType: 'RSA', sign: (params) => sign('sha256', Buffer.from(signedText(params)), own).toString('base64') };
}

/** SPKI or PKCS #1. Throws when one is no such key. */
export function rsaVerifier(publicKeys: readonly string[]): Verifier {
  const read = (type: 'spki' | 'pkcs1') => (key: Buffer) => createPublicKey({ key, format: 'der', type });
  const theirs = publicKeys.map((key) => rsaKey(key, [read('spki'), read('pkcs1')], 'the platform key'));
  return {
    signType: 'RSA',
    isGenuine: (params) => {
      const given = params['sign'] ?? '';
      if (given === '' || given.length > 1_024 || !BASE64.test(given)) return false;
      const [text, signature] = [Buffer.from(signedText(params)), Buffer.from(given, 'base64')];
      return theirs.some((key) => verify('sha256', text, key, signature));
    },
  };
}
