import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { type KeyCustody, KeyMissing, SealBroken, type Keyring } from '../../application/ports/keyring';
import type { Sealed } from '../../domain/kernel/sealed';
import { keyBytes } from './key-strength';
import type { KeyringContent } from './keyring-content';
import { removeSealingKey } from './create-keyring';
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

/** Reads the keyring once; keys added later are known from the next start on, or when it is renewed. Throws KeyringRefused. */
export function openKeyring(file: string, options: OpenKeyringOptions): Keyring & KeyCustody {
  const content = readKeyringFile(file);
  if (content.development === true && !options.allowDevelopment)
    throw new KeyringRefused(file, ['it was made for development; make one for production with cardrail keys init']);
  return new FileKeyring(file, content);
}

class FileKeyring implements Keyring, KeyCustody {
  readonly #file: string;
  #sealingKeys: ReadonlyMap<string, KeyObject>;
  /** A file that somebody puts back does not bring a key back. */
  readonly #destroyed = new Set<string>();
  readonly #tokenKeys: ReadonlyMap<number, KeyObject>;
  readonly #fingerprintKey: KeyObject;
  readonly #tokenVersionInUse: number;

  constructor(file: string, content: KeyringContent) {
    this.#file = file;
    this.#sealingKeys = sealingKeysOf(content);
    this.#tokenKeys = new Map(content.tokenKeys.map(({ version, key }) => [version, keyObject(key)]));
    this.#fingerprintKey = keyObject(content.fingerprintKey);
    this.#tokenVersionInUse = Math.max(...this.#tokenKeys.keys());
  }

  get kids(): readonly string[] {
    return [...this.#sealingKeys.keys()];
  }

  get kidInUse(): string {
    return this.kids.at(-1) ?? '';
  }

  renew(): void {
    const all = [...sealingKeysOf(readKeyringFile(this.#file))];
    this.#sealingKeys = new Map(all.filter(([kid]) => !this.#destroyed.has(kid)));
  }

  destroy(kid: string): void {
    this.#destroyed.add(kid);
    this.#sealingKeys = new Map([...this.#sealingKeys].filter(([other]) => other !== kid));
    removeSealingKey(this.#file, kid);
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

const sealingKeysOf = ({ sealingKeys }: KeyringContent): ReadonlyMap<string, KeyObject> =>
  new Map(sealingKeys.map(({ kid, key }) => [kid, keyObject(key)]));

const mac = (key: KeyObject, text: string): string => createHmac('sha256', key).update(text, 'utf8').digest('base64url');

/** A key object prints as `[object]` wherever it lands, which a buffer does not. */
const keyObject = (text: string): KeyObject => createSecretKey(text, 'base64url');
