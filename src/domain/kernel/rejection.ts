import type { DomainEvent } from './event';

/** A refusal is a value, never an exception. `code` is stable and public; the words for people live at the edge. */
export interface Rejection<Code extends string = string> {
  readonly rejected: true;
  readonly code: Code;
  /** Facts that the words need (never a secret). */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export function reject<Code extends string>(code: Code, details?: Rejection['details']): Rejection<Code> {
  return details === undefined ? { rejected: true, code } : { rejected: true, code, details };
}

export function isRejection<E extends DomainEvent, R extends Rejection>(decision: readonly E[] | R): decision is R {
  return 'rejected' in decision;
}
