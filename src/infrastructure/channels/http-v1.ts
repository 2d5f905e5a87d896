import type {
  BalanceFacts,
  ChannelCard,
  ChannelFlags,
  ChannelNotice,
  IssuingChannel,
  PurchaseFacts,
  PurchaseRequest,
  StockFacts,
} from '../../application/ports/channel';
import type { CallAnswer, CallOptions, IncomingNotice, NoticeVerdict } from '../../application/ports/outside-call';
import { balanceSchema, cardSchema, paths, purchaseSchema, stockSchema } from '../../protocols/channel-v1';
import { webhookKey, type WebhookKey } from '../../protocols/webhook-signing';
import { ANSWER_BYTES_MAX, isReference } from '../../protocols/wire';
import { meaningOf } from '../http/answer-meaning';
import { HttpCaller, type HttpRequest } from '../http/http-call';
import { judgeNotice } from '../http/notice-check';

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

const refusedHere = (code: string): Promise<CallAnswer<never>> => Promise.resolve({ outcome: 'refused', code });

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
    if (!this.flags.lookup) return refusedHere('NOT_SUPPORTED');
    return this.purchaseCall({ method: 'GET', path: paths.purchase(requestId) }, requestId, options);
  }

  cancel(requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!this.flags.cancel) return refusedHere('NOT_SUPPORTED');
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
    const verdict = judgeNotice(this.keys, notice);
    if (verdict.outcome !== 'genuine') return verdict;
    const facts = purchaseIn(verdict.notice.json);
    return facts === undefined
      ? { outcome: 'unreadable', why: 'NOT_A_PURCHASE' }
      : { outcome: 'genuine', notice: { noticeId: verdict.notice.id, facts } };
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.http.release();
  }

  /** An answer about another purchase than the one asked for says nothing about ours. */
  private async purchaseCall(request: HttpRequest, requestId: string, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    if (!isReference(requestId)) return refusedHere('INVALID_REQUEST_ID');
    const end = await this.http.call(request, options);
    return meaningOf(request.method, end, (body) => {
      const purchase = purchaseIn(body);
      return purchase?.requestId === requestId ? purchase : undefined;
    });
  }
}

/** Undefined when it is no purchase, or one that contradicts itself: a refusal that hands over cards proves neither. */
function purchaseIn(body: unknown): PurchaseFacts | undefined {
  const purchase = purchaseSchema.safeParse(body);
  if (!purchase.success) return undefined;
  const { cards: entries, ...facts } = purchase.data;
  if (facts.status === 'PENDING') return { ...facts, cards: [], malformedCards: 0 };
  const hasGoods = entries.length > 0 || facts.receipt !== undefined;
  if ((facts.status === 'REFUSED' || facts.status === 'CANCELLED') && hasGoods) return undefined;
  const cards = entries.map((entry) => cardSchema.safeParse(entry).data).filter((card): card is ChannelCard => card !== undefined);
  return { ...facts, cards, malformedCards: entries.length - cards.length };
}
