import { setTimeout as pause } from 'node:timers/promises';
import { BenchShop, type OtherSides } from '../bench-shop';
import { linesOf } from '../processes';
import { load, type LoadResult } from '../raw-load';
import { SubmitLoad } from '../submit-load';
import { compressed } from './times';

export interface FaultRule {
  readonly fault: string;
  readonly percent?: number;
  readonly method?: string;
  readonly path?: string;
  readonly ms?: number;
}

export interface Ledger {
  readonly payments: readonly { readonly reference: string; readonly capturedMinor: number; readonly refundedMinor: number }[];
  readonly purchases: readonly { readonly requestId: string; readonly codeHashes: readonly string[] }[];
}

/** An event as `cardrail events export` prints it. */
export interface Logged {
  readonly stream: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly actor: { readonly kind: string; readonly id: string } };
}

/** How one channel stands in the shop file. */
export interface ChannelEntry {
  readonly flags: readonly string[];
  readonly priority: number;
  readonly ratePerSecond?: number;
  readonly maxInFlight?: number;
}

export interface StormShopOptions {
  readonly compress: number;
  /** Cards in the pool. */
  readonly cards: number;
  readonly channels: Readonly<Partial<Record<'upstream-a' | 'upstream-b', ChannelEntry>>>;
  readonly onDoubt?: 'WAIT' | 'REROUTE';
  readonly deliverWithinMs: number;
  readonly diversion?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export const PRICE_MINOR = 4_800;
const PRODUCTS = { 'upstream-a': 'STEAM50', 'upstream-b': 'steam-wallet-50' } as const;
const SECRETS = { 'upstream-a': 'CHANNEL_A', 'upstream-b': 'CHANNEL_B' } as const;
const LOOK_MS = 250;
const SHED_IN_ORDER = ['LIVE_UPDATES', 'SEARCH', 'TIMELINES', 'NEW_ORDERS'];
const CONNECTIONS = 64;
/** Calls that a channel may have under way, where nothing is said. */
export const IN_FLIGHT_MAX = 64;

/** A shop with a gateway and channels that do what a night asks of them, each a process of its own over HTTP. */
export class StormShop {
  readonly submits: SubmitLoad;
  private sent = 0;

  private constructor(readonly bench: BenchShop) {
    this.submits = new SubmitLoad(bench.storefrontKey);
  }

  static async open(options: StormShopOptions): Promise<StormShop> {
    const { compress, cards, settings = {} } = options;
    const storm = {
      shopFile: (at: OtherSides) => shopFile(at, options),
      settings: { ...compressed(compress), ...settings },
      delayScale: 1 / compress,
    };
    const roles = 'api,engine,projector,outbox';
    const shop = new StormShop(await BenchShop.open({ roles, workers: 0, cards, oversell: false, withSandbox: true, storm }));
    await shop.keepCounting();
    return shop;
  }

  /** A night is watched by counting orders, also when there is most to do; everything else is done without as in any shop. */
  private async keepCounting(): Promise<void> {
    const input = { idempotencyKey: 'bench', reason: 'a night is watched by counting', mode: 'AUTO', order: SHED_IN_ORDER };
    const { set } = await this.ask<{ readonly set: { readonly userErrors: readonly object[] } }>(
      'mutation ($input: SetLoadSheddingInput!) { set: setLoadShedding(input: $input) { userErrors { code } } }',
      { input },
    );
    if (set.userErrors.length > 0) throw new Error(`the shop refused: ${JSON.stringify(set.userErrors)}`);
  }

  /** Replaces the rules in force at the gateway or a channel. */
  async faults(side: 'gateway' | 'upstream-a' | 'upstream-b', rules: readonly FaultRule[]): Promise<void> {
    const answer = await fetch(`${this.urlOf(side)}/faults`, { method: 'PUT', body: JSON.stringify({ seed: 1, rules }) });
    if (!answer.ok) throw new Error(`the sandbox refused its faults: ${await answer.text()}`);
  }

  async ledger(side: 'gateway' | 'upstream-a' | 'upstream-b'): Promise<Ledger> {
    return (await (await fetch(`${this.urlOf(side)}/ledger`)).json()) as Ledger;
  }

  /** Orders offered at an even rate, whatever the answers do. */
  async offer(perSecond: number, seconds: number, connections = CONNECTIONS): Promise<LoadResult> {
    const first = this.sent;
    const request = (n: number): Buffer => this.submits.request(first + n);
    this.sent += Math.ceil(perSecond * seconds) + connections;
    return load({ port: this.bench.port, connections, seconds, perSecond, request, onAnswer: this.submits.onAnswer });
  }

