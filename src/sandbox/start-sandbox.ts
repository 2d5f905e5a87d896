import type { PaymentV1 } from '../protocols/gateway-v1';
import { AlipayCalls, type AlipayAccountOptions } from './alipay/alipay-calls';
import { alipayCourier } from './alipay/courier';
import { ControlCalls } from './control-calls';
import { Delays } from './delays';
import { door, keyed } from './door';
import { epayAccount } from './epay/account';
import type { EpayAccountOptions } from './epay/account';
import { epayCourier } from './epay/courier';
import { EpayDesk } from './epay/desk';
import { EpayV1Calls } from './epay/v1-calls';
import { EpayV2Calls } from './epay/v2-calls';
import { stripeCourier } from './stripe/courier';
import { StripeCalls } from './stripe/stripe-calls';
import type { StripeAccountOptions } from './stripe/stripe-calls';
import { HostedCalls, type HostedAccountOptions } from './hosted/hosted-calls';
import { hostedCourier } from './hosted/hosted-payment';
import { FaultRules } from './faults';
import { GatewayCalls } from './gateway-calls';
import { Gateway } from './gateway';
import { HttpServer } from './http-server';
import { Journal } from './journal';
import { NoticeSender } from './notices';
import type { Courier } from './notices';
import { PaymentBook, type PaymentRecord } from './payment-book';
import type { Answer, Call, Operation } from './reply';
import { Teller } from './teller';
import { webhookCourier } from './webhook-courier';

export interface SandboxOptions {
  /** 127.0.0.1 unless told otherwise; control calls are served on loopback whatever it is. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
  readonly merchantId: string;
  /** `whsec_` + base64 of 24 to 64 bytes. */
  readonly webhookSecret: string;
  /** With it the same server is also an epay platform, in both variants, over the same book. */
  readonly epay?: EpayAccountOptions;
  /** With it the same server also speaks like Stripe, over the same book. */
  readonly stripe?: StripeAccountOptions;
  /** With it the same server also speaks like Alipay, over the same book. */
  readonly alipay?: AlipayAccountOptions;
  /** With it the same server also has pages of its own, in words of its own, over the same book. */
  readonly hosted?: HostedAccountOptions;
  /** Every delay is multiplied by it: those of faults (also an explicit `ms`), of pending money and of notice retries. 1 unless told otherwise. */
  readonly delayScale?: number;
  /** Where the ledger is kept, as JSON lines. In memory without it. */
  readonly dataFile?: string;
}

export interface Sandbox {
  /** Without a slash at its end; base of the protocol calls, the control calls and the pay pages. */
  readonly url: string;
  /** May be called again. */
  close(): Promise<void>;
}

/** A gateway that misbehaves on request. Rejects when the port or the data file cannot be had, or the webhook secret is no secret. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', port, apiKey, merchantId, webhookSecret, delayScale = 1, dataFile, epay, stripe, hosted, alipay } = options;
  const delays = new Delays(delayScale);
  const faults = new FaultRules();
  const webhooks = webhookCourier(webhookSecret);
  const account = epay && epayAccount(epay);
  const notices = new NoticeSender(delays);
  const journal = dataFile === undefined ? undefined : new Journal<PaymentRecord>(dataFile, ({ reference }) => reference);
  const book = new PaymentBook(() => delays.nowMs(), journal?.write ?? (() => undefined));
  const server = new HttpServer(delays);
  const url = await server.listen(host, port);
  const stripeEvents = stripe && stripeCourier(stripe.webhookSecret);
  const hostedNotices = hosted && hostedCourier(hosted.webhookSecret);
  const alipayNotices = alipay && alipayCourier(alipay);
  const courierFor = (payment: PaymentRecord): Courier<PaymentV1> => {
    if (stripeEvents && payment.madeAt === 'stripe') return stripeEvents;
    if (alipayNotices && payment.madeAt === 'alipay') return alipayNotices;
    if (hostedNotices && payment.madeAt === 'hosted') return hostedNotices;
    return account && payment.epay ? epayCourier(account, payment.epay, payment) : webhooks;
  };
  const gateway = new Gateway({ merchantId, publicUrl: url, book, delays, teller: new Teller(faults, notices), courierFor });
  const desk = account && new EpayDesk(gateway, account.pid);
  const platforms = [
    ...(account && desk ? [new EpayV1Calls(desk, account), new EpayV2Calls(desk, account)] : []),
    ...(stripe ? [new StripeCalls(gateway, stripe.secretKey)] : []),
    ...(alipay ? [new AlipayCalls(gateway, alipay)] : []),
    ...(hosted ? [new HostedCalls(gateway, hosted)] : []),
  ];
  const calls = keyed(apiKey, new GatewayCalls(gateway));
  const understand = (call: Call): Operation | Answer => first(platforms, (platform) => platform.understand(call)) ?? calls(call);
  if (journal) resume(gateway, journal);
  server.serve(door({ control: new ControlCalls(gateway, faults), understand, faults, delays }));
  const end = async (): Promise<void> => {
    delays.end();
    await server.close();
    await notices.close();
    journal?.close();
  };
  let ending: Promise<void> | undefined;
  return { url, close: () => (ending ??= end()) };
}

function first<T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What was promised for later before the sandbox was stopped happens now. */
function resume(gateway: Gateway, journal: Journal<PaymentRecord>): void {
  for (const payment of journal.read()) {
    gateway.book.restore(payment);
    const occasion = { method: 'POST', path: `/payments/${payment.reference}`, reference: payment.reference };
    if (payment.pending) gateway.settle(payment, occasion);
    for (const refund of payment.refunds) if (refund.status === 'PENDING') gateway.settleRefund(payment, refund, occasion);
  }
}
