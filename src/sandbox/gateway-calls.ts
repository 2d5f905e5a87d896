import { paymentRequestSchema, refundRequestSchema } from '../protocols/gateway-v1';
import type { PaymentRequestV1 } from '../protocols/gateway-v1';
import { readStrictJson } from '../protocols/strict-json';
import { isReference } from '../protocols/wire';
import type { Fault } from './faults';
import type { Gateway } from './gateway';
import { refundView } from './gateway';
import { asOpened, refundableMinor } from './payment-book';
import type { PaymentRecord, RefundRecord } from './payment-book';
import { invalid, json, problem, sameJson, unknown, unknownCall } from './reply';
import type { Answer, Call, Operation } from './reply';

const DECLINED_BY_ISSUER = 'DECLINED_BY_ISSUER';
/** Instruments that make a charge end like the fault of the same name. */
const TELLING_INSTRUMENTS = ['decline', 'pending', 'refuse'] as const;

/** The calls of gateway v1 over the book. An answer instead of an operation is a call that was not understood. */
export class GatewayCalls {
  constructor(private readonly gateway: Gateway) {}

  understand(call: Call): Operation | Answer {
    const [root, reference, action, refundReference, ...rest] = call.path.slice(1).split('/');
    if (root !== 'payments' || rest.length > 0) return unknownCall();
    if (reference === undefined) return call.method === 'POST' ? this.creation(call) : unknownCall();
    if (!isReference(reference)) return problem(400, 'INVALID_REFERENCE', 'references match [A-Za-z0-9._-]{1,64}');
    switch (`${call.method} ${action ?? ''}${refundReference === undefined ? '' : '/:refund'}`) {
      case 'GET ':
        return { place: 'query', reference, perform: (fault) => this.query(reference, fault) };
      case 'POST close':
        return { place: 'close', reference, perform: (fault) => this.close(call, reference, fault) };
      case 'POST refunds':
        return { place: 'refund', reference, perform: (fault) => this.refund(call, reference, fault) };
      case 'GET refunds/:refund':
        return { place: 'query-refund', reference, perform: (fault) => this.queryRefund(reference, refundReference, fault) };
      default:
        return unknownCall();
    }
  }

  private creation(call: Call): Operation | Answer {
    const body = readStrictJson(call.body);
    const request = body.ok ? paymentRequestSchema.safeParse(body.value) : undefined;
    // An id that was closed before it was seen answers so whatever the body says, so the reference alone is looked at first.
    const existing = body.ok ? this.gateway.book.find(referenceIn(body.value)) : undefined;
    if (existing !== undefined && existing.requestText === undefined) {
      return { place: 'create-redirect', reference: existing.reference, perform: () => json(200, this.gateway.view(existing)) };
    }
    if (!request?.success) return invalid(request?.error.issues[0]?.path.join('.'));
    const { data } = request;
    const text = call.body.toString('utf8');
    return { place: `create-${data.kind}`, reference: data.reference, perform: (fault) => this.create(call, data, text, fault) };
  }

  private create(call: Call, request: PaymentRequestV1, text: string, fault: Fault | undefined): Answer {
    const { book } = this.gateway;
    const existing = book.find(request.reference);
    if (existing !== undefined) {
      if (existing.requestText !== undefined && !sameJson(existing.requestText, text))
        return problem(409, 'REFERENCE_REUSED', 'this reference was used with another body');
      return json(200, this.gateway.view(existing));
    }
    if (request.merchantId !== this.gateway.merchantId) return problem(403, 'UNKNOWN_MERCHANT', 'this key belongs to another merchant');
    const told = TELLING_INSTRUMENTS.find((word) => word === request.instrument && request.kind === 'charge');
    const how = fault?.fault ?? told;
    if (how === 'refuse') return problem(422, 'REFUSED', 'the gateway does not take this payment');
    const payment = book.open(request, text);
    const occasion = { ...call, reference: payment.reference };
    if (how === 'decline') this.gateway.decline(payment, DECLINED_BY_ISSUER, occasion);
    else if (request.kind === 'charge') this.gateway.capture(payment, { fault: how, ms: fault?.ms }, occasion);
    else this.gateway.lieAbout(payment, occasion);
    return json(200, this.gateway.view(payment));
  }

  private query(reference: string, fault: Fault | undefined): Answer {
    const payment = this.gateway.book.find(reference);
    if (payment === undefined || this.gateway.notYetSeen(payment, fault)) return unknown();
    return json(200, this.gateway.view(fault?.fault === 'stale-status' ? asOpened(payment) : payment));
  }

  private close(call: Call, reference: string, fault: Fault | undefined): Answer {
    if (fault?.fault === 'refuse') return problem(422, 'CANNOT_CLOSE', 'the gateway does not close this payment');
    const { book, merchantId } = this.gateway;
    const payment = book.find(reference) ?? book.placeholder(reference, merchantId);
    const occasion = { ...call, reference };
    if (payment.status === 'OPEN' && fault?.fault === 'close-too-late') this.gateway.capture(payment, undefined, occasion);
    if (payment.status === 'OPEN' || payment.status === 'DECLINED') this.gateway.close(payment, occasion);
    return json(200, this.gateway.view(payment));
  }

  private refund(call: Call, reference: string, fault: Fault | undefined): Answer {
    const body = readStrictJson(call.body);
    const request = body.ok ? refundRequestSchema.safeParse(body.value) : undefined;
    if (!request?.success) return invalid(request?.error.issues[0]?.path.join('.'));
    const { refundReference, amountMinor } = request.data;
    const payment = this.gateway.book.find(reference);
    if (payment === undefined) return problem(422, 'UNKNOWN_PAYMENT', 'there is no such payment');
    const existing = refundOf(payment, refundReference);
    if (existing !== undefined) {
      if (existing.amountMinor !== amountMinor) return problem(409, 'REFERENCE_REUSED', 'this refund reference was used with another body');
      return json(200, refundView(existing));
    }
    if (payment.status !== 'PAID') return problem(422, 'NOT_PAID', 'only a paid payment can be refunded');
    if (amountMinor > refundableMinor(payment)) return problem(422, 'MORE_THAN_CAPTURED', 'refunds may not exceed what was captured');
    return json(200, refundView(this.gateway.refund(payment, refundReference, amountMinor, fault, { ...call, reference })));
  }

  private queryRefund(reference: string, refundReference: string | undefined, fault: Fault | undefined): Answer {
    const payment = this.gateway.book.find(reference);
    const refund = payment && refundReference !== undefined ? refundOf(payment, refundReference) : undefined;
    if (refund === undefined || this.gateway.notYetSeen(refund, fault)) return unknown();
    return json(200, fault?.fault === 'stale-status' ? { refundReference, status: 'PENDING' } : refundView(refund));
  }
}

/** The text of a reference in a body that may be anything. */
function referenceIn(body: unknown): string {
  const reference: unknown = typeof body === 'object' && body !== null && 'reference' in body ? body.reference : undefined;
  return typeof reference === 'string' ? reference : '';
}

export const refundOf = (payment: PaymentRecord, refundReference: string): RefundRecord | undefined =>
  payment.refunds.find((refund) => refund.refundReference === refundReference);
