import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { SealBroken } from '../../application/ports/keyring';
import type { Sealed } from '../../domain/kernel/sealed';
import { keyBytes } from './key-strength';

const CIPHER = 'aes-256-gcm';
/** 96 random bits: the chance that one key repeats an IV stays below 2^-32 for the first 2^32 texts, more than a shop ever sells. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function sealWithKey(key: KeyObject, kid: string, plain: string, context: string): Sealed {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const ct = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return { kid, iv: iv.toString('base64url'), tag: cipher.getAuthTag().toString('base64url'), ct: ct.toString('base64url') };
}

/** Throws SealBroken. */
export function openWithKey(key: KeyObject, sealed: Sealed, context: string): string {
  const [iv, tag, ct] = [keyBytes(sealed.iv), keyBytes(sealed.tag), keyBytes(sealed.ct)];
  if (iv?.length !== IV_BYTES || tag?.length !== TAG_BYTES || ct === null) throw new SealBroken('A sealed text is not in its right form.');
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(tag);
  const plain = decipher.update(ct);
  try {
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    throw new SealBroken('A sealed text or its context was changed, or it was sealed with another key of this name.');
  }
}
