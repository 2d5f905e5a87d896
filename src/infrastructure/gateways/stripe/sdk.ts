import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import type Stripe from 'stripe';
import type { CallAnswer, CallOptions } from '../../../application/ports/gateway';
import { readStrictJson } from '../../../protocols/strict-json';
import { ANSWER_BYTES_MAX } from '../../../protocols/wire';
import { meaningOfSilence, throttled } from '../../http/answer-meaning';
import { HttpCaller, type HttpEnd } from '../../http/http-call';

/** Loaded when the first such account is set up: it takes a third of a second that other shops need not wait. */
const load = createRequire(__filename);
export const stripeModule = (): typeof Stripe => load('stripe') as typeof Stripe;

type WireClient = NonNullable<NonNullable<ConstructorParameters<typeof Stripe>[1]>['httpClient']>;

/** One call on its way: its limits, and how the transport ended. */
interface Call {
  readonly options: CallOptions;
  end: HttpEnd | undefined;
}

/** `code` is Stripe's word for why. */
export type Sent<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: CallAnswer<never>; readonly code: string };

const REFUSALS: ReadonlySet<number> = new Set([400, 401, 402, 403]);
/** The SDK writes these itself, or undici does. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set(['content-length', 'content-type', 'host']);
const FORM = 'application/x-www-form-urlencoded';

/**
 * The official SDK over our own HTTP: it writes the requests and reads the objects, while time, size, number and the meaning of an end are
 * ours. The SDK repeats a request whose connection was cut even when it is told not to; what this transport throws, it does not.
 */
export class StripeSdk {
  private readonly calls = new AsyncLocalStorage<Call>();
  private readonly http: HttpCaller;
  private readonly stripe: Stripe;

  constructor(baseUrl: string, secretKey: string) {
    this.http = new HttpCaller({ baseUrl, headers: {}, answerBytesMax: ANSWER_BYTES_MAX });
    const Sdk = stripeModule();
    this.stripe = new Sdk(secretKey, { httpClient: this.wire(), maxNetworkRetries: 0, telemetry: false });
  }

  /** Does one call. Never rejects. */
  async send<T>(options: CallOptions, work: (stripe: Stripe) => Promise<T>): Promise<Sent<T>> {
    const call: Call = { options, end: undefined };
    try {
      return { ok: true, value: await this.calls.run(call, () => work(this.stripe)) };
    } catch (error) {
      const code = codeOf(error);
      return { ok: false, answer: meaningOf(call.end, code), code };
    }
  }

  release(): Promise<void> {
    return this.http.release();
  }

  private wire(): WireClient {
    const makeRequest: WireClient['makeRequest'] = async (_host, _port, path, method, headers, data) => {
      const call = this.calls.getStore();
      if (call === undefined || (method !== 'GET' && method !== 'POST')) throw new Error('NOT_A_CALL');
      const passedOn = Object.entries(headers as Readonly<Record<string, unknown>>).filter(([name]) => !NOT_PASSED_ON.has(name.toLowerCase()));
      const body = method === 'POST' ? { body: data, contentType: FORM } : {};
      const named = Object.fromEntries(passedOn.map(([name, value]) => [name, String(value)]));
      const end = await this.http.call({ method, path, headers: named, ...body }, call.options);
      call.end = end;
      if (end.end !== 'replied') throw new Error('NO_ANSWER');
      const json = readStrictJson(end.body);
      return {
        getStatusCode: () => end.status,
        getHeaders: () => Object.fromEntries(Object.entries(end.headers).map(([name, value]) => [name, String(value)])),
        getRawResponse: () => ({}),
        toStream: () => undefined,
        toJSON: () => (json.ok ? Promise.resolve(json.value) : Promise.reject(new Error(json.why))),
      };
    };
    return { getClientName: () => 'cardrail', makeRequest };
  }
}

/** What it means that a call brought no object. */
function meaningOf(end: HttpEnd | undefined, code: string): CallAnswer<never> {
  // The SDK itself found it unfit to be sent.
  if (end === undefined) return { outcome: 'notDone', code: 'NOT_SENT' };
  if (end.end !== 'replied') return meaningOfSilence(end);
  if (end.status === 429) return throttled(end.headers);
  if (end.status === 404 && code === 'RESOURCE_MISSING') return { outcome: 'notFound' };
  if (REFUSALS.has(end.status)) return { outcome: 'refused', code: code === '' ? `HTTP_${end.status}` : code };
  return { outcome: 'unknown', cause: end.status >= 200 && end.status < 300 ? 'UNREADABLE_ANSWER' : `HTTP_${end.status}` };
}

/** The stable word of an error; its message is for people, and may hold anything. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('rawType' in error && error.rawType === 'idempotency_error') return 'IDEMPOTENCY_KEY_REUSED';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^[a-z0-9_]{1,64}$/.test(code) ? code.toUpperCase() : '';
}
