import type { Fault } from '../faults';
import type { Gateway } from '../gateway';
import { refundOf } from '../gateway-calls';
import { asOpened, type PaymentRecord, refundableMinor } from '../payment-book';
import { json } from '../reply';
import type { Answer, Call, Operation } from '../reply';
import { refund, referenceOfIntent, referenceOfSession, session, sessionIdOf } from './objects';

/** The account that the sandbox keeps as Stripe. */
export interface StripeAccountOptions {
  readonly secretKey: string;
  /** Signs events, as it is written: Stripe does not decode it. */
  readonly webhookSecret: string;
}

type Form = Readonly<Record<string, string>>;

interface Product {
  readonly id: string;
  readonly created: number;
  readonly metadata: Record<string, string>;
}

const failed = (status: number, code: string | undefined, message: string, type = 'invalid_request_error'): Answer =>
  json(status, { error: { type, ...(code === undefined ? {} : { code }), message } });
const missing = (what: string): Answer => failed(404, 'resource_missing', `No such ${what}`);
/** As strict as Stripe's own ids. */
const ID = /^[A-Za-z0-9_-]{1,255}$/;

/** What of Stripe's API the adapter uses, over the sandbox's own book. Products and idempotency keys are kept in memory. */
export class StripeCalls {
  private readonly products = new Map<string, Product>();
  /** Answers by idempotency key, and to what. */
  private readonly keys = new Map<string, { readonly text: string; readonly answer: Answer }>();
  /** Where events go, as `POST /v1/webhook_endpoints` set it. */
  private endpoint: string | undefined;

  constructor(
    private readonly gateway: Gateway,
    private readonly secretKey: string,
  ) {}

  /** Undefined when it is no call of Stripe's. */
  understand(call: Call): Operation | Answer | undefined {
    if (!call.path.startsWith('/v1/')) return undefined;
    if (call.headers['authorization'] !== `Bearer ${this.secretKey}`) return failed(401, undefined, 'Invalid API Key provided');
    const operation = this.operation(call);
    const key = call.headers['idempotency-key'];
    if (operation === undefined || 'end' in operation || typeof key !== 'string')
      return operation ?? failed(404, undefined, 'Unrecognized request URL');
    return { ...operation, perform: (fault) => this.once(key, call, () => operation.perform(fault)) };
  }

  /** The same key with the same words brings the answer of the first time, whatever has become of the thing since. */
  private once(key: string, { body }: Call, perform: () => Answer): Answer {
    const text = body.toString('utf8');
    const before = this.keys.get(key);
    if (before === undefined) {
      const answer = perform();
      // What was found unfit before it was carried out is not remembered.
      if (answer.status !== 400) this.keys.set(key, { text, answer });
      return answer;
    }
    if (before.text === text) return before.answer;
    return failed(400, undefined, 'Keys for idempotent requests can only be used with the same parameters', 'idempotency_error');
  }

  private operation(call: Call): Operation | Answer | undefined {
    const form: Form = Object.fromEntries(new URLSearchParams(call.method === 'GET' ? call.query : call.body.toString('utf8')));
    const [, , root = '', ...rest] = call.path.split('/');
    const id = decodeURIComponent(rest[root === 'checkout' ? 1 : 0] ?? '');
    switch (`${call.method} ${root}${rest.length === 0 ? '' : root === 'checkout' ? ` ${rest.length}` : ' 1'}`) {
      case 'POST webhook_endpoints':
        this.endpoint = form['url'];
        return json(200, { id: 'we_1', object: 'webhook_endpoint', url: form['url'] });
      case 'POST products':
        return { place: 'create-redirect', reference: form['metadata[reference]'] ?? '', perform: () => this.createProduct(form) };
      case 'GET products 1':
        return { place: 'query', reference: '', perform: () => this.product(id, (product) => product) };
      case 'POST products 1':
        return { place: 'create-redirect', reference: '', perform: () => this.product(id, (product) => this.update(product, form)) };
      case 'POST checkout 1':
        return { place: 'create-redirect', reference: form['client_reference_id'] ?? '', perform: (fault) => this.createSession(call, form, fault) };
      case 'GET checkout 2':
        return {
          place: 'query',
          reference: referenceOfSession(id),
          perform: (fault) => this.payment(id, fault, (payment) => this.view(payment, fault)),
        };
      case 'POST checkout 3':
        return { place: 'close', reference: referenceOfSession(id), perform: (fault) => this.expire(call, id, fault) };
      case 'GET refunds':
        return { place: 'query-refund', reference: referenceOfIntent(form['payment_intent'] ?? ''), perform: (fault) => this.refunds(form, fault) };
      case 'POST refunds':
        return { place: 'refund', reference: referenceOfIntent(form['payment_intent'] ?? ''), perform: (fault) => this.refund(call, form, fault) };
      default:
        return undefined;
    }
  }

