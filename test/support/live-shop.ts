import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { createKeyring } from '../../src/infrastructure/keyring/create-keyring';
import type { SandboxFlag } from '../../src/sandbox/channel';
import { ALIPAY_APP, alipaySandboxAccount } from './alipay';
import { EPAY_KEY, EPAY_PID, epaySandboxAccount, merchantPair, platformPair } from './epay';
import { blindEntry, hostedEntry, hostedSandboxAccount } from './hosted';
import { STRIPE_KEY, STRIPE_WEBHOOK_SECRET, stripeSandboxAccount } from './stripe';
import { canary, CanaryWatch } from './canaries';
import { TraceCollector } from './trace-collector';
import { startTestSandbox, type TestSandbox } from './sandbox';
import { type ShopStores, storesOfTheRun } from './shop-stores';
import { CARD_PRODUCT, startTestChannel, type TestChannel } from './sandbox-channel';
import { cardrail, type CliResult, spawnCardrail } from './verbs';

const START_TIMEOUT_MS = 90_000;

/** Every waiting time scaled down, so that a story takes a second and not half an hour. */
const FAST: Readonly<Record<string, string>> = {
  CARDRAIL_ENV: 'test',
  CARDRAIL_PORT: '0',
  CARDRAIL_LOG_LEVEL: 'warn',
  CARDRAIL_PAYMENT_TIMEOUT_MS: '300',
  CARDRAIL_ISSUE_TIMEOUT_MS: '300',
  CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: '600',
  CARDRAIL_ISSUE_TIMEOUT_MAX_MS: '600',
  CARDRAIL_PURCHASE_ASK_MS: '60',
  CARDRAIL_REROUTE_AFTER_MS: '700',
  CARDRAIL_CHANNEL_ASK_MS: '100',
  CARDRAIL_PERFORM_WITHIN_MS: '300',
  CARDRAIL_ANSWER_SLACK_MS: '50',
  CARDRAIL_RETRY_BASE_MS: '40',
  CARDRAIL_RETRY_CAP_MS: '400',
  CARDRAIL_RETRY_JITTER_MS: '40',
  CARDRAIL_CHECK_STAGES_MS: '150,400,900',
  CARDRAIL_AFTER_CARE_STAGES_MS: '300,800,1500',
  CARDRAIL_PENDING_ASK_MS: '80',
  CARDRAIL_ENGINE_STUCK_FIRST_MS: '40',
  CARDRAIL_ENGINE_STUCK_MAX_MS: '400',
  CARDRAIL_ENGINE_SNAPSHOT_EVERY_MS: '500',
  CARDRAIL_ENGINE_OVERDUE_MS: '300',
  CARDRAIL_TAKE_OVER_MS: '1000',
  CARDRAIL_DRAIN_MS: '3000',
};

export interface GraphqlAnswer<T> {
  readonly status: number;
  readonly data: T;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

export interface LiveShopOptions {
  /** SKUs by id: settings over the defaults. */
  readonly skus: Readonly<Record<string, object>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What it runs on; closed with the shop. As CARDRAIL_TEST_STORE says unless told. */
  readonly stores?: ShopStores;
  readonly serveArgs?: readonly string[];
  /** The test starts servers of its own. */
  readonly startsNothing?: true;
  readonly gatewayFlags?: readonly string[];
  /** Further gateways over the same sandbox: flags by id. */
  readonly moreGateways?: Readonly<Record<string, readonly string[]>>;
  /** Further gateways that are reached elsewhere: base URL by id. Whoever answers there must speak as the sandbox does. */
  readonly gatewaysElsewhere?: Readonly<Record<string, string>>;
  /** Issuing channels by id, and what each can do when an outcome is unknown. */
  readonly channels?: Readonly<Record<string, readonly SandboxFlag[]>>;
  /** Settings of them over the defaults, by id. */
  readonly channelSettings?: Readonly<Record<string, object>>;
}

/** What a SKU buys from one of the shop's channels, at most at 46.00. */
export const fromChannel = (channel: string, product = CARD_PRODUCT.product, amountMinor = 4_600): object => ({
  channel,
  product,
  maxUnitCost: { amountMinor, currency: 'CNY' },
});

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly pids: readonly number[];
}

