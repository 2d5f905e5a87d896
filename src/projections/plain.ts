import type { DomainEvent, Happened, StoredEvent } from '../domain/kernel/event';

/** The same shape as plain JSON members, so that an interface of the domain can stand in a row as it is. */
export type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : { readonly [Member in keyof T]: Plain<T[Member]> };

/** A stored event as the fold of its category sees it. The category of the stream, not its content, says which one that is. */
export const factOf = <E extends DomainEvent>(event: StoredEvent): Happened<E> => event as unknown as Happened<E>;
