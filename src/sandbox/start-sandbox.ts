import { ControlCalls } from './control-calls';
import { Delays } from './delays';
import { door } from './door';
import { FaultRules } from './faults';
import { GatewayCalls } from './gateway-calls';
import { Gateway } from './gateway';
import { HttpServer } from './http-server';
import { Journal } from './journal';
import { NoticeSender } from './notices';
import { PaymentBook, type PaymentRecord } from './payment-book';
import { Teller } from './teller';

export interface SandboxOptions {
  /** 127.0.0.1 unless told otherwise; control calls are served on loopback whatever it is. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
  readonly merchantId: string;
  /** `whsec_` + base64 of 24 to 64 bytes. */
  readonly webhookSecret: string;
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
  const { host = '127.0.0.1', port, apiKey, merchantId, webhookSecret, delayScale = 1, dataFile } = options;
  const delays = new Delays(delayScale);
  const faults = new FaultRules();
  const notices = new NoticeSender(webhookSecret, delays);
  const journal = dataFile === undefined ? undefined : new Journal<PaymentRecord>(dataFile, ({ reference }) => reference);
  const book = new PaymentBook(() => delays.nowMs(), journal?.write ?? (() => undefined));
  const server = new HttpServer(delays);
  const url = await server.listen(host, port);
  const gateway = new Gateway({ merchantId, publicUrl: url, book, delays, teller: new Teller(faults, notices) });
  if (journal) resume(gateway, journal);
  server.serve(door({ apiKey, control: new ControlCalls(gateway, faults), protocol: new GatewayCalls(gateway), faults, delays }));
  const end = async (): Promise<void> => {
    delays.end();
    await server.close();
    await notices.close();
    journal?.close();
  };
  let ending: Promise<void> | undefined;
  return { url, close: () => (ending ??= end()) };
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