/** A whole shop as its owner runs it: a data folder, a sandbox gateway on a real port, and the server as a process of its own. */
export class LiveShop {
  readonly storefrontKey = canary();
  readonly supportKey = canary();
  readonly adminKey = canary();
  url = '';
  pids: readonly number[] = [];
  /** What the server wrote to stderr, for the message of a failing test. */
  log = '';
  private served: Served | undefined;
  private readonly environment: Readonly<Record<string, string>>;
  /** With which the sandbox signs notices of gateway v1. */
  readonly webhookSecret: string;

  private constructor(
    readonly folder: string,
    readonly sandbox: TestSandbox,
    readonly channels: ReadonlyMap<string, TestChannel>,
    private readonly options: LiveShopOptions,
    readonly stores: ShopStores,
    secrets: { readonly gatewayKey: string; readonly webhookSecret: string },
    /** What it must never write, and where it did. */
    readonly watch: CanaryWatch,
    private readonly traces: TraceCollector,
  ) {
    this.webhookSecret = secrets.webhookSecret;
    this.environment = {
      ...FAST,
      ...stores.environment,
      CARDRAIL_DATA_DIR: join(folder, 'data'),
      CARDRAIL_OTLP_ENDPOINT: traces.url,
      GATEWAY_MAIN_KEY: secrets.gatewayKey,
      GATEWAY_MAIN_WEBHOOK: secrets.webhookSecret,
      STOREFRONT_KEY: this.storefrontKey,
      SUPPORT_KEY: this.supportKey,
      ADMIN_KEY: this.adminKey,
      EPAY_KEY,
      STRIPE_KEY,
      STRIPE_WEBHOOK_SECRET,
      HOSTED_KEY: hostedSandboxAccount.apiKey,
      HOSTED_LINK: hostedSandboxAccount.linkSecret,
      HOSTED_WEBHOOK: hostedSandboxAccount.webhookSecret,
      EPAY_PRIVATE_KEY: merchantPair.privateKey,
      EPAY_PLATFORM_KEY: platformPair.publicKey,
      ...(channels.size === 0 ? {} : { CHANNEL_KEY: secrets.gatewayKey, CHANNEL_WEBHOOK: secrets.webhookSecret }),
      ...options.environment,
    };
  }

  static async start(options: LiveShopOptions): Promise<LiveShop> {
    const folder = await mkdtemp(join(tmpdir(), 'cardrail-shop-'));
    const gatewayKey = canary();
    const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
    const sandbox = await startTestSandbox({
      apiKey: gatewayKey,
      webhookSecret,
      delayScale: 0.05,
      epay: epaySandboxAccount,
      stripe: stripeSandboxAccount,
      hosted: hostedSandboxAccount,
      alipay: alipaySandboxAccount,
    });
    const channels = new Map<string, TestChannel>();
    for (const [id, flags] of Object.entries(options.channels ?? {}))
      channels.set(id, await startTestChannel({ flags, apiKey: gatewayKey, webhookSecret, delayScale: 0.05 }));
    const stores = options.stores ?? (await storesOfTheRun());
    const watch = new CanaryWatch();
    for (const secret of [webhookSecret, EPAY_KEY, STRIPE_KEY, STRIPE_WEBHOOK_SECRET, ...Object.values(hostedSandboxAccount)]) watch.tell(secret);
    const traces = await TraceCollector.start((body) => watch.saw('the traces', body));
    const shop = new LiveShop(folder, sandbox, channels, options, stores, { gatewayKey, webhookSecret }, watch, traces);
    // What `keys init` does, without a process of its own: every story begins with it.
    createKeyring(join(folder, 'data', 'keyring.json'));
    await writeFile(join(folder, 'shop.yaml'), stringify(shop.settings()));
    await shop.must(['apply', join(folder, 'shop.yaml')]);
    if (options.startsNothing !== true) await shop.serve();
    return shop;
  }

