import { randomBytes } from 'node:crypto';
import { KEY_BYTES } from './key-strength';
import { changeKeyringFile, KeyringRefused, readKeyringFile, writeNewKeyringFile } from './keyring-file';

export interface CreateKeyringOptions {
  /** Marks the keyring as made for trying things out; production refuses it. */
  readonly development?: boolean;
}

/** Makes a keyring with one key of each kind, readable by its owner only. Throws KeyringRefused when the file is there already. */
export function createKeyring(file: string, options: CreateKeyringOptions = {}): void {
  writeNewKeyringFile(file, {
    format: 1,
    ...(options.development === true ? { development: true as const } : {}),
    sealingKeys: [{ kid: newKid([]), key: newKey() }],
    fingerprintKey: newKey(),
    tokenKeys: [{ version: 1, key: newKey() }],
    auditKeys: [{ version: 1, key: newKey() }],
  });
}

/** New secrets are sealed with this key from the next start on; the older ones stay to open what they sealed. Returns its id. */
export function addSealingKey(file: string): string {
  let kid = '';
  changeKeyringFile(file, (content) => {
    kid = newKid(content.sealingKeys.map((key) => key.kid));
    return { ...content, sealingKeys: [...content.sealingKeys, { kid, key: newKey() }] };
  });
  return kid;
}

/** The sealing keys of a keyring, by name; the last one is in use. Throws KeyringRefused. */
export const kidsOf = (file: string): readonly string[] => readKeyringFile(file).sealingKeys.map(({ kid }) => kid);

/** The key leaves the file; one that is not in it is gone already. Throws KeyringRefused, also when there is no other. */
export function removeSealingKey(file: string, kid: string): void {
  const kids = kidsOf(file);
  if (!kids.includes(kid)) return;
  if (kids.length === 1)
    throw new KeyringRefused(file, [`its only sealing key ${kid} was destroyed; put the newest keyring of the shop in its place`]);
  changeKeyringFile(file, (content) => ({ ...content, sealingKeys: content.sealingKeys.filter((key) => key.kid !== kid) }));
}

/** New order tokens are made with this key from the next start on; the older ones stay valid. Returns its version. */
export function addTokenKey(file: string): number {
  let version = 0;
  changeKeyringFile(file, (content) => {
    version = Math.max(...content.tokenKeys.map((key) => key.version)) + 1;
    return { ...content, tokenKeys: [...content.tokenKeys, { version, key: newKey() }] };
  });
  return version;
}

/** Audit checkpoints are signed with this key from now on; the older ones stay. Returns its version. */
export function addAuditKey(file: string): number {
  let version = 0;
  changeKeyringFile(file, (content) => {
    const keys = content.auditKeys ?? [];
    version = Math.max(0, ...keys.map((key) => key.version)) + 1;
    return { ...content, auditKeys: [...keys, { version, key: newKey() }] };
  });
  return version;
}

const newKey = (): string => randomBytes(KEY_BYTES).toString('base64url');

/** Counts for people, and a random end, so that keys of two shops are never taken for each other. */
function newKid(existing: readonly string[]): string {
  return `s${existing.length + 1}-${randomBytes(4).toString('hex')}`;
}
