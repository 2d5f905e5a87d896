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
} from '../../application/ports/gateway';
import { paths, paymentSchema } from '../../protocols/gateway-v1';
import { webhookKey } from '../../protocols/webhook-signing';
import type { WebhookKey } from '../../protocols/webhook-signing';
import { ANSWER_BYTES_MAX, isReference } from '../../protocols/wire';
import { meaningOf } from '../http/answer-meaning';
import { HttpCaller } from '../http/http-call';
import type { HttpRequest } from '../http/http-call';
import { judgeNotice } from '../http/notice-check';
import { refused } from '../http/outcomes';
import { V1Refunds } from './v1-refunds';

/** What one account at a gateway that speaks gateway v1 needs. Secrets are values here; they are resolved by whoever reads the settings. */
export interface HttpV1Settings {
  readonly adapter: 'http-v1';
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly apiKey: string;
  /** `whsec_` + base64; several while a secret is being changed. */
  readonly webhookSecrets: readonly string[];
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly kinds: readonly PaymentRequest['kind'][];
}

/** Gateway v1 over HTTP. Throws at construction when settings cannot be used, and never afterwards. */
export class HttpV1Gateway implements PaymentGateway {
  readonly flags: GatewayFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly merchantId: string;
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' } as const;
  private readonly kinds: ReadonlySet<PaymentRequest['kind']>;
  private readonly keys: readonly WebhookKey[];
  private readonly http: HttpCaller;
  private readonly refunds: V1Refunds;

  constructor(settings: HttpV1Settings) {
    this.flags = settings.flags;
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.merchantId = settings.merchantId;
    this.kinds = new Set(settings.kinds);
    this.keys = settings.webhookSecrets.map(webhookKey);
    const headers = { authorization: `Bearer ${settings.apiKey}`, accept: 'application/json' };
    this.http = new HttpCaller({ baseUrl: settings.baseUrl, headers, answerBytesMax: ANSWER_BYTES_MAX });
    this.refunds = new V1Refunds(this.http, paths.refunds);
  }

  request(payment: PaymentRequest, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    if (!this.kinds.has(payment.kind)) return Promise.resolve(refused('KIND_NOT_SUPPORTED'));
    const { reference, merchantId, amountMinor, currency, kind, instrument, notifyUrl, returnUrl, expiresAt } = payment;
    const body = JSON.stringify({ reference, merchantId, amountMinor, currency, kind, instrument, notifyUrl, returnUrl, expiresAt });
    return this.payment({ method: 'POST', path: paths.payments, body }, reference, options);
  }

  query(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.payment({ method: 'GET', path: paths.payment(reference) }, reference, options);
  }

  close(reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    return this.payment({ method: 'POST', path: paths.close(reference), body: '{}' }, reference, options);
  }

  refund(refund: { reference: string; refundReference: string; amountMinor: number }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.refunds.refund(refund, options);
  }

  queryRefund(refund: { reference: string; refundReference: string }, options: CallOptions): Promise<CallAnswer<RefundFacts>> {
    return this.refunds.queryRefund(refund, options);
  }

  /** A foreign merchantId is still genuine: the caller quarantines it. */
  verifyNotice(notice: IncomingNotice): NoticeCheck {
    const verdict = judgeNotice(this.keys, notice);
    if (verdict.outcome !== 'genuine') return verdict;
    const payment = paymentSchema.safeParse(verdict.notice.json);
    if (!payment.success) return { outcome: 'unreadable', why: 'NOT_A_PAYMENT' };
    return { outcome: 'genuine', notice: { noticeId: verdict.notice.id, facts: payment.data } };
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.http.release();
  }

  /** An answer about another payment than the one asked for says nothing about ours. */
  private async payment(request: HttpRequest, reference: string, options: CallOptions): Promise<CallAnswer<PaymentFacts>> {
    if (!isReference(reference)) return refused('INVALID_REFERENCE');
    const end = await this.http.call(request, options);
    return meaningOf(request.method, end, (body) => {
      const payment = paymentSchema.safeParse(body);
      return payment.success && payment.data.reference === reference ? payment.data : undefined;
    });
  }
}
