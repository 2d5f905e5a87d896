import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

const CLI = join(__dirname, '../../dist/cli/main.js');

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const key = (): string => randomBytes(32).toString('base64url');

export const SKU = {
  id: 'game',
  name: { 'zh-CN': '游戏卡', en: 'Game card' },
  price: { amountMinor: 4_800, currency: 'CNY' },
};
export const GATEWAY = {
  id: 'main',
  adapter: 'http-v1',
  baseUrl: 'http://127.0.0.1:9',
  merchantId: 'm1',
  apiKey: { env: 'GATEWAY_KEY' },
  webhookSecret: { env: 'GATEWAY_WEBHOOK' },
  flags: ['replay', 'lookup', 'cancel'],
  kinds: ['charge', 'redirect'],
};
export const API_KEY = { id: 'storefront', clientId: 'shop', role: 'STOREFRONT', key: { env: 'STOREFRONT_KEY' } };

/** A person at a terminal, in a folder of their own. Every command is a real process. */
export class Terminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardrail-cli-'));
  readonly data = join(this.folder, 'data');
  readonly environment: Readonly<Record<string, string>> = {
    CARDRAIL_ENV: 'test',
    CARDRAIL_DATA_DIR: this.data,
    CARDRAIL_PORT: '0',
    LANG: 'en_US.UTF-8',
    GATEWAY_KEY: key(),
    GATEWAY_WEBHOOK: `whsec_${randomBytes(32).toString('base64')}`,
    STOREFRONT_KEY: key(),
  };

  start(args: readonly string[], over: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env['PATH'], ...this.environment, ...over },
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  run(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<Result> {
    return resultOf(this.start(args, over));
  }

  /** The JSON that a command prints; fails the test when it does not succeed. */
  async json<T>(args: readonly string[], over: Readonly<Record<string, string>> = {}): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], over);
    if (code !== 0) throw new Error(`cardrail ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  shopFile(shop: object = { gateways: [GATEWAY], skus: [SKU], apiKeys: [API_KEY] }): string {
    return this.file('shop.yaml', stringify(shop));
  }

  /** A keyring and the settings of one small shop. */
  async openShop(): Promise<void> {
    await this.json(['keys', 'init']);
    await this.json(['apply', this.shopFile()]);
  }

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function resultOf(child: ChildProcess): Promise<Result> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export const codes = (count: number): readonly string[] => Array.from({ length: count }, () => `CODE-${randomBytes(10).toString('hex')}`);
