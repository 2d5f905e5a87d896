import type { z } from 'zod';
import type { CallAnswer, CallOptions } from '../../../application/ports/gateway';
import { beijingTime, IN_REQUESTS, signedMember, textToSign } from '../../../protocols/alipay/signing';
import { answerName, answerSchema, DONE, GATEWAY_PATH, REFUSED_CODES, TRADE_NOT_EXIST, UNSURE } from '../../../protocols/alipay/words';
import type { AlipayAnswer, AlipayMethod } from '../../../protocols/alipay/words';
import { writeForm, type EpayParams } from '../../../protocols/epay/form';
import { rsaChecking, rsaSigning } from '../../../protocols/rsa-keys';
import { readStrictJson } from '../../../protocols/strict-json';
import { ANSWER_BYTES_MAX } from '../../../protocols/wire';
import { meaningOfSilence, throttled } from '../../http/answer-meaning';
import { HttpCaller, type HttpEnd } from '../../http/http-call';
import { answered, notFound, refused, unknown } from '../../http/outcomes';
import type { AlipaySettings } from './settings';

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

/** Signed calls of Alipay's open API, and what its answers mean. An answer that Alipay did not sign says nothing. */
export class AlipayOpenApi {
  private readonly http: HttpCaller;
  private readonly sign: (text: string) => string;
  private readonly isSigned: (text: string, signature: string) => boolean;

  private readonly appId: string;
  private readonly gatewayUrl: string;

  /** Throws, without repeating it, when a key is none. */
  constructor(
    { baseUrl, merchantId, privateKey, platformKeys }: AlipaySettings,
    private readonly wallMs: () => number,
  ) {
    this.appId = merchantId;
    this.gatewayUrl = `${baseUrl.replace(/\/+$/, '')}${GATEWAY_PATH}`;
    this.sign = rsaSigning(privateKey);
    this.isSigned = rsaChecking(platformKeys);
    this.http = new HttpCaller({ baseUrl, headers: { accept: 'application/json' }, answerBytesMax: ANSWER_BYTES_MAX });
  }

  /** A signed request as a form. */
  form(method: AlipayMethod, content: object, others: EpayParams = {}): string {
    const params = {
      app_id: this.appId,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: beijingTime(this.wallMs()),
      version: '1.0',
      biz_content: JSON.stringify(content),
      ...others,
    };
    return writeForm({ ...params, sign: this.sign(textToSign(params, IN_REQUESTS)) });
  }

  link(method: AlipayMethod, content: object, others: EpayParams): string {
    return `${this.gatewayUrl}?${this.form(method, content, others)}`;
  }

  async call<Facts>(method: AlipayMethod, content: object, options: CallOptions, shape: z.ZodType<Facts>): Promise<CallAnswer<Facts>> {
    const request = { method: 'POST', path: `${GATEWAY_PATH}?charset=utf-8`, body: this.form(method, content), contentType: FORM } as const;
    const answer = this.signedAnswer(method, await this.http.call(request, options));
    if (answer.outcome !== 'answered') return answer;
    const facts = shape.safeParse(answer.facts).data;
    return facts === undefined ? unknown('UNREADABLE_ANSWER') : answered(facts);
  }

  isGenuine(text: string, signature: string): boolean {
    return this.isSigned(text, signature);
  }

  release(): Promise<void> {
    return this.http.release();
  }

  private signedAnswer(method: AlipayMethod, end: HttpEnd): CallAnswer<AlipayAnswer> {
    if (end.end !== 'replied') return meaningOfSilence(end);
    if (end.status === 429) return throttled(end.headers);
    if (end.status !== 200) return unknown(`HTTP_${end.status}`);
    const json = readStrictJson(end.body);
    if (!json.ok) return unknown(json.why);
    const text = end.body.toString('utf8');
    const name = answerName(method);
    const member = signedMember(text, name);
    const signature: unknown = typeof json.value === 'object' && json.value !== null && 'sign' in json.value ? json.value.sign : undefined;
    if (member === undefined || typeof signature !== 'string' || !this.isSigned(member, signature)) return unknown('UNSIGNED_ANSWER');
    const answer = answerSchema.safeParse(JSON.parse(member)).data;
    return answer === undefined ? unknown('UNREADABLE_ANSWER') : meaningOf(answer);
  }
}

/** `sub_code` is Alipay's word for why. */
function meaningOf(answer: AlipayAnswer): CallAnswer<AlipayAnswer> {
  const { code, sub_code: why = '' } = answer;
  if (code === DONE) return answered(answer);
  if (why === TRADE_NOT_EXIST) return notFound;
  if (!REFUSED_CODES.has(code) || UNSURE.has(why.toUpperCase())) return unknown(`ALIPAY_${code}`);
  return refused(/^[A-Za-z0-9_.-]{1,64}$/.test(why) ? why : `ALIPAY_${code}`);
}
