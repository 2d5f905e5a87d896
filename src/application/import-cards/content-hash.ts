import { createHash } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../../domain/kernel/hash';
import type { Keyring } from '../ports/keyring';
import type { FileShape } from './shape';

/**
 * Keyed digest of a whole file and of how it is read, lower-case hex: recognises it and tells nothing about the codes in it. Read
 * in another way it is another delivery, since its rows are others.
 */
export async function contentHashOf(keyring: Keyring, bytes: AsyncIterable<Uint8Array>, shape: FileShape): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of bytes) hash.update(part);
  return sha256Hex(keyring.fingerprint(canonicalJson([hash.digest('hex'), shape]), 'card-file'));
}