  private createProduct(form: Form): Answer {
    const id = form['id'] ?? '';
    if (!ID.test(id)) return failed(400, 'parameter_invalid', 'Invalid id');
    if (this.products.has(id)) return failed(400, 'resource_already_exists', 'Product already exists.');
    const product = { id, created: Math.floor(this.gateway.delays.nowMs() / 1_000), metadata: metadataIn(form) };
    this.products.set(id, product);
    return json(200, { object: 'product', ...product });
  }

  private product(id: string, look: (product: Product) => Product): Answer {
    const product = this.products.get(id);
    return product === undefined ? missing('product') : json(200, { object: 'product', ...look(product) });
  }

  private update(product: Product, form: Form): Product {
    Object.assign(product.metadata, metadataIn(form));
    return product;
  }

  private createSession(call: Call, form: Form, fault: Fault | undefined): Answer {
    const { reference = '', merchantId = '' } = metadataIn(form);
    const amountMinor = Number(form['line_items[0][price_data][unit_amount]']);
    const currency = (form['line_items[0][price_data][currency]'] ?? '').toUpperCase();
    if (!this.products.has(form['line_items[0][price_data][product]'] ?? '')) return failed(400, 'resource_missing', 'No such product');
    if (!(amountMinor >= 1)) return failed(400, 'amount_too_small', 'The amount is too small');
    if (fault?.fault === 'refuse') return failed(400, 'payment_method_unactivated', 'The way to pay is not activated');
    const request = { reference, merchantId, amountMinor, currency, notifyUrl: this.endpoint ?? '', returnUrl: form['success_url'] ?? '' };
    const payment = this.gateway.book.open(request, call.body.toString('utf8'), { madeAt: 'stripe' });
    const occasion = { ...call, reference };
    if (fault?.fault === 'decline') this.gateway.decline(payment, 'DECLINED_BY_ISSUER', occasion);
    else this.gateway.lieAbout(payment, occasion);
    return this.view(payment, undefined);
  }

  private expire(call: Call, id: string, fault: Fault | undefined): Answer {
    return this.payment(id, undefined, (payment) => {
      if (fault?.fault === 'refuse') return failed(403, undefined, 'This key may not expire sessions');
      const occasion = { ...call, reference: payment.reference };
      if (payment.status === 'OPEN' && fault?.fault === 'close-too-late') this.gateway.capture(payment, undefined, occasion);
      if (payment.status !== 'OPEN') return failed(400, undefined, 'Only Checkout Sessions with a status in ["open"] can be expired.');
      this.gateway.close(payment, occasion);
      return this.view(payment, undefined);
    });
  }

  private refunds(form: Form, fault: Fault | undefined): Answer {
    return this.payment(sessionIdOf(referenceOfIntent(form['payment_intent'] ?? '')), undefined, (payment) => {
      const seen = payment.refunds.filter((one) => !this.gateway.notYetSeen(one, fault));
      const asAsked = seen.map((one) => (fault?.fault === 'stale-status' ? { ...one, status: 'PENDING' as const } : one));
      return json(200, { object: 'list', has_more: false, data: asAsked.map((one) => refund(payment.reference, one)) });
    });
  }

  private refund(call: Call, form: Form, fault: Fault | undefined): Answer {
    const reference = referenceOfIntent(form['payment_intent'] ?? '');
    const { refundReference = '' } = metadataIn(form);
    const amountMinor = Number(form['amount']);
    return this.payment(sessionIdOf(reference), undefined, (payment) => {
      if (amountMinor > refundableMinor(payment)) return failed(400, undefined, 'Refund amount is greater than unrefunded amount on charge');
      const occasion = { ...call, reference };
      const made = refundOf(payment, refundReference) ?? this.gateway.refund(payment, refundReference, amountMinor, fault, occasion);
      return json(200, refund(reference, made));
    });
  }

  private payment(sessionId: string, fault: Fault | undefined, look: (payment: PaymentRecord) => Answer): Answer {
    const payment = this.gateway.book.find(referenceOfSession(sessionId));
    return payment?.madeAt !== 'stripe' || this.gateway.notYetSeen(payment, fault) ? missing('checkout.session') : look(payment);
  }

  private view(payment: PaymentRecord, fault: Fault | undefined): Answer {
    return json(200, session(this.gateway.view(fault?.fault === 'stale-status' ? asOpened(payment) : payment)));
  }
}

const metadataIn = (form: Form): Record<string, string> =>
  Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => {
      const key = /^metadata\[([A-Za-z]+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );
