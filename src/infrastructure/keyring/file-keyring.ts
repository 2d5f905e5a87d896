import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type KeyCustody, KeyMissing, type Keyring, type KeyInSeal } from '../../application/ports/keyring';
import type { Sealed } from '../../domain/kernel/sealed';
import { openWithKey, sealWithKey } from './cipher';
import { KEY_BYTES } from './key-strength';
import type { KeyringContent } from './keyring-content';
import { removeSealingKey } from './create-keyring';
import { KeyringRefused, readKeyringFile } from './keyring-file';

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
    return sealWithKey(this.#sealingKey(kid), kid, plain, context);
  }

  open(sealed: Sealed, context: string): string {
    return openWithKey(this.#sealingKey(sealed.kid), sealed, context);
  }

  newKey(context: string): Sealed {
    return this.seal(randomBytes(KEY_BYTES).toString('base64url'), context);
  }

  sealWith(key: KeyInSeal, kid: string, plain: string, context: string): Sealed {
    return sealWithKey(this.#unwrapped(key), kid, plain, context);
  }

  openWith(key: KeyInSeal, sealed: Sealed, context: string): string {
    return openWithKey(this.#unwrapped(key), sealed, context);
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

  #unwrapped({ wrapped, context }: KeyInSeal): KeyObject {
    return keyObject(this.open(wrapped, context));
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
