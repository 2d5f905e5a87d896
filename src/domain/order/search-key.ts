/** By what an order can be found besides its own fields. */
export type SearchKind = 'contact' | 'transaction' | 'request';

/** Kind and value in one; of a contact, the value is a keyed digest. The separator is a character that no value may hold. */
export const searchKey = (kind: SearchKind, value: string): string => `${kind}\u001f${value}`;
