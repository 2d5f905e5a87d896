import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Config, readConfig } from '../../config';
import { SERVER_FLAGS } from '../../server-flags';
import { Refused } from '../exit';
import { withParts } from '../session';
import { applyShop } from '../shop-file/apply-shop';
import { parseShopFile, type ShopFile } from '../shop-file/shop-file';
import { PROGRAMS } from '../verbs/programs';
import { ChildProgram } from './child-program';
import { type FaultRule, type LedgerPayment, type LedgerPurchase, SandboxControl } from './sandbox-control';
import { ShopClient } from './shop-client';
import type { TrialKeys } from './trial-keys';

export interface TrialOptions {
  /** Data folder of the shop; made when it is not there. */
  readonly folder: string;
  readonly keys: TrialKeys;
  /** Settings of the server, CARDRAIL_… by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly sandbox: { readonly port: number; readonly channelPorts: readonly number[]; readonly delayScale: number; readonly data?: string };
  readonly shopFile: string;
  /** Changes what the file says before it is applied. */
  readonly adapt?: (shop: ShopFile) => ShopFile;
  /** Once the settings are there and before the server is up: the time to fill the pool. */
  readonly stock: (config: Config) => Promise<void>;
}

/** What the gateway and all channels say happened. */
export interface OtherLedgers {
  readonly payments: readonly LedgerPayment[];
  readonly purchases: readonly (LedgerPurchase & { readonly channelId: string })[];
}

/** A whole shop for trying things out: a sandbox with a gateway and three channels and a server as processes of their own, and settings from a file. */
export class TrialShop {
  private constructor(
    readonly config: Config,
    readonly url: string,
    readonly shop: ShopClient,
    readonly gateway: SandboxControl,
    private readonly channels: ReadonlyMap<string, SandboxControl>,
    private readonly children: readonly ChildProgram<unknown>[],
  ) {}

  static async start(options: TrialOptions): Promise<TrialShop> {
    const { folder, keys, settings, sandbox, stock } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const environment = { ...withoutSettings(process.env), ...keys, CARDRAIL_DATA_DIR: folder, ...settings };
    const config = readConfig(environment);
    await makeKeyring(config);
    const { port, channelPorts, delayScale, data } = sandbox;
    const ports = ['--port', String(port), '--channel-ports', channelPorts.join(',')];
    const sandboxArgs = [...ports, '--delay-scale', String(delayScale), ...(data === undefined ? [] : ['--data', data])];
    const about = (name: string) => ({ name, environment, logFile: join(folder, `${name}.log`) });
    const gateway = await ChildProgram.start<SandboxUp>({ ...about('sandbox'), flags: [], file: PROGRAMS.sandbox, args: sandboxArgs });
    try {
      await applySettings(config, options, gateway.up);
      await stock(config);
      const asServer = { ...about('server'), flags: SERVER_FLAGS, file: PROGRAMS.cli, args: ['serve'] };
      const server = await ChildProgram.start<{ readonly url: string }>(asServer);
      const channels = new Map(Object.entries(gateway.up.channels).map(([id, url]) => [id, new SandboxControl(url)]));
      return new TrialShop(config, server.up.url, new ShopClient(server.up.url, keys), new SandboxControl(gateway.up.url), channels, [
        server,
        gateway,
      ]);
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  /** The same rules at the gateway and at every channel. */
  async setFaults(seed: number, rules: readonly FaultRule[]): Promise<void> {
    await Promise.all(this.otherSides().map((side) => side.setFaults(seed, rules)));
  }

  /** What the other sides say happened, whatever they answered. */
  async ledger(): Promise<OtherLedgers> {
    const [{ payments }, ...sold] = await Promise.all([
      this.gateway.ledger(),
      ...[...this.channels].map(async ([channelId, channel]) => (await channel.ledger()).purchases.map((purchase) => ({ ...purchase, channelId }))),
    ]);
    return { payments, purchases: sold.flat() };
  }

  /** Resolves with its name when one of the processes has ended. */
  anyEnded(): Promise<string> {
    return Promise.race(this.children.map(async ({ ended, name }) => ended.then(() => name)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.shop, ...this.otherSides()].map((client) => client.close()));
    for (const child of this.children) await child.stop();
  }

  private otherSides(): readonly SandboxControl[] {
    return [this.gateway, ...this.channels.values()];
  }
}

/** Where the sandbox listens: its gateway, and its channels by id. */
interface SandboxUp {
  readonly url: string;
  readonly channels: Readonly<Record<string, string>>;
}

/** A trial is what it says it is, whatever settings the shell happens to have. */
const withoutSettings = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('CARDRAIL_')));

async function makeKeyring(config: Config): Promise<void> {
  const [{ filesOf }, { createKeyring }] = await Promise.all([import('../../stores'), import('../../workbench')]);
  const { keyring } = filesOf(config);
  if (!existsSync(keyring)) createKeyring(keyring, { development: true });
}

async function applySettings(config: Config, { shopFile, adapt = (shop) => shop }: TrialOptions, up: SandboxUp): Promise<void> {
  const shop = adapt(parseShopFile(readFileSync(shopFile, 'utf8'), basename(shopFile)));
  const atSandbox = {
    ...shop,
    gateways: shop.gateways.map(({ id, settings }) => ({ id, settings: { ...settings, baseUrl: up.url } })),
    channels: shop.channels.map(({ id, settings }) => ({
      id,
      settings: settings.adapter === 'folder' ? settings : { ...settings, baseUrl: up.channels[id] ?? settings.baseUrl },
    })),
  };
  const applied = await withParts(config, (parts) => applyShop(parts, atSandbox, { dryRun: false, reason: 'a shop for trying things out' }));
  const refused = applied.changes.find(({ change }) => change === 'refused');
  if (refused !== undefined) throw new Refused('ENTRY_REFUSED', { kind: refused.kind, id: refused.id, why: refused.why ?? 'refused' });
}
