import { Channel, type SandboxFlag } from './channel';
import { ChannelCalls } from './channel-calls';
import { ChannelControl } from './channel-control';
import { Delays } from './delays';
import { dujiaoNextCourier } from './dujiao-next/courier';
import { DujiaoNextCalls, type DujiaoNextAccountOptions } from './dujiao-next/dujiao-next-calls';
import { door, keyed } from './door';
import { FaultRules } from './faults';
import { FolderUpstream } from './folder/folder-upstream';
import { HttpServer } from './http-server';
import { Journal } from './journal';
import { NoticeSender } from './notices';
import type { PurchaseV1 } from '../protocols/channel-v1';
import { PurchaseBook, type PurchaseRecord } from './purchase-book';
import type { Answer, Call, Operation } from './reply';
import { Shelf, type Product } from './shelf';
import type { Sandbox } from './start-sandbox';
import { Teller } from './teller';
import { webhookCourier } from './webhook-courier';

export interface ChannelOptions {
  /** 127.0.0.1 unless told otherwise; control calls are served on loopback whatever it is. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
  /** `whsec_` + base64 of 24 to 64 bytes. */
  readonly webhookSecret: string;
  readonly flags: readonly SandboxFlag[];
  readonly products: readonly Product[];
  /** What the shop deposited, in minor units of `currency`. */
  readonly balanceMinor: number;
  readonly currency: string;
  /** With it the same server is also a Dujiao-Next shop, over the same book, and tells of purchases as one. Its products are named `product/sku`, two numbers. */
  readonly dujiaoNext?: DujiaoNextAccountOptions;
  /** With it the channel is also served by files in this folder, over the same book. */
  readonly folder?: string;
  /** Every delay is multiplied by it. 1 unless told otherwise. */
  readonly delayScale?: number;
  /** Where the ledger is kept, as JSON lines. In memory without it. */
  readonly dataFile?: string;
}

/** A channel that misbehaves on request. Rejects when the port or the data file cannot be had, or the webhook secret is no secret. */
export async function startChannel(options: ChannelOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', port, apiKey, webhookSecret, products, balanceMinor, currency, delayScale = 1, dataFile, dujiaoNext, folder } = options;
  const flags = new Set(options.flags);
  const delays = new Delays(delayScale);
  const faults = new FaultRules();
  const notices = new NoticeSender(delays);
  const shelf = new Shelf(products, balanceMinor, currency);
  const journal = dataFile === undefined ? undefined : new Journal<PurchaseRecord>(dataFile, ({ serial }) => String(serial));
  const book = new PurchaseBook(shelf, flags.has('partialFill'), () => delays.nowMs(), journal?.write ?? (() => undefined));
  const server = new HttpServer(delays);
  const url = await server.listen(host, port);
  const orderOf = (requestId: string): number => book.find(requestId)?.serial ?? 0;
  const courier = dujiaoNext === undefined ? webhookCourier<PurchaseV1>(webhookSecret) : dujiaoNextCourier(dujiaoNext, orderOf);
  const channel = new Channel({ flags, book, shelf, delays, teller: new Teller(faults, notices), courier });
  if (journal) resume(channel, journal);
  const calls = keyed(apiKey, new ChannelCalls(channel));
  const shop = dujiaoNext && new DujiaoNextCalls(channel, dujiaoNext);
  const understand = (call: Call): Operation | Answer => shop?.understand(call) ?? calls(call);
  server.serve(door({ control: new ChannelControl(channel, faults), understand, faults, delays }));
  const files = folder === undefined ? undefined : new FolderUpstream(folder, channel, faults);
  await files?.start();
  const end = async (): Promise<void> => {
    await files?.stop();
    delays.end();
    await server.close();
    await notices.close();
    journal?.close();
  };
  let ending: Promise<void> | undefined;
  return { url, close: () => (ending ??= end()) };
}

/** What was promised for later before the channel was stopped happens now. */
function resume(channel: Channel, journal: Journal<PurchaseRecord>): void {
  for (const purchase of journal.read()) channel.book.restore(purchase);
  for (const purchase of channel.book.all()) {
    channel.settle(purchase, { method: 'POST', path: '/purchases', reference: purchase.requestId });
  }
}
