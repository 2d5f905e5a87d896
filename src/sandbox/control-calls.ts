import { z } from 'zod';
import type { FaultRules } from './faults';
import { loopbackOnly, setFaults } from './faults-control';
import type { Gateway } from './gateway';
import { transactionIdOf } from './payment-book';
import type { Ledger } from './ledger';
import { html, iso, json, parsed, problem, seeOther, unknown } from './reply';
import type { Answer, Call } from './reply';
import { payPage } from './pay-page';

const paySchema = z.object({ payer: z.string().max(128).optional(), amountMinor: z.int().min(1).optional() });

/** The calls of those who test with the sandbox, without a key and from this machine only, and the page on which a person plays the buyer. */
export class ControlCalls {
  constructor(
    private readonly gateway: Gateway,
    private readonly faults: FaultRules,
  ) {}

  /** Undefined when it is no such call and belongs to the gateway. */
  answer(call: Call): Answer | undefined {
    const [root, reference, action, ...rest] = call.path.slice(1).split('/');
    if (root === 'pay' && reference !== undefined && action === undefined) return this.page(call, reference);
    const control = this.control(call, [root, action].join(' '), reference ?? '');
    if (control === undefined || rest.length > 0) return undefined;
    return call.local ? control() : loopbackOnly();
  }

  private control(call: Call, words: string, reference: string): (() => Answer) | undefined {
    switch (`${call.method} ${words}`.trim()) {
      case 'PUT faults':
        return () => setFaults(this.faults, call);
      case 'GET ledger':
        return () => json(200, this.ledger());
      case 'POST payments pay':
        return () => this.pay(call, reference);
      default:
        return undefined;
    }
  }

  ledger(): Ledger {
    const payments = [...this.gateway.book.all()];
    return {
      payments: payments.map((payment) => {
        const { reference, amountMinor, capturedMinor, refundedMinor, currency, status, paidAtMs, changedAtMs } = payment;
        const transactionId = paidAtMs === undefined ? null : transactionIdOf(payment);
        return { reference, amountMinor, capturedMinor, refundedMinor, currency, status, transactionId, at: iso(changedAtMs) };
      }),
      refunds: payments.flatMap(({ reference, refunds }) =>
        refunds.map(({ refundReference, amountMinor, status, changedAtMs }) => ({
          refundReference,
          reference,
          amountMinor,
          status,
          at: iso(changedAtMs),
        })),
      ),
      purchases: [],
    };
  }

  private pay(call: Call, reference: string): Answer {
    const body = paySchema.safeParse(call.body.length === 0 ? {} : parsed(call.body));
    if (!body.success) return problem(400, 'INVALID_REQUEST', 'payer is text and amountMinor an integer from 1');
    return this.buyerPays(call, reference, body.data.amountMinor);
  }

  /** Pays an open payment; a paid one is charged again. One that ended takes nothing, unless the fault `capture-after-end` says so. */
  private buyerPays(call: Call, reference: string, amountMinor?: number): Answer {
    const payment = this.gateway.book.find(reference);
    if (payment === undefined) return unknown();
    const occasion = { ...call, reference };
    const fault = this.faults.pick('pay', occasion);
    const ended = payment.status === 'CLOSED' || payment.status === 'DECLINED';
    if (ended && fault?.fault !== 'capture-after-end') return problem(409, 'NOT_OPEN', `this payment is ${payment.status}`);
    if (payment.status === 'OPEN' && fault?.fault === 'decline') this.gateway.decline(payment, 'DECLINED_BY_ISSUER', occasion);
    else this.gateway.capture(payment, fault, occasion, amountMinor);
    return json(200, this.gateway.view(payment));
  }

  private page(call: Call, reference: string): Answer | undefined {
    const payment = this.gateway.book.find(reference);
    const language = call.headers['accept-language'];
    const show = (): Answer => html(payment ? 200 : 404, payPage(payment, typeof language === 'string' ? language : ''));
    if (call.method === 'GET') return show();
    if (call.method !== 'POST') return undefined;
    if (payment === undefined) return show();
    const wanted = new URLSearchParams(call.body.toString('utf8')).get('action');
    // A page that was left open or a second click must not charge again: only an open payment (or a fault) lets the button work.
    if (wanted === 'pay' && payment.status !== 'PAID') this.buyerPays(call, reference);
    if (wanted === 'decline' && payment.status === 'OPEN') this.gateway.decline(payment, 'DECLINED_BY_BUYER', { ...call, reference });
    return seeOther(payment.returnUrl ?? `/pay/${reference}`);
  }
}
