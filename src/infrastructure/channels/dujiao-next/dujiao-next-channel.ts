import { LRUCache } from 'lru-cache';
import type {
  BalanceFacts,
  ChannelFlags,
  ChannelNotice,
  IssuingChannel,
  PurchaseFacts,
  PurchaseRequest,
  StockFacts,
} from '../../../application/ports/channel';
import type { CallAnswer, CallOptions, IncomingNotice, NoticeVerdict } from '../../../application/ports/outside-call';
import { plainDecimal } from '../../../domain/kernel/decimal';
import {
  CALLBACK_PATH,
  callbackSchema,
  createdSchema,
  orderSchema,
  paths,
  pingSchema,
  productSchema,
  UNLIMITED,
} from '../../../protocols/dujiao-next/words';
import { flawOf } from '../../../protocols/dujiao-next/signing';
import { readStrictJson } from '../../../protocols/strict-json';
import { isReference, MESSAGE_BYTES_MAX } from '../../../protocols/wire';
import { answered, notDone, refused, unknown } from '../../http/outcomes';
import { type Limits, limitsOf } from '../../http/limits';
import { type Asked, askedOf, pending, purchaseOf, refusedFor, unitCostOf } from './goods';
import type { DujiaoNextSettings } from './settings';
import { SupplyApi } from './supply-api';

const NOT_SUPPORTED: CallAnswer<never> = refused('NOT_SUPPORTED');
/** Told of what never runs out: more than anybody buys at once. */
const PLENTY = 1_000_000;
/** Purchases of this process whose terms are remembered for their callbacks. */
const REMEMBERED_MAX = 10_000;
/** `product/sku`, as the shop numbers them. */
const PRODUCT = /^([1-9][0-9]{0,14})\/([1-9][0-9]{0,14})$/;

interface Sku {
  readonly productId: string;
  readonly skuId: number;
}

interface Offer {
  readonly available: number;
  readonly unitCostMinor: number;
}

/**
 * An account at another shop that runs Dujiao-Next: it sells from its deposit by an API. Throws at construction when settings cannot be used, and never afterwards.
 * An order is found again by sending it again: the shop knows our number, but cannot be asked by it.
 */
export class DujiaoNextChannel implements IssuingChannel {
  readonly flags: ChannelFlags;
  readonly notFoundFinalAfterSeconds: number;
  readonly noticeAccepted = { status: 200, contentType: 'application/json', body: '{"ok":true,"message":"received"}' } as const;
  private readonly api: SupplyApi;
  private readonly bought = new LRUCache<string, { readonly asked: Asked; readonly unitCostMinor: number }>({ max: REMEMBERED_MAX });
  readonly #settings: DujiaoNextSettings;

  constructor(settings: DujiaoNextSettings, wallMs: () => number) {
    this.flags = settings.flags;
    this.notFoundFinalAfterSeconds = settings.notFoundFinalAfterSeconds;
    this.#settings = settings;
    this.api = new SupplyApi(settings, wallMs);
  }

