import type { z } from 'zod';
import type { CallAnswer, CallOptions } from '../../../application/ports/outside-call';
import { failureSchema } from '../../../protocols/dujiao-next/words';
import { checkedKey, checkedSecret, signedHeaders } from '../../../protocols/dujiao-next/signing';
import { readStrictJson } from '../../../protocols/strict-json';
import { ANSWER_BYTES_MAX } from '../../../protocols/wire';
import { meaningOfSilence, throttled } from '../../http/answer-meaning';
import { HttpCaller, type HttpEnd, type HttpRequest } from '../../http/http-call';
import { answered, notFound, refused, unknown } from '../../http/outcomes';
import type { DujiaoNextSettings } from './settings';

/** Definite refusals of the request that was sent, where the shop says so itself. */
const REFUSALS: ReadonlySet<number> = new Set([200, 400, 401, 402, 403, 409, 422]);

/** Signed calls of the supply API, and what its answers mean. */
export class SupplyApi {
  private readonly http: HttpCaller;
  readonly #apiKey: string;
  readonly #secret: string;

  /** Throws, without naming it, when a secret is none. */
  constructor(
    { baseUrl, apiKey, apiSecrets }: DujiaoNextSettings,
    private readonly wallMs: () => number,
  ) {
    const [secret = ''] = apiSecrets.map(checkedSecret);
    this.#secret = secret;
    this.#apiKey = checkedKey(apiKey);
    this.http = new HttpCaller({ baseUrl, headers: { accept: 'application/json' }, answerBytesMax: ANSWER_BYTES_MAX });
  }

  get<Facts>(path: string, options: CallOptions, shape: z.ZodType<Facts>): Promise<CallAnswer<Facts>> {
    return this.call({ method: 'GET', path }, options, shape);
  }

  post<Facts>(path: string, body: string, options: CallOptions, shape: z.ZodType<Facts>): Promise<CallAnswer<Facts>> {
    return this.call({ method: 'POST', path, body }, options, shape);
  }

  release(): Promise<void> {
    return this.http.release();
  }

  private async call<Facts>(request: HttpRequest, options: CallOptions, shape: z.ZodType<Facts>): Promise<CallAnswer<Facts>> {
    const { method, path, body = '' } = request;
    const headers = signedHeaders(this.#apiKey, this.#secret, { method, path, body }, this.wallMs());
    return meaningOf(method, await this.http.call({ ...request, headers }, options), shape);
  }
}

/** A refusal is believed when the shop words it; 404 without its words comes from something between us. */
function meaningOf<Facts>(method: HttpRequest['method'], end: HttpEnd, shape: z.ZodType<Facts>): CallAnswer<Facts> {
  if (end.end !== 'replied') return meaningOfSilence(end);
  const { status } = end;
  if (status === 429) return throttled(end.headers);
  const json = readStrictJson(end.body);
  const failure = json.ok ? failureSchema.safeParse(json.value).data : undefined;
  if (failure !== undefined && REFUSALS.has(status)) return refused(failure.error_code.toUpperCase());
  if (failure !== undefined && status === 404 && method === 'GET') return notFound;
  if (status !== 200) return unknown(`HTTP_${status}`);
  const facts = json.ok ? shape.safeParse(json.value).data : undefined;
  return facts === undefined ? unknown('UNREADABLE_ANSWER') : answered(facts);
}
