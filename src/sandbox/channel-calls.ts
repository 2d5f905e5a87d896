import { purchaseRequestSchema, type PurchaseRequestV1 } from '../protocols/channel-v1';
import { readStrictJson } from '../protocols/strict-json';
import { isReference } from '../protocols/wire';
import type { Channel, SandboxFlag } from './channel';
import { DELAY_MS } from './delays';
import type { Fault } from './faults';
import { purchaseView, type PurchaseRecord } from './purchase-book';
import { invalid, json, problem, sameJson, unknown, unknownCall, type Answer, type Call, type Operation } from './reply';

/** The calls of channel v1 over the book. What a flag would allow is an unknown call at a channel without it. */
export class ChannelCalls {
  constructor(private readonly channel: Channel) {}

  understand(call: Call): Operation | Answer {
    const [root, requestId, action, ...rest] = call.path.slice(1).split('/');
    if (rest.length > 0) return unknownCall();
    if (requestId === undefined) return this.withoutId(call, `${call.method} ${root ?? ''}`);
    if (root !== 'purchases') return unknownCall();
    if (!isReference(requestId)) return problem(400, 'INVALID_REFERENCE', 'request ids match [A-Za-z0-9._-]{1,64}');
    if (call.method === 'GET' && action === undefined && this.has('lookup')) {
      return { place: 'query-purchase', reference: requestId, perform: (fault) => this.query(requestId, fault) };
    }
    if (call.method === 'POST' && action === 'cancel' && this.has('cancel')) {
      return { place: 'cancel-purchase', reference: requestId, perform: (fault) => this.cancel(call, requestId, fault) };
    }
    return unknownCall();
  }

  private withoutId(call: Call, words: string): Operation | Answer {
    switch (words) {
      case 'POST purchases':
        return this.purchase(call);
      case 'GET stock':
        return { place: 'stock', reference: '', perform: () => this.stock(call) };
      case 'GET balance':
        return { place: 'balance', reference: '', perform: () => this.balance() };
      default:
        return unknownCall();
    }
  }

  private purchase(call: Call): Operation | Answer {
    const body = readStrictJson(call.body);
    const request = body.ok ? purchaseRequestSchema.safeParse(body.value) : undefined;
    // An id that was cancelled before it was seen answers so whatever the body says, so the id alone is looked at first.
    const existing = body.ok ? this.channel.book.find(requestIdIn(body.value)) : undefined;
    if (existing !== undefined && existing.requestText === undefined) {
      return { place: 'purchase', reference: existing.requestId, perform: () => json(200, purchaseView(existing)) };
    }
    if (!request?.success) return invalid(request?.error.issues[0]?.path.join('.'));
    const { data } = request;
    const text = call.body.toString('utf8');
    return { place: 'purchase', reference: data.requestId, own: ['malformed'], perform: (fault) => this.buy(call, data, text, fault) };
  }

  private buy(call: Call, request: PurchaseRequestV1, text: string, fault: Fault | undefined): Answer {
    const existing = this.channel.book.find(request.requestId);
    if (existing !== undefined && (existing.requestText === undefined || this.has('replay'))) {
      const isOther = existing.requestText !== undefined && !sameJson(existing.requestText, text);
      return isOther ? problem(409, 'REQUEST_ID_REUSED', 'this request id was used with another body') : json(200, purchaseView(existing));
    }
    const article = this.channel.shelf.article(request.product);
    if (article === undefined) return problem(422, 'UNKNOWN_PRODUCT', 'there is no such product');
    if (article.currency !== request.currency) return problem(422, 'WRONG_CURRENCY', `this product is sold in ${article.currency}`);
    const missing = (article.fields ?? []).filter((name) => request.fields?.[name] === undefined);
    if (missing.length > 0) return problem(422, 'FIELDS_MISSING', `fields wanted: ${missing.join(', ')}`);
    if (fault?.fault === 'refuse') return problem(422, 'REFUSED', 'the channel does not take this purchase');
    return json(200, purchaseView(this.channel.buy(request, text, fault, { ...call, reference: request.requestId })));
  }

  private query(requestId: string, fault: Fault | undefined): Answer {
    const purchase = this.channel.book.find(requestId);
    if (purchase === undefined || this.notYetSeen(purchase, fault)) return unknown();
    return json(200, fault?.fault === 'stale-status' ? purchaseView(stale(purchase)) : purchaseView(purchase));
  }

  private cancel(call: Call, requestId: string, fault: Fault | undefined): Answer {
    if (fault?.fault === 'refuse') return problem(422, 'CANNOT_CANCEL', 'the channel does not cancel this purchase');
    const { book } = this.channel;
    const purchase = book.find(requestId) ?? book.placeholder(requestId);
    const occasion = { ...call, reference: requestId };
    if (fault?.fault === 'close-too-late') this.channel.settle(purchase, occasion);
    this.channel.cancel(purchase, occasion);
    return json(200, purchaseView(purchase));
  }

  private stock(call: Call): Answer {
    const article = this.channel.shelf.article(new URLSearchParams(call.query).get('product') ?? '');
    if (article === undefined) return problem(422, 'UNKNOWN_PRODUCT', 'there is no such product');
    const { available, unitCostMinor, currency } = article;
    return json(200, { available, unitCostMinor, currency });
  }

  private balance(): Answer {
    const { balanceMinor, currency } = this.channel.shelf;
    return json(200, { balanceMinor, currency });
  }

  private has(flag: SandboxFlag): boolean {
    return this.channel.flags.has(flag);
  }

  private notYetSeen({ createdAtMs }: PurchaseRecord, fault: Fault | undefined): boolean {
    const { delays } = this.channel;
    return fault?.fault === 'appears-late' && delays.nowMs() - createdAtMs < delays.scaled(fault.ms ?? DELAY_MS.appearsLate);
  }
}

/** The text of a request id in a body that may be anything. */
function requestIdIn(body: unknown): string {
  const requestId: unknown = typeof body === 'object' && body !== null && 'requestId' in body ? body.requestId : undefined;
  return typeof requestId === 'string' ? requestId : '';
}

/** The purchase as it was when it was asked for. */
const stale = (purchase: PurchaseRecord): PurchaseRecord => ({
  ...purchase,
  status: 'PENDING',
  cards: [],
  malformed: 0,
  receipt: undefined,
  unitCostMinor: 0,
  reason: undefined,
});