  private settings(): object {
    const flags = this.options.gatewayFlags ?? ['replay', 'lookup', 'cancel'];
    const secret = { apiKey: { env: 'GATEWAY_MAIN_KEY' }, webhookSecret: { env: 'GATEWAY_MAIN_WEBHOOK' } };
    const gateway = (id: string, can = flags, baseUrl = this.sandbox.url): object => ({
      id,
      adapter: 'http-v1',
      baseUrl,
      merchantId: 'm1',
      ...secret,
      flags: can,
      notFoundFinalAfterSeconds: 1,
      kinds: ['redirect', 'charge'],
    });
    const epay = (id: string, settings: object): object => ({
      id,
      baseUrl: this.sandbox.url,
      merchantId: EPAY_PID,
      payTypes: ['alipay', 'wxpay'],
      notFoundFinalAfterSeconds: 1,
      ...settings,
    });
    const sku = ([id, over]: [string, object]): object => ({
      id,
      name: { 'zh-CN': `测试 ${id}`, en: `Test ${id}` },
      price: { amountMinor: 4800, currency: 'CNY' },
      delivery: 'auto',
      sources: [{ pool: true }],
      payWithinSeconds: 60,
      deliverWithinSeconds: 60,
      maxPerOrder: 10,
      ...over,
    });
    const channel = ([id, { settings, url }]: [string, TestChannel], index: number): object => ({
      id,
      adapter: 'http-v1',
      baseUrl: url,
      apiKey: { env: 'CHANNEL_KEY' },
      webhookSecret: { env: 'CHANNEL_WEBHOOK' },
      flags: Object.entries(settings.flags).flatMap(([flag, has]) => (has ? [flag] : [])),
      notFoundFinalAfterSeconds: 1,
      // Asked in the order in which the test names them.
      priority: index,
      ...this.options.channelSettings?.[id],
    });
    return {
      gateways: [
        gateway('main'),
        gateway('second'),
        ...Object.entries(this.options.moreGateways ?? {}).map(([id, can]) => gateway(id, can)),
        ...Object.entries(this.options.gatewaysElsewhere ?? {}).map(([id, url]) => gateway(id, flags, url)),
        epay('epay-md5', { adapter: 'epay-md5', key: { env: 'EPAY_KEY' } }),
        epay('epay-page', { adapter: 'epay-md5', key: { env: 'EPAY_KEY' }, checkout: 'page' }),
        {
          id: 'stripe',
          adapter: 'stripe',
          baseUrl: this.sandbox.url,
          merchantId: 'm1',
          secretKey: { env: 'STRIPE_KEY' },
          webhookSecret: { env: 'STRIPE_WEBHOOK_SECRET' },
          productName: 'Digital code',
          returnUrl: 'https://shop.test/thanks',
          notFoundFinalAfterSeconds: 1,
        },
        {
          id: 'alipay',
          adapter: 'alipay',
          baseUrl: this.sandbox.url,
          merchantId: ALIPAY_APP,
          privateKey: { env: 'EPAY_PRIVATE_KEY' },
          platformKey: { env: 'EPAY_PLATFORM_KEY' },
          notFoundFinalAfterSeconds: 1,
        },
        hostedEntry('hosted', this.sandbox.url),
        blindEntry('hosted-blind', this.sandbox.url),
        epay('epay-rsa', { adapter: 'epay-rsa', privateKey: { env: 'EPAY_PRIVATE_KEY' }, platformKey: { env: 'EPAY_PLATFORM_KEY' } }),
      ],
      ...(this.channels.size === 0 ? {} : { channels: [...this.channels].map(channel) }),
      skus: Object.entries(this.options.skus).map(sku),
      apiKeys: [
        { id: 'storefront', clientId: 'shop', role: 'STOREFRONT', key: { env: 'STOREFRONT_KEY' } },
        { id: 'support', clientId: 'desk', role: 'SUPPORT', key: { env: 'SUPPORT_KEY' } },
        { id: 'admin', clientId: 'office', role: 'ADMIN', key: { env: 'ADMIN_KEY' } },
      ],
    };
  }

  /** Starts (or starts again) the server and waits until it says where it listens. */
  async serve(args: readonly string[] = this.options.serveArgs ?? [], over: Readonly<Record<string, string>> = {}): Promise<void> {
    const served = await this.spawnServer(args, over);
    this.served = served;
    this.url = served.url;
    this.pids = served.pids;
  }

