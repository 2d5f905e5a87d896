import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { AuditSigner, VerifySignature } from '../../application/ports/audit-signer';
import { KeyMissing } from '../../application/ports/keyring';
import { readKeyringFile } from './keyring-file';

/** What stands before the 32 bytes of a seed in PKCS #8, and before those of a public key in SPKI (RFC 8410). */
const SEED_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const privateKey = (seed: string): KeyObject =>
  createPrivateKey({ key: Buffer.concat([SEED_HEAD, Buffer.from(seed, 'base64url')]), format: 'der', type: 'pkcs8' });

const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_HEAD.length).toString('base64url');

/** Reads the audit keys of a keyring once. Throws KeyringRefused. */
export function openAuditSigner(file: string): AuditSigner {
  const keys = (readKeyringFile(file).auditKeys ?? []).map(({ version, key }) => ({ version, key: privateKey(key) }));
  const newest = keys.reduce<(typeof keys)[number] | undefined>(
    (best, key) => (best === undefined || key.version > best.version ? key : best),
    undefined,
  );
  return {
    sign: (text) => {
      if (newest === undefined) throw new KeyMissing('The keyring has no audit key; make one with cardrail keys add audit --yes.');
      const { version, key } = newest;
      return { keyVersion: version, publicKey: rawPublicKey(key), signature: sign(null, Buffer.from(text, 'utf8'), key).toString('base64url') };
    },
    publicKeys: () => new Map(keys.map(({ version, key }) => [version, rawPublicKey(key)])),
  };
}

export const verifySignature: VerifySignature = (text, { publicKey, signature }) => {
  try {
    const raw = Buffer.from(publicKey, 'base64url');
    const key = createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, raw]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64url'));
  } catch {
    // Not a key at all, so not a signature by one.
    return false;
  }
};
