import { createHmac, timingSafeEqual } from 'node:crypto';
import { minorUnits } from '../../domain/kernel/decimal';
import type { PaymentV1 } from '../../protocols/gateway-v1';
import { webhookKey, type WebhookKey } from '../../protocols/webhook-signing';
import { isReference, webUrl } from '../../protocols/wire';
import { keyed } from '../door';
import type { Fault } from '../faults';
import type { Gateway } from '../gateway';
import { GatewayCalls } from '../gateway-calls';
import { html, json, seeOther, type Answer, type Call, type Operation } from '../reply';
import { hostedPayment } from './hosted-payment';

/** The account that the sandbox keeps as a service with pages of its own. */
export interface HostedAccountOptions {
  readonly apiKey: string;
  /** `whsec_` + base64: links are signed with it. */
  readonly linkSecret: string;
  /** `whsec_` + base64: notices are signed with it. */
  readonly webhookSecret: string;
}

const ROOT = '/hosted';
const SIGNATURE = /[?&]signature=([A-Za-z0-9_-]{43})$/;

const refused = (message: string): Answer => html(400, `<!doctype html><meta charset="utf-8"><title>${message}</title>${message}`);

/** A service that makes a payment when its buyer opens a signed link, and tells of it under `/hosted`. */
export class HostedCalls {
  private readonly linkKey: WebhookKey;
  private readonly asked: (call: Call) => Operation | Answer;

  /** Throws when the link secret is none. */
  constructor(
    private readonly gateway: Gateway,
    { apiKey, linkSecret }: HostedAccountOptions,
  ) {
    this.linkKey = webhookKey(linkSecret);
    this.asked = keyed(apiKey, new GatewayCalls(gateway));
  }

  /** Undefined when it is no call of this service. */
  understand(call: Call): Operation | Answer | undefined {
    if (call.path === `${ROOT}/pay` && call.method === 'GET') return this.page(call);
    if (!call.path.startsWith(`${ROOT}/payments/`)) return undefined;
    const operation = this.asked({ ...call, path: call.path.slice(ROOT.length) });
    // Refunds are asked for in the words of gateway v1; a payment is told in its own.
    if ('end' in operation || operation.place !== 'query') return operation;
    return { ...operation, perform: (fault) => inOwnWords(operation.perform(fault)) };
  }

  private page(call: Call): Operation | Answer {
    const params = new URLSearchParams(call.query);
    const reference = params.get('order') ?? '';
    if (!this.isSigned(`${call.path}?${call.query}`)) return refused('this link was changed');
    if (!isReference(reference)) return refused('this link names no order');
    return { place: 'create-redirect', reference, perform: (fault) => this.open(call, reference, params, fault) };
  }

  private isSigned(place: string): boolean {
    const given = Buffer.from(SIGNATURE.exec(place)?.[1] ?? '', 'base64url');
    const expected = createHmac('sha256', this.linkKey).update(place.replace(SIGNATURE, '')).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private open(call: Call, reference: string, params: URLSearchParams, fault: Fault | undefined): Answer {
    const { book, publicUrl } = this.gateway;
    const page = `${publicUrl}/pay/${reference}`;
    if (book.find(reference) !== undefined) return seeOther(page);
    if (fault?.fault === 'refuse') return refused('this shop takes no payments at the moment');
    const [whole = '', fraction = ''] = (params.get('amount') ?? '').split('.');
    const currency = params.get('currency') ?? '';
    const amountMinor = /^[0-9]+$/.test(whole) && /^[A-Z]{3}$/.test(currency) ? (minorUnits(whole, fraction, currency) ?? 0) : 0;
    if (amountMinor < 1) return refused('this link names no amount');
    const notifyUrl = params.get('notify') ?? '';
    const returnUrl = webUrl.safeParse(params.get('back')).data;
    const request = { reference, merchantId: params.get('shop') ?? '', amountMinor, currency, notifyUrl, ...(returnUrl && { returnUrl }) };
    const payment = book.open(request, call.query, { madeAt: 'hosted' });
    this.gateway.lieAbout(payment, { ...call, reference });
    return seeOther(page);
  }
}

function inOwnWords(answer: Answer): Answer {
  if (answer.status !== 200) return json(answer.status, { error: 'no such payment' });
  return json(200, { payment: hostedPayment(JSON.parse(answer.body) as PaymentV1) });
}