  async spawnServer(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<Served> {
    const child = this.spawnProcess(args, over);
    const line = await firstLine(child, () => this.log);
    const { url, pid, workerPids } = JSON.parse(line) as { url: string; pid: number; workerPids: number[] };
    return { child, url, pids: [pid, ...workerPids] };
  }

  private spawnProcess(args: readonly string[], over: Readonly<Record<string, string>>): ChildProcess {
    const child = spawnCardrail(['serve', ...args], { ...process.env, ...this.environment, ...over });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.watch.saw('the log of the server', chunk.toString());
      this.log = (this.log + chunk.toString()).slice(-20_000);
    });
    return child;
  }

  get isServed(): boolean {
    return this.served !== undefined;
  }

  /** Starts a server that dies by itself at a numbered point, on the port of the one before; resolves when it has. */
  async serveUntilKilled(point: string, withinMs: number): Promise<void> {
    const child = this.spawnProcess(this.options.serveArgs ?? [], { CARDRAIL_TEST_DIE_AT: point });
    const late = setTimeout(() => child.kill('SIGTERM'), withinMs);
    await exited(child);
    clearTimeout(late);
    if (child.signalCode !== 'SIGKILL') throw new Error(`the server did not die at ${point} within ${withinMs} ms: ${this.log}`);
  }

  /** The sandbox of one channel. */
  channel(id: string): TestChannel {
    const channel = this.channels.get(id);
    if (channel === undefined) throw new Error(`there is no channel ${id}`);
    return channel;
  }

  /** kill -9, as a power cut would. */
  async kill(): Promise<void> {
    const { served } = this;
    if (served === undefined) return;
    this.served = undefined;
    const gone = exited(served.child);
    for (const pid of served.pids) signalIfThere(pid, 'SIGKILL');
    await gone;
  }

  /** SIGTERM; the exit code. */
  async stop(): Promise<number | null> {
    const { served } = this;
    if (served === undefined) return null;
    this.served = undefined;
    const gone = exited(served.child);
    served.child.kill('SIGTERM');
    return gone;
  }

  async close(): Promise<void> {
    await this.lookAtMetrics();
    await this.stop();
    await this.traces.close();
    await this.sandbox.close();
    for (const channel of this.channels.values()) await channel.close();
    await this.stores.stop();
    await this.watch.sawFolder(this.folder, (path) => FOR_CODES.test(path));
    await rm(this.folder, { recursive: true, force: true });
    this.watch.check();
  }

  private async lookAtMetrics(): Promise<void> {
    const page = this.served === undefined ? undefined : await fetch(`${this.url}/metrics`).catch(() => undefined);
    if (page !== undefined) this.watch.saw('the metrics', await page.text());
  }

  async cli(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<CliResult> {
    const result = await cardrail(args, { ...process.env, ...this.environment, ...over });
    this.watch.saw(`what cardrail ${args.slice(0, 2).join(' ')} says`, `${result.stderr}\n`);
    return result;
  }

  async must(args: readonly string[]): Promise<CliResult> {
    const result = await this.cli(args);
    if (result.code !== 0) throw new Error(`cardrail ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    return result;
  }

  /** Puts so many new cards into the pool of a SKU; returns their codes. */
  async stock(skuId: string, count: number): Promise<readonly string[]> {
    const codes = Array.from({ length: count }, () => `CODE-${canary()}`);
    const file = join(this.folder, `${skuId}-${randomBytes(4).toString('hex')}.txt`);
    await writeFile(file, codes.join('\n'));
    await this.must(['cards', 'import', file, '--sku', skuId, '--yes', '--reason', 'test stock']);
    await rm(file);
    return codes;
  }

  async graphql<T>(query: string, variables: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<GraphqlAnswer<T>> {
    const auth = 'x-order-token' in headers || 'authorization' in headers ? {} : { authorization: `Bearer ${this.storefrontKey}` };
    this.watch.tellFrom(variables);
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...auth, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as GraphqlAnswer<T>;
    this.watch.tellFrom(data);
    if (errors !== undefined) this.watch.sawError(JSON.stringify(errors), JSON.stringify([variables, headers]));
    return { status: response.status, data, ...(errors === undefined ? {} : { errors }) };
  }

  /** The same as support, which sees every order. */
  support<T>(query: string, variables: object = {}): Promise<GraphqlAnswer<T>> {
    return this.graphql<T>(query, variables, { authorization: `Bearer ${this.supportKey}` });
  }
}

/** Lists of codes that a test hands in, and exports that are there to hold them. */
const FOR_CODES = /(?:^|\/)(?:codes|again)[^/]*$|\.txt$/;

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const exited = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => (child.exitCode !== null ? resolve(child.exitCode) : child.once('close', resolve)));

function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the server ${why}: ${log()}`));
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
    if (child.stdout === null) return fail('has no stdout');
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
}
