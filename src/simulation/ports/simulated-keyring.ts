import { createCipheriv, createDecipheriv, createHmac, hash } from 'node:crypto';
import { KeyMissing, SealBroken, type KeyInSeal, type Keyring } from '../../application/ports/keyring';
import type { Sealed } from '../../domain/kernel/sealed';

const KID = 'simulated';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Real ciphers with keys and IVs made of the seed: the same seed seals the same text alike. For simulated shops only. */
export class SimulatedKeyring implements Keyring {
  readonly kidInUse = KID;
  readonly kids = [KID];
  private readonly key: Buffer;
  private seals = 0;

  constructor(
    seed: number,
    private readonly owner: string,
    /** F27: while this holds, the key that opens is not there. */
    private readonly isKeyMissing: () => boolean = () => false,
  ) {
    this.key = hash('sha256', `simulated key ${seed}`, 'buffer');
  }

  seal(plain: string, context: string): Sealed {
    return this.sealed(this.key, KID, plain, context);
  }

  open(sealed: Sealed, context: string): string {
    if (this.isKeyMissing()) throw new KeyMissing('the sealing key is not in the keyring now');
    return opened(this.key, sealed, context);
  }

  newKey(context: string): Sealed {
    return this.seal(hash('sha256', `${this.owner} key ${++this.seals}`), context);
  }

  sealWith(key: KeyInSeal, kid: string, plain: string, context: string): Sealed {
    return this.sealed(Buffer.from(this.open(key.wrapped, key.context), 'hex'), kid, plain, context);
  }

  openWith(key: KeyInSeal, sealed: Sealed, context: string): string {
    return opened(Buffer.from(this.open(key.wrapped, key.context), 'hex'), sealed, context);
  }

  fingerprint(text: string, purpose: string): string {
    return createHmac('sha256', this.key).update(`${purpose}\u001f${text}`).digest('base64url');
  }

  tokenMac(text: string, version = 1): { readonly version: number; readonly mac: string } {
    return { version, mac: createHmac('sha256', this.key).update(`token ${version} ${text}`).digest('base64url') };
  }

  private sealed(key: Buffer, kid: string, plain: string, context: string): Sealed {
    const iv = hash('sha256', `${this.owner} ${++this.seals}`, 'buffer').subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context, 'utf8'));
    const ct = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return { kid, iv: iv.toString('base64url'), tag: cipher.getAuthTag().toString('base64url'), ct: ct.toString('base64url') };
  }
}

function opened(key: Buffer, sealed: Sealed, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64url'), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(Buffer.from(sealed.tag, 'base64url'));
  try {
    return Buffer.concat([decipher.update(Buffer.from(sealed.ct, 'base64url')), decipher.final()]).toString('utf8');
  } catch {
    throw new SealBroken('a sealed text or its context was changed');
  }
}