  /** Asks the shop as its administrator. Rejects when it answers with an error. */
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const response = await fetch(`${this.bench.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.bench.adminKey}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { readonly data?: T | null; readonly errors?: unknown };
    if (answer.data == null || answer.errors !== undefined) throw new Error(`the shop answered ${JSON.stringify(answer.errors)}`);
    return answer.data;
  }

  /** Orders that the shop has, by status; the count is exact up to 10,000. */
  async count(status: readonly string[]): Promise<number> {
    const { orders } = await this.ask<{ readonly orders: { readonly totalCount: number } }>(
      'query ($status: [OrderStatus!]) { orders(first: 1, filter: { status: $status }) { totalCount } }',
      { status },
    );
    return orders.totalCount;
  }

  /** Waits until nothing of what was acknowledged is on its way any more. False when that takes too long. */
  async drained(withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    const all = ['COMPLETED', 'FAILED', 'EXPIRED'];
    for (;;) {
      if ((await this.count(all)) >= this.submits.acknowledged.length) return true;
      if (performance.now() > until) return false;
      await pause(LOOK_MS);
    }
  }

  /** The whole log, oldest first. */
  async log(): Promise<readonly Logged[]> {
    const events: Logged[] = [];
    const take = (line: string): void => void (line === '' || events.push(JSON.parse(line) as Logged));
    await linesOf('cli/main.js', ['events', 'export'], this.bench.environment, take);
    return events;
  }

  close(): Promise<void> {
    return this.bench.close();
  }

  private urlOf(side: 'gateway' | 'upstream-a' | 'upstream-b'): string {
    const says = this.bench.sandbox?.says as { readonly url: string; readonly channels: Readonly<Record<string, string>> } | undefined;
    return (side === 'gateway' ? says?.url : says?.channels[side]) ?? '';
  }
}

function shopFile(
  { gateway, channels }: OtherSides,
  { channels: entries, cards, onDoubt = 'WAIT', deliverWithinMs, diversion = true }: StormShopOptions,
): string {
  const named = (['upstream-a', 'upstream-b'] as const).flatMap((id) => (entries[id] === undefined ? [] : [{ id, ...entries[id] }]));
  const lines = named.map(
    ({ id, flags, priority, ratePerSecond = 1_000, maxInFlight = IN_FLIGHT_MAX }) =>
      `  - { id: ${id}, adapter: http-v1, baseUrl: "${channels[id] ?? ''}", apiKey: { env: ${SECRETS[id]}_KEY }, webhookSecret: { env: ${SECRETS[id]}_WEBHOOK }, ` +
      `flags: [${flags.join(', ')}], notFoundFinalAfterSeconds: 1, weight: 1, priority: ${priority}, ratePerSecond: ${ratePerSecond}, maxInFlight: ${maxInFlight} }`,
  );
  const pool = cards > 0 ? ['{ pool: true }'] : [];
  const sources = [
    ...pool,
    ...named.map(({ id }) => `{ channel: ${id}, product: "${PRODUCTS[id]}", maxUnitCost: { amountMinor: 4700, currency: CNY } }`),
  ];
  const within = Math.max(1, Math.ceil(deliverWithinMs / 1_000));
  return `gateways:
  - { id: main, adapter: http-v1, baseUrl: "${gateway}", merchantId: m1, apiKey: { env: GATEWAY_MAIN_KEY }, webhookSecret: { env: GATEWAY_MAIN_WEBHOOK }, flags: [replay, lookup, cancel], notFoundFinalAfterSeconds: 1, kinds: [redirect, charge] }
${lines.length === 0 ? '' : `channels:\n${lines.join('\n')}\n`}skus:
  - { id: bench, name: { zh-CN: "压测", en: "Bench" }, price: { amountMinor: ${PRICE_MINOR}, currency: CNY }, sources: [${sources.join(', ')}], onDoubt: ${onDoubt}, payWithinSeconds: 900, deliverWithinSeconds: ${within}, maxPerOrder: 10 }
routingPolicy: { version: "storm", diversion: { enabled: ${diversion} } }
apiKeys:
  - { id: storefront, clientId: shop, role: STOREFRONT, key: { env: STOREFRONT_KEY } }
  - { id: admin, clientId: office, role: ADMIN, key: { env: ADMIN_KEY } }
`;
}
