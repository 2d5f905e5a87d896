import type { Caller } from '../../application/caller';
import { isOrderId } from '../../domain/kernel/ids';
import type { ApiOptions } from '../api-options';
import type { ApiErrorCode } from '../errors/api-error';
import { describeError } from '../errors/describe-error';

type Sink = Pick<ApiOptions, 'refused'>;
type Asking = Pick<Caller, 'actor' | 'requestId'>;

/** Errors that say no to somebody. That the shop cannot answer right now is none. */
const NOES: ReadonlySet<ApiErrorCode> = new Set(['BAD_USER_INPUT', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'UNAUTHENTICATED']);

/** The operation of those who are refused before it is clear what they want. */
export const AUTHENTICATE = 'authenticate';

/** Tells the audit trail that somebody was refused something. Whoever came without a key has no name there. */
export function noteRefusal({ refused }: Sink, { actor, requestId }: Asking, operation: string, code: string, orderId?: unknown): void {
  refused({
    ...(actor.id === '' ? {} : { actor }),
    operation,
    code,
    requestId,
    // What people type may be anything, also a secret: only what looks like an id of ours is kept.
    ...(typeof orderId === 'string' && isOrderId(orderId) ? { orderId } : {}),
  });
}

/** Passes on what the work comes to, and notes when it is a refusal. */
export async function notingRefusals<T>(sink: Sink, caller: Asking, operation: string, orderId: unknown, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    const code = refusalIn(result);
    if (code !== null) noteRefusal(sink, caller, operation, code, orderId);
    return result;
  } catch (error) {
    const described = describeError(error);
    if (described !== null && NOES.has(described.code)) noteRefusal(sink, caller, operation, described.code, orderId);
    throw error;
  }
}

interface MayRefuse {
  readonly ok?: boolean;
  readonly refusal?: { readonly code: string };
}

export function refusalIn(result: unknown): string | null {
  if (typeof result !== 'object' || result === null) return null;
  const { ok, refusal } = result as MayRefuse;
  return ok === false && refusal !== undefined ? refusal.code : null;
}
