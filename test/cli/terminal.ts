import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cardrail, type CliResult, type Environment, resultOf, spawnCardrail } from '../support/verbs';

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

/** A person at a terminal, in a folder of their own. */
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

  /** A process of its own, that may be stopped. */
  start(args: readonly string[], over: Environment = {}): ChildProcess {
    return spawnCardrail(args, this.environmentWith(over), this.folder);
  }

  /** The same when it has ended. */
  alone(args: readonly string[], over: Environment = {}): Promise<CliResult> {
    return resultOf(this.start(args, over));
  }

  run(args: readonly string[], over: Environment = {}): Promise<CliResult> {
    return cardrail(args, this.environmentWith(over), this.folder);
  }

  private environmentWith(over: Environment): Environment {
    return { PATH: process.env['PATH'], ...this.environment, ...over };
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

export const codes = (count: number): readonly string[] => Array.from({ length: count }, () => `CODE-${randomBytes(10).toString('hex')}`);
