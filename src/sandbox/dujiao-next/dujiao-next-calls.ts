import { z } from 'zod';
import { decimalText } from '../../domain/kernel/decimal';
import { flawOf } from '../../protocols/dujiao-next/signing';
import { paths, ROOT } from '../../protocols/dujiao-next/words';
import type { Channel } from '../channel';
import type { Fault } from '../faults';
import { purchaseView, type PurchaseRecord } from '../purchase-book';
import { json, parsed, type Answer, type Call, type Operation } from '../reply';
import type { Product } from '../shelf';
import { orderView, skuNumberOf, statusOf } from './order-view';

/** The account that the sandbox keeps as a Dujiao-Next shop. */
export interface DujiaoNextAccountOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
}

const failed = (status: number, code: string): Answer => json(status, { ok: false, error_code: code, error_message: code.replaceAll('_', ' ') });

const orderSchema = z.object({
  sku_id: z.int().min(1),
  quantity: z.int().min(1),
  downstream_order_no: z.string().max(64),
  callback_url: z.string().optional(),
  manual_form_data: z.record(z.string(), z.string()).optional(),
});
type Order = z.output<typeof orderSchema>;

/** What of Dujiao-Next's supply API the adapter uses, over the channel's own book. It knows no price cap, and an order by its own number only. */
export class DujiaoNextCalls {
  constructor(
    private readonly channel: Channel,
    private readonly account: DujiaoNextAccountOptions,
  ) {}

  /** Undefined when it is no call of this API. */
  understand(call: Call): Operation | Answer | undefined {
    const { method, path, body, headers } = call;
    if (!path.startsWith(`${ROOT}/`)) return undefined;
    const { apiKey, apiSecret } = this.account;
    const flaw = flawOf(apiKey, [apiSecret], { method, path, body }, headers, this.channel.delays.nowMs());
    if (flaw !== null) return failed(401, 'invalid_signature');
    const [, id = ''] = /\/([0-9]{1,15})$/.exec(path) ?? [];
    switch (`${method} ${path}`) {
      case `POST ${paths.ping}`:
        return { place: 'balance', reference: '', perform: () => this.ping() };
      case `GET ${paths.product(id)}`:
        return { place: 'stock', reference: '', perform: () => this.product(id) };
      case `POST ${paths.orders}`:
        return this.order(call);
      case `GET ${paths.order(id)}`:
        return { place: 'query-purchase', reference: this.byNumber(id)?.requestId ?? '', perform: (fault) => this.look(id, fault) };
      default:
        return failed(404, 'not_found');
    }
  }

  private ping(): Answer {
    const { balanceMinor, currency } = this.channel.shelf;
    return json(200, { ok: true, site_name: 'sandbox', protocol_version: '1.0', user_id: 1, balance: decimalText(balanceMinor, currency), currency });
  }

  private product(id: string): Answer {
    const skus = this.articles().filter(({ product }) => product.startsWith(`${id}/`));
    if (skus.length === 0) return failed(404, 'product_not_found');
    const shown = skus.map(({ product, unitCostMinor, currency, available }) => ({
      id: skuNumberOf(product),
      price_amount: decimalText(unitCostMinor, currency),
      stock_quantity: available,
      is_active: true,
    }));
    return json(200, { ok: true, product: { id: Number(id), skus: shown } });
  }

  private order(call: Call): Operation | Answer {
    const order = orderSchema.safeParse(parsed(call.body));
    if (!order.success) return failed(400, 'bad_request');
    const { data } = order;
    const reference = data.downstream_order_no;
    return { place: 'purchase', reference, own: ['malformed'], perform: (fault) => this.buy(call, data, fault) };
  }

  /** The same number is the same order, whatever else the request says. */
  private buy(call: Call, order: Order, fault: Fault | undefined): Answer {
    const requestId = order.downstream_order_no;
    const existing = this.channel.book.find(requestId);
    if (existing !== undefined) return made(existing);
    const article = this.articles().find(({ product }) => skuNumberOf(product) === order.sku_id);
    if (article === undefined) return failed(400, 'sku_unavailable');
    if ((article.fields ?? []).some((name) => order.manual_form_data?.[name] === undefined)) return failed(400, 'bad_request');
    if (fault?.fault === 'refuse') return failed(400, 'product_unavailable');
    if (article.available < order.quantity) return failed(409, 'insufficient_stock');
    const { callback_url: callbackUrl } = order;
    const terms = {
      requestId,
      product: article.product,
      quantity: order.quantity,
      maxUnitCostMinor: Number.MAX_SAFE_INTEGER,
      currency: article.currency,
    };
    const request = { ...terms, ...(callbackUrl !== undefined && { callbackUrl }) };
    const purchase = this.channel.buy(request, call.body.toString('utf8'), fault, { ...call, reference: requestId });
    return purchase.status === 'REFUSED' ? failed(200, 'payment_failed') : made(purchase);
  }

  private look(id: string, fault: Fault | undefined): Answer {
    const purchase = this.byNumber(id);
    if (purchase === undefined) return failed(404, 'order_not_found');
    const isOld = fault?.fault === 'stale-status';
    return json(200, orderView(isOld ? { ...purchase, status: 'PENDING', cards: [], receipt: undefined } : purchase));
  }

  private byNumber(id: string): PurchaseRecord | undefined {
    return this.channel.book.all().find(({ serial }) => serial === Number(id));
  }

  private articles(): readonly Product[] {
    return this.channel.shelf.all();
  }
}

const made = (purchase: PurchaseRecord): Answer =>
  json(200, {
    ok: true,
    order_id: purchase.serial,
    order_no: `DJ${purchase.serial}`,
    status: statusOf(purchaseView(purchase)),
    currency: purchase.currency,
  });
