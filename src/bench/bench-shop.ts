import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, run, serve, start, stop, type Started } from './processes';

const SANDBOX = 'sandbox/main.js';

export interface BenchShopOptions {
  readonly roles: string;
  /** API processes beside the rest; 0 = everything in one process. */
  readonly workers: number;
  readonly cards: number;
  readonly oversell: boolean;
  readonly withSandbox: boolean;
  /** cluster: the stores that CARDRAIL_EVENTSTORE_URL and CARDRAIL_MONGODB_URL name, which have to be empty. Embedded unless told. */
  readonly store?: BenchStore;
  /** Processes with an engine and nothing else, besides the one that every shop has. */
  readonly moreEngines?: number;
  /** Absent: one gateway, and cards from the pool. */
  readonly storm?: Storm;
}

/** Where the other sides of a shop are. */
export interface OtherSides {
  readonly gateway: string;
  /** Channels by their id. */
  readonly channels: Readonly<Record<string, string>>;
}

/** A shop with channels, for a night that went wrong. */
export interface Storm {
  /** The file that describes it. */
  shopFile(at: OtherSides): string;
  /** CARDRAIL_… by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the sandbox waits is multiplied with this. */
  readonly delayScale: number;
}

export type BenchStore = 'embedded' | 'cluster';

/** Settings of the stores; throws when an address is missing. */
export function storeSettings(store: BenchStore): Readonly<Record<string, string>> {
  if (store === 'embedded') return { CARDRAIL_STORE: 'embedded', CARDRAIL_READ_MODELS: 'embedded' };
  const { CARDRAIL_EVENTSTORE_URL: events, CARDRAIL_MONGODB_URL: models } = process.env;
  if (events === undefined || models === undefined) throw new Error('--store cluster needs CARDRAIL_EVENTSTORE_URL and CARDRAIL_MONGODB_URL');
  return { CARDRAIL_STORE: 'eventstoredb', CARDRAIL_EVENTSTORE_URL: events, CARDRAIL_READ_MODELS: 'mongodb', CARDRAIL_MONGODB_URL: models };
}

/** The two channels of the sandbox that sell cards. */
const channelSecrets = (): Readonly<Record<string, string>> => ({
  CHANNEL_A_KEY: key(),
  CHANNEL_A_WEBHOOK: `whsec_${randomBytes(32).toString('base64')}`,
  CHANNEL_B_KEY: key(),
  CHANNEL_B_WEBHOOK: `whsec_${randomBytes(32).toString('base64')}`,
});

const key = (): string => randomBytes(32).toString('base64url');

