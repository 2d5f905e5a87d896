import { isDeepStrictEqual } from 'node:util';
import type { Fault, FaultName, FaultPlace } from './faults';

/** What one call came with. `path` is without the query, `query` without its question mark. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  /** It came from this machine. */
  readonly local: boolean;
}

/** How a call ends: an answer, a cut connection, silence for `ms` and then a cut, or a cut after which nobody can connect for `ms`. */
export type Reply =
  | { readonly end: 'answer'; readonly status: number; readonly type: string; readonly body: string; readonly location?: string }
  | { readonly end: 'reset' }
  | { readonly end: 'hang'; readonly ms: number }
  | { readonly end: 'stop-listening'; readonly ms: number };

export type Answer = Extract<Reply, { end: 'answer' }>;

/** A call that was understood: what it is about, and what happens when it is carried out. */
export interface Operation {
  readonly place: FaultPlace;
  readonly reference: string;
  /** Faults that are about the thing itself and not about the answer, although the answer to other calls can have them too. */
  readonly own?: readonly FaultName[];
  perform(fault: Fault | undefined): Answer;
}

export const json = (status: number, value: unknown): Answer => ({ end: 'answer', status, type: 'application/json', body: JSON.stringify(value) });
export const html = (status: number, body: string): Answer => ({ end: 'answer', status, type: 'text/html; charset=utf-8', body });
export const seeOther = (location: string): Answer => ({ end: 'answer', status: 303, type: 'text/plain', body: '', location });
export const problem = (status: number, code: string, message: string): Answer => json(status, { status: 'ERROR', code, message });
export const unknown = (): Answer => json(404, { status: 'UNKNOWN', code: 'UNKNOWN', message: 'never heard of it' });
export const unknownCall = (): Answer => problem(422, 'UNKNOWN_CALL', 'there is no such call here');
export const invalid = (field: string | undefined): Answer =>
  problem(400, 'INVALID_REQUEST', field ? `${field} is not what it has to be` : 'the body is not what it has to be');

/** What a caller sent as JSON; undefined when it is none. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Bodies compare as JSON: the order of members and blanks do not matter. Both are JSON. */
export const sameJson = (a: string, b: string): boolean => a === b || isDeepStrictEqual(JSON.parse(a), JSON.parse(b));

/** A time as a ledger shows it. */
export const iso = (ms: number): string => new Date(ms).toISOString();
