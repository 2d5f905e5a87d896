import type { Sealed } from '../../domain/kernel/sealed';
import type { SubjectKeyName } from '../../domain/kernel/subject';

/** The key of one person, itself sealed with a key of the keyring. */
export interface SubjectKey extends SubjectKeyName {
  readonly wrapped: Sealed;
}

/** A person's keys up to a generation are to be destroyed, and never come back. */
export interface Erasure extends SubjectKeyName {
  /** When somebody ordered it. ISO-8601 UTC. */
  readonly orderedAt: string;
}

/**
 * The keys of persons: small, one for each, and the one thing about an order that can be deleted. They are no read model: a key that is lost takes
 * what it sealed with it, so they belong in every backup. Which keys were erased is remembered for ever, so that none comes back with one.
 *
 * Every call is one atomic step and rejects while the store is away; what resolved is on the disk, and seen by every process.
 */
export interface SubjectKeys {
  /** Which generation of this person's keys seals from now on, and the key itself; null: there is none yet. */
  current(subject: string): Promise<{ readonly generation: number; readonly wrapped: Sealed | null }>;
  /** Keeps a key and resolves with the one that stands, which another process may have kept first. Null: its generation has been retired. */
  keep(key: SubjectKey): Promise<SubjectKey | null>;
  /** Null: it was destroyed, or never made. */
  find(name: SubjectKeyName): Promise<Sealed | null>;
  /** From here on nothing is sealed with these generations; what they sealed still opens. An older erasure changes nothing. */
  retire(erasure: Erasure): Promise<void>;
  /** Destroys what was retired of this person: nobody can read it any more, neither here nor in what the store deleted. May be called again. */
  destroyRetired(subject: string): Promise<void>;
  /** Erasures by subject, so many behind this one; null is the beginning. */
  erasures(after: string | null, limit: number): Promise<readonly Erasure[]>;
  /** Keys by subject and generation, so many behind this one; null is the beginning. */
  list(after: SubjectKeyName | null, limit: number): Promise<readonly SubjectKey[]>;
  /** Seals a key anew with another key of the keyring. False: it is not there any more, or is sealed otherwise by now. */
  rewrap(key: SubjectKey, wrapped: Sealed): Promise<boolean>;
  /** Keys that are sealed with this key of the keyring. */
  countWrappedBy(kid: string): Promise<number>;
}

/**
 * One of the places where keys of persons may lie; a shop uses one of them. Of a place that they have left, everything that looks for a key and finds
 * none is answered as if the store were away: a key that lies elsewhere must not be taken for one that was destroyed.
 */
export interface SubjectKeyPlace extends SubjectKeys {
  /** Where the keys went that were here; null: they have not left. */
  leftFor(): Promise<string | null>;
  /** Keys are kept here, from now on or again. */
  enter(): Promise<void>;
  /** Destroys every key that is here, as one that is erased, and remembers where they are. Erasures stay. May be called again, also when it was cut off. */
  leave(where: string): Promise<void>;
  close(): Promise<void>;
}

/** The key store does not answer. Retryable. */
export class SubjectKeysUnavailable extends Error {
  override readonly name = 'SubjectKeysUnavailable';
}
