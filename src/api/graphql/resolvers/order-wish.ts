import type { OrderFilter as Wish, TimeRange } from '../../../application/queries';
import { fromIso } from '../../../domain/kernel/time';
import type { OrderFilter, TimeRangeInput } from '../types/order-filter';

/** `null` in an argument is the same as leaving it out. */
type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], null | undefined> };

export function given<T extends object>(arguments_: T): Given<T> {
  return Object.fromEntries(Object.entries(arguments_).filter(([, value]) => value !== null && value !== undefined)) as Given<T>;
}

const spanOf = ({ from, to }: TimeRangeInput): TimeRange => ({
  ...(from != null && { from: fromIso(from) }),
  ...(to != null && { to: fromIso(to) }),
});

/** The filter of the schema in the words of the query. */
export function wishOf(filter: OrderFilter | null | undefined): Wish {
  const { submittedAt, paidAt, ...rest } = given<OrderFilter>(filter ?? {});
  return { ...rest, ...(submittedAt !== undefined && { submittedAt: spanOf(submittedAt) }), ...(paidAt !== undefined && { paidAt: spanOf(paidAt) }) };
}
