import type {
  BalanceFacts,
  ChannelFlags,
  ChannelNotice,
  IssuingChannel,
  PurchaseFacts,
  PurchaseRequest,
  StockFacts,
} from '../../application/ports/channel';
import type { CallAnswer, CallOptions, IncomingNotice, NoticeVerdict } from '../../application/ports/outside-call';
import { balanceSchema, paths, stockSchema } from '../../protocols/channel-v1';
import { webhookKey, type WebhookKey } from '../../protocols/webhook-signing';
import { ANSWER_BYTES_MAX, isReference } from '../../protocols/wire';
import { meaningOf } from '../http/answer-meaning';
import { HttpCaller, type HttpRequest } from '../http/http-call';
import { refused } from '../http/outcomes';
import { purchaseIn, purchaseNotice } from './v1-purchases';

/** What one account at a channel that speaks channel v1 needs. Secrets are values here; they are resolved by whoever reads the settings. */
export interface HttpV1Settings {
  readonly adapter: 'http-v1';
  readonly baseUrl: string;
  readonly apiKey: string;
  /** `whsec_` + base64; several while a secret is being changed. */
  readonly webhookSecrets: readonly string[];
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
}

/** Channel v1 over HTTP. Throws at construction when settings cannot be used, and never afterwards. */
export class HttpV1Channel implements IssuingChannel {
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true}' } as const;
  private readonly keys: readonly WebhookKey[];
  private readonly http: HttpCaller;

  constructor(settings: HttpV1Settings) {
    this.flags = settings.flags;
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.keys = settings.webhookSecrets.map(webhookKey);
    const headers = { authorization: `Bearer ${settings.apiKey}`, accept: 'application/json' };
    this.http = new HttpCaller({ baseUrl: settings.baseUrl, headers, answerBytesMax: ANSWER_BYTES_MAX });
  }

  purchase(request: PurchaseRequest, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    const { requestId, product, quantity, maxUnitCostMinor, currency, fields, callbackUrl } = request;
    const body = JSON.stringify({ requestId, product, quantity, maxUnitCostMinor, currency, fields, callbackUrl });
    return this.purchaseCall({ method: 'POST', path: paths.purchases, body }, requestId, options);
  }

  query(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!this.flags.lookup) return Promise.resolve(refused('NOT_SUPPORTED'));
    return this.purchaseCall({ method: 'GET', path: paths.purchase(requestId) }, requestId, options);
  }

  cancel(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!this.flags.cancel) return Promise.resolve(refused('NOT_SUPPORTED'));
    return this.purchaseCall({ method: 'POST', path: paths.cancel(requestId), body: '{}' }, requestId, options);
  }

  async stock(product: string, options: CallOptions): Promise<CallAnswer<StockFacts>> {
    const end = await this.http.call({ method: 'GET', path: paths.stock(product) }, options);
    return meaningOf('GET', end, (body) => stockSchema.safeParse(body).data);
  }

  async balance(options: CallOptions): Promise<CallAnswer<BalanceFacts>> {
    const end = await this.http.call({ method: 'GET', path: paths.balance }, options);
    return meaningOf('GET', end, (body) => balanceSchema.safeParse(body).data);
  }

  verifyNotice(notice: IncomingNotice): NoticeVerdict<ChannelNotice> {
    return purchaseNotice(this.keys, notice);
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.http.release();
  }

  /** An answer about another purchase than the one asked for says nothing about ours. */
  private async purchaseCall(request: HttpRequest, requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!isReference(requestId)) return refused('INVALID_REQUEST_ID');
    const end = await this.http.call(request, options);
    return meaningOf(request.method, end, (body) => {
      const purchase = purchaseIn(body);
      return purchase?.requestId === requestId ? purchase : undefined;
    });
  }
}
