import type { CallAnswer } from '../../application/ports/outside-call';
import { errorSchema } from '../../protocols/wire';
import { readStrictJson } from '../../protocols/strict-json';
import type { HttpEnd, HttpRequest, ReplyHeaders } from './http-call';

/** Definite refusals of the request that was sent. Any other 4xx may come from something between us and the partner. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 409, 422]);
/** Nobody makes us wait longer than this. */
const RETRY_AFTER_MS_MAX = 3_600_000;

export type Reply = Extract<HttpEnd, { end: 'replied' }>;

/** What it means that there was no whole answer. */
export function meaningOfSilence(end: Exclude<HttpEnd, Reply>): CallAnswer<never> {
  return end.end === 'notSent' ? { outcome: 'notDone', code: end.code } : { outcome: 'unknown', cause: end.cause };
}

/**
 * "What an answer means" of the wire protocols. `read` returns the facts of a 2xx body, or undefined when it has no known status word or is about
 * something else than was asked. It judges this one sending only.
 */
export function meaningOf<Facts>(method: HttpRequest['method'], end: HttpEnd, read: (body: unknown) => Facts | undefined): CallAnswer<Facts> {
  if (end.end !== 'replied') return meaningOfSilence(end);
  const { status } = end;
  if (status >= 200 && status < 300) return answered(end, read);
  if (REFUSALS.has(status)) return { outcome: 'refused', code: errorOf(end)?.code ?? `HTTP_${status}` };
  if (status === 404 && method === 'GET' && errorOf(end)?.status === 'UNKNOWN') return { outcome: 'notFound' };
  if (status === 429) return throttled(end.headers);
  return { outcome: 'unknown', cause: `HTTP_${status}` };
}

function answered<Facts>(reply: Reply, read: (body: unknown) => Facts | undefined): CallAnswer<Facts> {
  const json = readStrictJson(reply.body);
  if (!json.ok) return { outcome: 'unknown', cause: json.why };
  const facts = read(json.value);
  return facts === undefined ? { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' } : { outcome: 'answered', facts };
}

function errorOf(reply: Reply): { readonly status: string; readonly code?: string } | undefined {
  const json = readStrictJson(reply.body);
  const error = json.ok ? errorSchema.safeParse(json.value) : undefined;
  return error?.success ? error.data : undefined;
}

/** 429: refused at the door, with or without a time to come back. */
export function throttled(headers: ReplyHeaders): CallAnswer<never> {
  const retryAfterMs = retryAfter(headers);
  return { outcome: 'notDone', code: 'HTTP_429', ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Retry-After in seconds, or as a date, which is compared with the answer's own date so that no clock of ours is needed. */
function retryAfter(headers: ReplyHeaders): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  const waitMs = /^[0-9]{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(String(headers['date']));
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), RETRY_AFTER_MS_MAX);
}
