import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** SHA-256 with RSA (PKCS #1 v1.5) as payment platforms use it: keys as PEM or as the bare base64 between its lines, signatures as base64. */

const RSA_BITS_MIN = 2_048;
const SIGNATURE_CHARACTERS_MAX = 1_024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The first reading that works counts. */
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
export function rsaSigning(privateKey: string): (text: string) => string {
  const read = (type: 'pkcs8' | 'pkcs1') => (key: Buffer) => createPrivateKey({ key, format: 'der', type });
  const own = rsaKey(privateKey, [read('pkcs8'), read('pkcs1')], 'the private key');
  return (text) => sign('sha256', Buffer.from(text), own).toString('base64');
}

/** SPKI or PKCS #1. Throws when one is no such key. Any of them may have signed. */
export function rsaChecking(publicKeys: readonly string[]): (text: string, signature: string) => boolean {
  const read = (type: 'spki' | 'pkcs1') => (key: Buffer) => createPublicKey({ key, format: 'der', type });
  const theirs = publicKeys.map((key) => rsaKey(key, [read('spki'), read('pkcs1')], 'the platform key'));
  return (text, signature) => {
    if (signature === '' || signature.length > SIGNATURE_CHARACTERS_MAX || !BASE64.test(signature)) return false;
    const [signed, bytes] = [Buffer.from(text), Buffer.from(signature, 'base64')];
    return theirs.some((key) => verify('sha256', signed, key, bytes));
  };
}
