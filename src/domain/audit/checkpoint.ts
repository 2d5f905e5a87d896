import { canonicalJson, sha256Hex } from '../kernel/hash';

/** What is signed: how all streams stood after the first `events` events of the log. Stored for ever, also outside the shop. */
export interface CheckpointFacts {
  readonly format: 1;
  /** Counts from 1. */
  readonly number: number;
  /** When it was made. ISO-8601 UTC. */
  readonly at: string;
  /** Events of the log that it covers, from the first on. Positions are the store's own; this holds in every store. */
  readonly events: number;
  readonly streams: number;
  /** Merkle root over the heads of all streams, in the order of their names. */
  readonly root: string;
  /** Digest of the checkpoint before, signature included; of the first one 64 zeros. A checkpoint that was taken out is missed. */
  readonly previous: string;
}

export interface Signature {
  readonly keyVersion: number;
  /** Raw Ed25519 public key, base64url: to be compared with the one that was written down elsewhere. */
  readonly publicKey: string;
  /** base64url. */
  readonly signature: string;
}

export interface Checkpoint extends CheckpointFacts, Signature {}

export const FIRST_PREVIOUS = '0'.repeat(64);

/** The text that is signed. */
export function signedText({ format, number, at, events, streams, root, previous }: CheckpointFacts): string {
  return `cardrail audit checkpoint\n${canonicalJson({ format, number, at, events, streams, root, previous })}`;
}

export const digestOf = (checkpoint: Checkpoint): string => sha256Hex(canonicalJson(checkpoint));
