import type { ChannelFlags, PurchaseRequest } from '../../src/application/ports/channel';
import type { HttpV1Settings } from '../../src/infrastructure/channels/http-v1';
import type { SandboxFlag } from '../../src/sandbox/channel';
import type { FaultsInput } from '../../src/sandbox/faults';
import type { Ledger } from '../../src/sandbox/ledger';
import type { Product } from '../../src/sandbox/shelf';
import { startChannel, type ChannelOptions } from '../../src/sandbox/start-channel';
import { TEST_WEBHOOK_SECRET, type FaultRule } from './sandbox';

const TEST_API_KEY = 'a-channel-key-that-is-only-used-in-tests-0123456';

export const ALL_FLAGS: readonly SandboxFlag[] = ['replay', 'lookup', 'cancel', 'partialFill'];
export const CARD_PRODUCT: Product = { product: 'STEAM50', kind: 'CARD', currency: 'CNY', unitCostMinor: 4_500, available: 1_000 };
export const TOP_UP_PRODUCT: Product = {
  product: 'mobile-100',
  kind: 'TOP_UP',
  fields: ['phone'],
  currency: 'CNY',
  unitCostMinor: 9_850,
  available: 1_000,
};

export const channelFlags = (flags: readonly SandboxFlag[]): ChannelFlags => ({
  replay: flags.includes('replay'),
  lookup: flags.includes('lookup'),
  cancel: flags.includes('cancel'),
  partialFill: flags.includes('partialFill'),
});

/** A channel in this process, on a free port, with short delays: 10 ms stand for a second. */
export interface TestChannel {
  readonly url: string;
  readonly settings: HttpV1Settings & { readonly id: string };
  /** Replaces the rules in force. */
  faults(rules: readonly FaultRule[], seed?: FaultsInput['seed']): Promise<void>;
  purchases(): Promise<Ledger['purchases']>;
  setStock(product: string, to: { readonly available?: number; readonly unitCostMinor?: number }): Promise<void>;
  setBalance(balanceMinor: number): Promise<void>;
  close(): Promise<void>;
}

export async function startTestChannel(options: Partial<ChannelOptions> = {}): Promise<TestChannel> {
  const given: ChannelOptions = {
    port: 0,
    apiKey: TEST_API_KEY,
    webhookSecret: TEST_WEBHOOK_SECRET,
    flags: ALL_FLAGS,
    products: [CARD_PRODUCT, TOP_UP_PRODUCT],
    balanceMinor: 100_000_000,
    currency: 'CNY',
    delayScale: 0.01,
    ...options,
  };
  const channel = await startChannel(given);
  const put = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(channel.url + path, { method: 'PUT', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the channel refused ${path}: ${await answer.text()}`);
  };
  return {
    url: channel.url,
    settings: {
      id: 'upstream-a',
      adapter: 'http-v1',
      baseUrl: channel.url,
      apiKey: given.apiKey,
      webhookSecrets: [given.webhookSecret],
      flags: channelFlags(given.flags),
      notFoundFinalAfterSeconds: 60,
    },
    faults: (rules, seed = 1) => put('/faults', { seed, rules }),
    purchases: async () => ((await (await fetch(`${channel.url}/ledger`)).json()) as Ledger).purchases,
    setStock: (product, to) => put('/stock', { product, ...to }),
    setBalance: (balanceMinor) => put('/balance', { balanceMinor }),
    close: () => channel.close(),
  };
}

let counter = 0;
/** A valid request under an id never used before. */
export const purchaseRequest = (changes: Partial<PurchaseRequest> = {}): PurchaseRequest => ({
  requestId: `test-${process.pid}.p${++counter}`,
  product: CARD_PRODUCT.product,
  quantity: 1,
  maxUnitCostMinor: 4_600,
  currency: 'CNY',
  callbackUrl: 'http://127.0.0.1:9/nobody-listens',
  ...changes,
});
