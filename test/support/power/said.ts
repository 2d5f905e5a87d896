import type { Sealed } from '../../../src/domain/kernel/sealed';
import type { DiskStep } from './disk-record';

interface Append {
  readonly stream: string;
  readonly from: number;
  readonly ids: readonly string[];
}

/** What the recorded program told the world. What it said before a power cut must hold after it. */
export type Said =
  /** It is about to append this: all of it may be there or nothing. */
  | ({ readonly kind: 'sent' } & Append)
  | ({ readonly kind: 'stored' } & Append)
  /** Somebody was told of everything up to here. */
  | { readonly kind: 'read'; readonly position: string | null }
  /** A secret was sealed: it must be possible to open it for ever. */
  | { readonly kind: 'keyring'; readonly sealed: Sealed }
  | { readonly kind: 'saving' | 'cursor' | 'wake'; readonly position: string }
  | { readonly kind: 'stopped'; readonly outcome: string; readonly readable: boolean };

/** What a step says, when it is such a word and no part of the shop's files. */
export function saidIn({ op, path, bytes }: DiskStep): readonly Said[] {
  if (path !== 'said' || op !== 'write') return [];
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Said);
}