  async purchase(request: PurchaseRequest, options: CallOptions): Promise<CallAnswer<PurchaseFacts>> {
    const sku = skuOf(request.product);
    if (sku === undefined) return refused('UNKNOWN_PRODUCT');
    if (!isReference(request.requestId)) return refused('INVALID_REQUEST_ID');
    if (request.currency !== this.#settings.currency) return refused('WRONG_CURRENCY');
    const limits = limitsOf(options);
    // The shop knows no price cap, so the price is looked at before. What was sent before may have been sold at another one, so a repeat does not look.
    const unfit = options.again === true ? undefined : await this.unfit(request, sku, limits);
    return unfit ?? this.order(request, sku, limits, options.again === true);
  }

  query(): Promise<CallAnswer<PurchaseFacts>> {
    return Promise.resolve(NOT_SUPPORTED);
  }

  cancel(): Promise<CallAnswer<PurchaseFacts>> {
    return Promise.resolve(NOT_SUPPORTED);
  }

  async stock(product: string, options: CallOptions): Promise<CallAnswer<StockFacts>> {
    const sku = skuOf(product);
    if (sku === undefined) return refused('UNKNOWN_PRODUCT');
    const offer = await this.offer(sku, options);
    return offer.outcome === 'answered' ? answered({ ...offer.facts, currency: this.#settings.currency }) : offer;
  }

  async balance(options: CallOptions): Promise<CallAnswer<BalanceFacts>> {
    const ping = await this.api.post(paths.ping, '', options, pingSchema);
    if (ping.outcome !== 'answered') return ping;
    const { balance, currency } = ping.facts;
    const balanceMinor = plainDecimal(balance, currency);
    return balanceMinor === null ? unknown('UNREADABLE_ANSWER') : answered({ balanceMinor, currency });
  }

  verifyNotice({ headers, body, inQuery, receivedAtMs }: IncomingNotice): NoticeVerdict<ChannelNotice> {
    const { apiKey, apiSecrets } = this.#settings;
    if (inQuery === true) return { outcome: 'forged', why: 'NO_BODY' };
    const flaw = flawOf(apiKey, apiSecrets, { method: 'POST', path: CALLBACK_PATH, body }, headers, receivedAtMs);
    if (flaw !== null) return { outcome: 'forged', why: flaw };
    if (body.length > MESSAGE_BYTES_MAX) return { outcome: 'unreadable', why: 'OVERSIZED' };
    const json = readStrictJson(body);
    const told = json.ok ? callbackSchema.safeParse(json.value).data : undefined;
    if (told === undefined) return { outcome: 'unreadable', why: 'NOT_A_PURCHASE' };
    const { downstream_order_no: requestId, order_id: orderId, status } = told;
    // A callback names no price. What another process bought is no more than a reason to ask.
    const bought = this.bought.peek(requestId);
    const unseen = { requestId, quantity: 1, currency: this.#settings.currency, topUp: false };
    const facts = bought === undefined ? pending(unseen) : purchaseOf(bought.asked, told, bought.unitCostMinor);
    return { outcome: 'genuine', notice: { noticeId: `${orderId}.${status}`, facts } };
  }

  /** Ends what is under way and closes the sockets; to be called when the account's settings were replaced, or at the end. */
  release(): Promise<void> {
    return this.api.release();
  }

  private async unfit(request: PurchaseRequest, sku: Sku, limits: Limits): Promise<CallAnswer<PurchaseFacts> | undefined> {
    const offer = await this.offer(sku, limits());
    // Nothing was ordered, whatever became of the question.
    if (offer.outcome === 'unknown') return notDone(offer.cause);
    if (offer.outcome !== 'answered') return offer;
    if (offer.facts.unitCostMinor > request.maxUnitCostMinor) return answered(refusedFor(askedOf(request), 'PRICE_CHANGED'));
    return offer.facts.available < request.quantity ? answered(refusedFor(askedOf(request), 'OUT_OF_STOCK')) : undefined;
  }

  private async order(request: PurchaseRequest, { skuId }: Sku, limits: Limits, again: boolean): Promise<CallAnswer<PurchaseFacts>> {
    const { requestId, quantity, fields, callbackUrl } = request;
    const asked = askedOf(request);
    const body = {
      sku_id: skuId,
      quantity,
      downstream_order_no: requestId,
      trace_id: requestId,
      callback_url: callbackUrl,
      manual_form_data: fields,
    };
    const made = await this.api.post(paths.orders, JSON.stringify(body), limits(), createdSchema);
    if (made.outcome === 'refused') return again ? made : (definite(asked, made.code) ?? made);
    if (made.outcome !== 'answered') return made;
    // It is there; whatever keeps us from seeing it is no doubt about that.
    const { maySend: _ofTheOrder, ...seeing } = limits();
    const seen = await this.api.get(paths.order(String(made.facts.order_id)), seeing, orderSchema);
    if (seen.outcome !== 'answered') return answered(pending(asked));
    const order = seen.facts;
    const isOther = order.items?.some((item) => item.sku_id !== skuId || item.quantity !== quantity) === true;
    if (isOther) return refused('REQUEST_ID_REUSED');
    const unitCostMinor = unitCostOf(order, quantity);
    if (unitCostMinor === undefined) return answered(pending(asked));
    this.bought.set(requestId, { asked: { ...asked, currency: order.currency }, unitCostMinor });
    return answered(purchaseOf({ ...asked, currency: order.currency }, order, unitCostMinor));
  }

  private async offer({ productId, skuId }: Sku, options: CallOptions): Promise<CallAnswer<Offer>> {
    const product = await this.api.get(paths.product(productId), options, productSchema);
    if (product.outcome === 'notFound') return refused('UNKNOWN_PRODUCT');
    if (product.outcome !== 'answered') return product;
    const sku = product.facts.product.skus.find(({ id, is_active: isActive }) => id === skuId && isActive);
    if (sku === undefined) return refused('UNKNOWN_PRODUCT');
    const unitCostMinor = plainDecimal(sku.price_amount, this.#settings.currency);
    if (unitCostMinor === null) return unknown('UNREADABLE_ANSWER');
    return answered({ available: sku.stock_quantity === UNLIMITED ? PLENTY : sku.stock_quantity, unitCostMinor });
  }
}

function skuOf(product: string): Sku | undefined {
  const [, productId, skuId] = PRODUCT.exec(product) ?? [];
  return productId === undefined || skuId === undefined ? undefined : { productId, skuId: Number(skuId) };
}

const REASONS: Readonly<Record<string, string>> = {
  INSUFFICIENT_STOCK: 'OUT_OF_STOCK',
  INSUFFICIENT_BALANCE: 'BALANCE_LOW',
  // The order was made and cancelled at once, because the deposit did not pay it.
  PAYMENT_FAILED: 'BALANCE_LOW',
};

/** A refusal of an order that was sent for the first time is the end of it. Of one sent again it says nothing about the first. */
const definite = (asked: Asked, code: string): CallAnswer<PurchaseFacts> | undefined => {
  const reason = REASONS[code];
  return reason === undefined ? undefined : answered(refusedFor(asked, reason));
};
