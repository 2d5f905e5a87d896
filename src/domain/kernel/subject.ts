import { derivedId } from './ids';

/**
 * A person as the log knows one: a client's buyer, by a digest of the client and its own id of the buyer. What an order holds of its
 * buyer is sealed with that person's key, so that the person can be forgotten by destroying it.
 */
export const subjectIdFor = (clientId: string, buyerRef: string): string => derivedId('subject', clientId, buyerRef);

/** Stands before no name of a keyring's key: those hold no colon. */
const PREFIX = 'subject:';
const KID = /^subject:([0-9a-f-]{36})\.([1-9][0-9]{0,8})$/;

/** One key of one person. Who was forgotten and comes again gets a key of the next generation; the first is 1. */
export interface SubjectKeyName {
  readonly subject: string;
  readonly generation: number;
}

/** The key id under which a sealed text names the key of a person. Stored for ever. */
export const subjectKid = ({ subject, generation }: SubjectKeyName): string => `${PREFIX}${subject}.${generation}`;

export const isSubjectKid = (kid: string): boolean => kid.startsWith(PREFIX);

/** Null for the name of a keyring's key. */
export function subjectKeyNameOf(kid: string): SubjectKeyName | null {
  const [, subject, generation] = KID.exec(kid) ?? [];
  return subject === undefined ? null : { subject, generation: Number(generation) };
}