/** A shop in a folder of its own, as a bench wants it. */
export class BenchShop {
  private constructor(
    readonly folder: string,
    readonly server: Started,
    readonly sandbox: Started | null,
    readonly storefrontKey: string,
    readonly adminKey: string,
    private readonly engines: readonly StartedEngine[],
    /** For the command line, beside the server. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  get url(): string {
    return String(this.server.says['url']);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The process with the engine first, then the API workers. */
  get pids(): readonly number[] {
    return [Number(this.server.says['pid']), ...(this.server.says['workerPids'] as readonly number[])];
  }

  /** Processes with nothing but an engine. */
  get enginePids(): readonly number[] {
    return this.engines.map(({ started }) => Number(started.says['pid']));
  }

  /** Appends that all processes have had stored so far. */
  async appends(): Promise<number> {
    const pages = await Promise.all([`${this.url}/metrics`, ...this.engines.map(({ metricsUrl }) => metricsUrl)].map(pageAt));
    const counts = pages.flatMap((page) => [...page.matchAll(/^cardrail_append_seconds_count\{[^}]*outcome="committed"[^}]*\} (\d+)$/gm)]);
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  static async open(options: BenchShopOptions): Promise<BenchShop> {
    const stores = storeSettings(options.store ?? 'embedded');
    const folder = await mkdtemp(join(tmpdir(), 'cardrail-bench-'));
    const [storefrontKey, adminKey, gatewayKey] = [key(), key(), key()];
    const secrets = {
      STOREFRONT_KEY: storefrontKey,
      ADMIN_KEY: adminKey,
      GATEWAY_MAIN_KEY: gatewayKey,
      GATEWAY_MAIN_WEBHOOK: `whsec_${randomBytes(32).toString('base64')}`,
    };
    const { storm } = options;
    const channelKeys = storm === undefined ? {} : channelSecrets();
    const sandboxArgs = storm === undefined ? [] : ['--channel-ports', '0,0,0', '--delay-scale', String(storm.delayScale)];
    const sandbox = options.withSandbox ? await start(SANDBOX, ['--port', '0', ...sandboxArgs], { ...secrets, ...channelKeys }) : null;
    const gatewayUrl = sandbox === null ? 'http://127.0.0.1:9' : String(sandbox.says['url']);
    const channels = (sandbox?.says['channels'] ?? {}) as OtherSides['channels'];
    const environment = {
      ...secrets,
      ...channelKeys,
      CARDRAIL_ENV: 'test',
      CARDRAIL_DATA_DIR: join(folder, 'data'),
      CARDRAIL_PORT: '0',
      CARDRAIL_LOG_LEVEL: 'warn',
      CARDRAIL_ROLES: options.roles,
      ...stores,
      ...storm?.settings,
    };
    const engines: StartedEngine[] = [];
    try {
      const server = await opened(
        folder,
        options,
        storm?.shopFile({ gateway: gatewayUrl, channels }) ?? shopFile(gatewayUrl, options.oversell),
        environment,
      );
      for (let n = 1; n <= (options.moreEngines ?? 0); n++) engines.push(await startEngine(environment, n, options.store === 'cluster'));
      return new BenchShop(folder, server, sandbox, storefrontKey, adminKey, engines, environment);
    } catch (error) {
      // Else the sandbox would live on, and this program with it.
      for (const { started } of engines) await stop(started);
      if (sandbox !== null) await stop(sandbox);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const { started } of this.engines) await stop(started);
    await stop(this.server);
    if (this.sandbox !== null) await stop(this.sandbox);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function opened(
  folder: string,
  { cards, workers }: BenchShopOptions,
  shop: string,
  environment: Readonly<Record<string, string>>,
): Promise<Started> {
  const file = join(folder, 'shop.yaml');
  await writeFile(file, shop);
  await run(CLI, ['keys', 'init'], environment);
  await run(CLI, ['apply', file], environment);
  if (cards > 0) await run(CLI, ['cards', 'import', await cardFile(folder, cards), '--sku', 'bench', '--yes', '--reason', 'bench'], environment);
  return serve(workers > 0 ? ['--workers', `${workers}`] : [], environment);
}

interface StartedEngine {
  readonly started: Started;
  readonly metricsUrl: string;
}

const pageAt = async (url: string): Promise<string> => (await fetch(url)).text();

/** In a cluster it has a folder of its own, as it would on a machine of its own. */
async function startEngine(environment: Readonly<Record<string, string>>, n: number, isApart: boolean): Promise<StartedEngine> {
  const port = randomInt(32_001, 42_000);
  const data = environment['CARDRAIL_DATA_DIR'] ?? '';
  const own = isApart ? { CARDRAIL_DATA_DIR: `${data}-${n}`, CARDRAIL_KEYRING_FILE: join(data, 'keyring.json') } : {};
  const more = { CARDRAIL_ROLES: 'engine', CARDRAIL_PROBE_PORT: String(port), ...own };
  return { started: await serve([], { ...environment, ...more }), metricsUrl: `http://127.0.0.1:${port}/metrics` };
}

function shopFile(gatewayUrl: string, oversell: boolean): string {
  return `gateways:
  - { id: main, adapter: http-v1, baseUrl: "${gatewayUrl}", merchantId: m1, apiKey: { env: GATEWAY_MAIN_KEY }, webhookSecret: { env: GATEWAY_MAIN_WEBHOOK }, flags: [replay, lookup, cancel], notFoundFinalAfterSeconds: 60, kinds: [redirect, charge] }
skus:
  - { id: bench, name: { zh-CN: "压测", en: "Bench" }, price: { amountMinor: 4800, currency: CNY }, sources: [{ pool: true }], oversell: ${oversell}, payWithinSeconds: 900, deliverWithinSeconds: 1800, maxPerOrder: 10 }
apiKeys:
  - { id: storefront, clientId: shop, role: STOREFRONT, key: { env: STOREFRONT_KEY } }
  - { id: admin, clientId: office, role: ADMIN, key: { env: ADMIN_KEY } }
`;
}

async function cardFile(folder: string, count: number): Promise<string> {
  const file = join(folder, 'cards.txt');
  const out = createWriteStream(file);
  const seed = randomBytes(8).toString('hex');
  for (let i = 0; i < count; i++) out.write(`BENCH-${seed}-${i}\n`);
  out.end();
  await finished(out);
  return file;
}
