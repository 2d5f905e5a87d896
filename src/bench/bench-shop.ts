import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, run, serve, start, stop, type Started } from './processes';

const SANDBOX = 'sandbox/main.js';

/** What a shop runs as. */
export interface ProcessCounts {
  /** API processes beside the rest; 0 = everything in one process. */
  readonly workers: number;
  /** Processes with an engine and nothing else, besides the one that every shop has; none unless told. */
  readonly moreEngines?: number;
}

export interface BenchShopOptions extends ProcessCounts {
  readonly roles: string;
  readonly cards: number;
  readonly oversell: boolean;
  readonly withSandbox: boolean;
  /** cluster: the stores that CARDRAIL_EVENTSTORE_URL and CARDRAIL_MONGODB_URL name, which have to be empty. Embedded unless told. */
  readonly store?: BenchStore;
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

/** Whether the addresses of a cluster were given. */
export const hasCluster = (): boolean => process.env['CARDRAIL_EVENTSTORE_URL'] !== undefined && process.env['CARDRAIL_MONGODB_URL'] !== undefined;

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
    private processes: Processes,
    readonly sandbox: Started | null,
    readonly storefrontKey: string,
    readonly adminKey: string,
    private readonly store: BenchStore,
    /** For the command line, beside the server. */
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  get server(): Started {
    return this.processes.server;
  }

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
    return this.processes.engines.map(({ started }) => Number(started.says['pid']));
  }

  /** Appends that all processes have had stored since they were started. */
  async appends(): Promise<number> {
    const pages = await Promise.all([`${this.url}/metrics`, ...this.processes.engines.map(({ metricsUrl }) => metricsUrl)].map(pageAt));
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
    const { store = 'embedded', cards } = options;
    try {
      await prepare(folder, cards, storm?.shopFile({ gateway: gatewayUrl, channels }) ?? shopFile(gatewayUrl, options.oversell), environment);
      const processes = await started(environment, options, store);
      return new BenchShop(folder, processes, sandbox, storefrontKey, adminKey, store, environment);
    } catch (error) {
      // Else the sandbox would live on, and this program with it.
      if (sandbox !== null) await stop(sandbox);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The same shop, run by other processes from now on. */
  async restart(counts: ProcessCounts): Promise<void> {
    await ended(this.processes);
    this.processes = await started(this.environment, counts, this.store);
  }

  async close(): Promise<void> {
    await ended(this.processes);
    if (this.sandbox !== null) await stop(this.sandbox);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function prepare(folder: string, cards: number, shop: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const file = join(folder, 'shop.yaml');
  await writeFile(file, shop);
  await run(CLI, ['keys', 'init'], environment);
  await run(CLI, ['apply', file], environment);
  if (cards > 0) await run(CLI, ['cards', 'import', await cardFile(folder, cards), '--sku', 'bench', '--yes', '--reason', 'bench'], environment);
}

interface Processes {
  readonly server: Started;
  readonly engines: readonly StartedEngine[];
}

/** All of them, or none when one cannot be started. */
async function started(environment: Readonly<Record<string, string>>, counts: ProcessCounts, store: BenchStore): Promise<Processes> {
  const { workers, moreEngines = 0 } = counts;
  const server = await serve(workers > 0 ? ['--workers', `${workers}`] : [], environment);
  const numbers = Array.from({ length: moreEngines }, (_, i) => i + 1);
  const starts = await Promise.allSettled(numbers.map((n) => startEngine(environment, n, store === 'cluster')));
  const processes = { server, engines: starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])) };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed === undefined) return processes;
  await ended(processes);
  throw failed.reason;
}

const ended = async ({ server, engines }: Processes): Promise<unknown> =>
  Promise.all([stop(server), ...engines.map((engine) => stop(engine.started))]);

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
