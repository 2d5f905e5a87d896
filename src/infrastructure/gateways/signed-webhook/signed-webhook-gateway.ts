import type {
  CallAnswer,
  CallOptions,
  GatewayFlags,
  IncomingNotice,
  NoticeCheck,
  PaymentFacts,
  PaymentGateway,
  PaymentRequest,
  RefundFacts,
} from '../../../application/ports/gateway';
import { readStrictJson } from '../../../protocols/strict-json';
import { webhookKey, type WebhookKey } from '../../../protocols/webhook-signing';
import { ANSWER_BYTES_MAX, isReference } from '../../../protocols/wire';
import { meaningOf } from '../../http/answer-meaning';
import { HttpCaller, type HttpEnd } from '../../http/http-call';
import { judgeNotice } from '../../http/notice-check';
import { notFound, refused } from '../../http/outcomes';
import { linked } from '../pay-page';
import { V1Refunds } from '../v1-refunds';
import { filled, payLink } from './pay-link';
import { PaymentReader } from './payment-reader';
import type { SignedWebhookSettings } from './settings';

const here = <Facts>(answer: CallAnswer<Facts>): Promise<CallAnswer<Facts>> => Promise.resolve(answer);

/**
 * A service that is paid on its own page and rings by a Standard Webhook, described by its settings. Redirect payments in one currency. Throws at
 * construction when settings cannot be used, and never afterwards. A notice is a hint: what counts is what the service says when it is asked.
 */
export class SignedWebhookGateway implements PaymentGateway {
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly merchantId: string;
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' } as const;
  readonly #settings: SignedWebhookSettings;
  readonly #linkKey: WebhookKey | undefined;
  readonly #noticeKeys: readonly WebhookKey[];
  private readonly reader: PaymentReader;
  private readonly http: HttpCaller;
  private readonly refunds: V1Refunds | undefined;

  constructor(settings: SignedWebhookSettings) {
    const { baseUrl, apiKey, refundsPath, linkSecret, webhookSecrets, statusPath } = settings;
    // A link is only a text: the same again, whenever it is asked for.
    this.flags = { replay: true, lookup: statusPath !== undefined, cancel: false };
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.merchantId = settings.merchantId;
    this.#settings = settings;
    this.#linkKey = linkSecret === undefined ? undefined : webhookKey(linkSecret);
    this.#noticeKeys = webhookSecrets.map(webhookKey);
    this.reader = new PaymentReader(settings);
    const headers = { accept: 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
    this.http = new HttpCaller({ baseUrl, headers, answerBytesMax: ANSWER_BYTES_MAX });
    this.refunds = refundsPath === undefined ? undefined : new V1Refunds(this.http, (reference) => filled(refundsPath, { reference }));
  }

  request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const { currency, amountMaxMinor = Infinity } = this.#settings;
    if (payment.kind !== 'redirect') return here(refused('KIND_NOT_SUPPORTED'));
    if (payment.currency !== currency) return here(refused('CURRENCY_NOT_SUPPORTED'));
    if (payment.amountMinor > amountMaxMinor) return here(refused('AMOUNT_ABOVE_LIMIT'));
    if (!isReference(payment.reference)) return here(refused('INVALID_REFERENCE'));
    return linked(payment, payLink(this.#settings, this.#linkKey, payment), options);
  }

  async query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    const { statusPath } = this.#settings;
    if (statusPath === undefined) return refused('NOT_SUPPORTED');
    if (!isReference(reference)) return refused('INVALID_REFERENCE');
    const end = await this.http.call({ method: 'GET', path: filled(statusPath, { reference }) }, options);
    if (saysNotFound(end)) return notFound;
    return meaningOf('GET', end, (body) => {
      const facts = this.reader.read(body, 'inAnswer');
      return facts?.reference === reference ? facts : undefined;
    });
  }

  /** Nobody can take the page of such a service away from its buyer. */
  close(): Promise<CallAnswer<PaymentFacts>> {
    return here(refused('NOT_SUPPORTED'));
  }

  refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.refunds?.refund(refund, options) ?? here(refused('NOT_SUPPORTED'));
  }

  queryRefund(refund: { reference: string; refundReference: string }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.refunds?.queryRefund(refund, options) ?? here(refused('NOT_SUPPORTED'));
  }

  /** A foreign merchant is still genuine: the caller quarantines it. */
  verifyNotice(notice: IncomingNotice): NoticeCheck {
    const verdict = judgeNotice(this.#noticeKeys, notice);
    if (verdict.outcome !== 'genuine') return verdict;
    const facts = this.reader.read(verdict.notice.json, 'inNotice');
    if (facts === undefined) return { outcome: 'unreadable', why: 'NOT_A_PAYMENT' };
    return { outcome: 'genuine', notice: { noticeId: verdict.notice.id, facts } };
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.http.release();
  }
}

/** 404 with a JSON object: the service itself said so. A page of somebody between us says nothing. */
function saysNotFound(end: HttpEnd): boolean {
  if (end.end !== 'replied' || end.status !== 404) return false;
  const json = readStrictJson(end.body);
  return json.ok && typeof json.value === 'object' && json.value !== null && !Array.isArray(json.value);
}
