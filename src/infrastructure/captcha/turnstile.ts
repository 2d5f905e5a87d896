import { z } from 'zod';
import type { Captcha, CaptchaAnswer, CaptchaVerdict } from '../../application/ports/captcha';
import { type HttpEnd, HttpCaller } from '../http/http-call';
import { allowedUrl } from '../http/outgoing';

const ANSWER_BYTES_MAX = 65_536;
/** One question, from the wait for a connection to the last byte: the buyer is waiting. */
const ANSWER_WITHIN_MS = 3_000;

const answerSchema = z.object({ success: z.boolean(), 'error-codes': z.array(z.string()).optional() });
/** What the vendor says of a token. Whatever else it complains of is ours to mend, and no buyer is to blame for it. */
const OF_THE_TOKEN: readonly string[] = ['missing-input-response', 'invalid-input-response', 'timeout-or-duplicate'];

export interface TurnstileSettings {
  /** Where tokens are judged: https, or http to this machine. */
  readonly verifyUrl: string;
  readonly secret: string;
}

/** Cloudflare Turnstile by its public `siteverify`. Throws, without quoting it, when the address is unfit. */
export class Turnstile implements Captcha {
  private readonly caller: HttpCaller;

  constructor(
    private readonly settings: TurnstileSettings,
    /** Told, in a word, why there was no verdict. Must not throw. */
    private readonly onAway: (why: string) => void,
  ) {
    const { verifyUrl: baseUrl } = settings;
    allowedUrl('CARDRAIL_CAPTCHA_URL', baseUrl, [URL.parse(baseUrl)?.host ?? '']);
    this.caller = new HttpCaller({ baseUrl, headers: { accept: 'application/json' }, answerBytesMax: ANSWER_BYTES_MAX });
  }

  async judge({ token, address, key }: CaptchaAnswer): Promise<CaptchaVerdict> {
    const form = new URLSearchParams({ secret: this.settings.secret, response: token, idempotency_key: key });
    if (address !== undefined) form.set('remoteip', address);
    const request = { method: 'POST', path: '', body: form.toString(), contentType: 'application/x-www-form-urlencoded' } as const;
    const heard = verdictOf(await this.caller.call(request, { timeoutMs: ANSWER_WITHIN_MS }));
    if (heard.verdict === 'UNKNOWN') this.onAway(heard.why);
    return heard.verdict;
  }

  release(): Promise<void> {
    return this.caller.release();
  }
}

type Heard = { readonly verdict: 'PASSED' | 'FAILED' } | { readonly verdict: 'UNKNOWN'; readonly why: string };

function verdictOf(end: HttpEnd): Heard {
  if (end.end !== 'replied') return { verdict: 'UNKNOWN', why: end.end === 'lost' ? end.cause : end.code };
  const parsed = answerSchema.safeParse(parsedJson(end.body));
  if (!parsed.success) return { verdict: 'UNKNOWN', why: `HTTP_${end.status}` };
  if (parsed.data.success) return end.status === 200 ? { verdict: 'PASSED' } : { verdict: 'UNKNOWN', why: `HTTP_${end.status}` };
  const codes = parsed.data['error-codes'] ?? [];
  const ours = codes.find((code) => !OF_THE_TOKEN.includes(code));
  return ours === undefined ? { verdict: 'FAILED' } : { verdict: 'UNKNOWN', why: ours.slice(0, 64) };
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
