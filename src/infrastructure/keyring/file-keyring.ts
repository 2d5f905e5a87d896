import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { KeyMissing, SealBroken, type Keyring } from '../../application/ports/keyring';
import type { Sealed } from '../../domain/kernel/sealed';
import { keyBytes } from './key-strength';
import type { KeyringContent } from './keyring-content';
import { KeyringRefused, readKeyringFile } from './keyring-file';

const CIPHER = 'aes-256-gcm';
/** 96 random bits: the chance that one key repeats an IV stays below 2^-32 for the first 2^32 texts, more than a shop ever sells. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Stands between purpose and text, so that no two pairs of them read the same. */
const SEPARATOR = '\u001f';

export interface OpenKeyringOptions {
  /** False in production: a keyring made for development is refused. */
  readonly allowDevelopment: boolean;
}

/** Reads the keyring once; keys added later are known from the next start on. Throws KeyringRefused. */
export function openKeyring(file: string, options: OpenKeyringOptions): Keyring {
  const content = readKeyringFile(file);
  if (content.development === true && !options.allowDevelopment)
    throw new KeyringRefused(file, ['it was made for development; make one for production with cardrail keys init']);
  return new FileKeyring(content);
}

class FileKeyring implements Keyring {
  readonly #sealingKeys: ReadonlyMap<string, KeyObject>;
  readonly #tokenKeys: ReadonlyMap<number, KeyObject>;
  readonly #fingerprintKey: KeyObject;
  readonly kidInUse: string;
  readonly #tokenVersionInUse: number;

  constructor(content: KeyringContent) {
    this.#sealingKeys = new Map(content.sealingKeys.map(({ kid, key }) => [kid, keyObject(key)]));
    this.#tokenKeys = new Map(content.tokenKeys.map(({ version, key }) => [version, keyObject(key)]));
    this.#fingerprintKey = keyObject(content.fingerprintKey);
    this.kidInUse = content.sealingKeys.at(-1)?.kid ?? '';
    this.#tokenVersionInUse = Math.max(...this.#tokenKeys.keys());
  }

  seal(plain: string, context: string, kid = this.kidInUse): Sealed {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#sealingKey(kid), iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context, 'utf8'));
    const ct = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return { kid, iv: iv.toString('base64url'), tag: cipher.getAuthTag().toString('base64url'), ct: ct.toString('base64url') };
  }

  open(sealed: Sealed, context: string): string {
    const key = this.#sealingKey(sealed.kid);
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

  fingerprint(text: string, purpose: string): string {
    if (purpose.includes(SEPARATOR)) throw new TypeError('A purpose may not hold the separator.');
    return mac(this.#fingerprintKey, purpose + SEPARATOR + text);
  }

  tokenMac(text: string, version = this.#tokenVersionInUse): { readonly version: number; readonly mac: string } {
    const key = this.#tokenKeys.get(version);
    if (key === undefined) throw new KeyMissing(`Token key ${version} is not in the keyring.`);
    return { version, mac: mac(key, text) };
  }

  #sealingKey(kid: string): KeyObject {
    const key = this.#sealingKeys.get(kid);
    if (key === undefined) throw new KeyMissing(`Sealing key ${JSON.stringify(kid.slice(0, 32))} is not in the keyring.`);
    return key;
  }
}

const mac = (key: KeyObject, text: string): string => createHmac('sha256', key).update(text, 'utf8').digest('base64url');

/** A key object prints as `[object]` wherever it lands, which a buffer does not. */
const keyObject = (text: string): KeyObject => createSecretKey(text, 'base64url');
