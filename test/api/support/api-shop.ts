import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpAdapter } from '../../../src/api/http/http-adapter';
import { AppModule } from '../../../src/app.module';
import { aggregates } from '../../../src/application/aggregates';
import { skuSettings } from '../../../src/application/commands/sku-settings';
import { AccountWatch } from '../../../src/application/processes/order/account-watch';
import { readConfig } from '../../../src/config';
import type { ApiKeyRole } from '../../../src/domain/catalog/events';
import { derivedId } from '../../../src/domain/kernel/ids';
import { sha256Hex } from '../../../src/domain/kernel/hash';
import { createKeyring } from '../../../src/infrastructure/keyring/create-keyring';
import { createLogger } from '../../../src/infrastructure/observability/logger';
import { openParts, type Parts } from '../../../src/parts';
import { readinessOf } from '../../../src/probes';
import { projections } from '../../../src/projections';
import { keyUse, linesOf, orderEngine, projector, refusalLog } from '../../../src/runners';
import type { Beside } from '../../../src/use-cases';
import { canary, CanaryWatch } from '../../support/canaries';
import { startTestSandbox, TEST_WEBHOOK_SECRET, type TestSandbox } from '../../support/sandbox';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly string[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 60_000;

/** The API over a whole shop in this process: real stores in a folder of its own, a real sandbox gateway, real HTTP. */
export class ApiShop {
  readonly keys: Record<ApiKeyRole, string> = { STOREFRONT: canary(), SUPPORT: canary(), FINANCE: canary(), OPS: canary(), ADMIN: canary() };
  url = '';
  private readonly stopping = new AbortController();
  private running: Promise<unknown>[] = [];
  private api: NestFastifyApplication | undefined;

  private constructor(
    readonly folder: string,
    readonly parts: Parts,
    readonly sandbox: TestSandbox,
    /** What it must never write, and where it did. */
    readonly watch: CanaryWatch,
    /** Requests that met a defect of ours, as logged. */
    readonly defects: string[],
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ApiShop> {
    const folder = await mkdtemp(join(tmpdir(), 'cardrail-api-'));
    const sandbox = await startTestSandbox();
    const environment = {
      CARDRAIL_ENV: 'test',
      CARDRAIL_DATA_DIR: folder,
      GATEWAY_KEY: sandbox.settings.apiKey,
      GATEWAY_WEBHOOK: TEST_WEBHOOK_SECRET,
      CARDRAIL_CHECK_STAGES_MS: '100,300,900',
      ...settings,
    };
    createKeyring(join(folder, 'keyring.json'), { development: true });
    const defects: string[] = [];
    const watch = new CanaryWatch();
    watch.tell(sandbox.settings.apiKey);
    const write = (line: string): void => {
      watch.saw('the log', line);
      if (line.includes('a request failed')) defects.push(line);
    };
    const parts = await openParts(readConfig(environment), createLogger({ level: 'debug', stream: { write } }));
    const shop = new ApiShop(folder, parts, sandbox, watch, defects);
    await shop.run();
    return shop;
  }

  private async run(): Promise<void> {
    const { parts, stopping } = this;
    this.running.push(parts.settings.start(stopping.signal));
    await parts.settings.ready();
    await parts.readModels.prepare(projections.map(({ name, version, indexes }) => ({ name, version, indexes })));
    const projecting = projector(parts, stopping.signal);
    const watch = new AccountWatch(parts.config.health);
    const engine = orderEngine(parts, watch, () => this.url);
    this.running.push(projecting.done, engine.run(stopping.signal, 1_000));
    const { lines, gate, done } = linesOf(parts, () => 1, stopping.signal);
    this.running.push(done, keyUse(parts, stopping.signal), refusalLog(parts, stopping.signal));
    await this.listen({ lines, gate, projector: { of: () => projecting }, engine, watch, waiter: projecting });
    await this.configure();
  }

  private async listen(beside: Beside): Promise<void> {
    const { parts } = this;
    const pages = { readiness: () => readinessOf(parts, this.stopping.signal.aborted), metrics: () => parts.metrics.text() };
    const module = AppModule.of(parts, beside, pages);
    const adapter = createHttpAdapter(parts.runtime, parts.config.values.CARDRAIL_TRUST_PROXY);
    this.api = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      logger: ['error'],
      bodyParser: false,
      abortOnError: false,
    });
    await this.api.listen(0, '127.0.0.1');
    this.url = (await this.api.getUrl()).replace('[::1]', '127.0.0.1');
  }

  private async configure(): Promise<void> {
    const { baseUrl, merchantId } = this.sandbox.settings;
    for (const [role, text] of Object.entries(this.keys) as [ApiKeyRole, string][]) {
      await this.set('apiKey', role.toLowerCase(), { clientId: `client-${role.toLowerCase()}`, role, keyHash: sha256Hex(text) });
    }
    const gateway = {
      adapter: 'http-v1',
      merchantId,
      apiKey: { env: 'GATEWAY_KEY' },
      webhookSecrets: [{ env: 'GATEWAY_WEBHOOK' }],
      flags: ['replay', 'lookup', 'cancel'],
      notFoundFinalAfterSeconds: 1,
      kinds: ['REDIRECT', 'CHARGE'],
    };
    await this.set('gateway', 'main', { ...gateway, baseUrl });
    await this.sku('game');
    await this.until(() => this.parts.settings.sku('game') !== undefined, 'the settings are read');
  }

  sku(id: string, over: object = {}): Promise<void> {
    const settings = skuSettings.parse({ name: { 'zh-CN': '游戏卡', en: 'Game card' }, price: { amountMinor: 4800, currency: 'CNY' }, ...over });
    return this.set('sku', id, settings);
  }

  async set(kind: 'sku' | 'gateway' | 'channel' | 'apiKey', id: string, settings: object): Promise<void> {
    const commandId = derivedId('test', kind, id, JSON.stringify(settings));
    const context = { commandId, correlationId: id, causationId: 'test', actor: { kind: 'CLI', id: 'test' } } as const;
    await this.parts.commands.handle(aggregates[kind] as typeof aggregates.sku, id, { type: 'Configure', settings: settings as never }, context);
  }

  async stock(skuId: string, count: number): Promise<readonly string[]> {
    const codes = Array.from({ length: count }, () => `CODE-${canary()}`);
    const input = { idempotencyKey: key(), reason: 'test', skuId, cards: codes.map((code) => ({ code })) };
    const { data } = await this.ask<{ importCards: { batch: { accepted: number } } }>(
      'mutation($input: ImportCardsInput!) { importCards(input: $input) { batch { accepted } userErrors { message } } }',
      { input },
      this.as('OPS'),
    );
    if (data.importCards.batch.accepted !== count) throw new Error(JSON.stringify(data));
    // What is for sale is told by one model and handed out by another: a buyer who comes at once needs both.
    const head = (await this.parts.store.head()) ?? '';
    const projected = (): Promise<readonly (string | null)[]> =>
      Promise.all(['cards', 'sku-stock'].map((model) => this.parts.readModels.checkpoint(model)));
    await this.until(async () => (await projected()).every((position) => (position ?? '') >= head), 'the cards are projected');
    return codes;
  }

  /** A part of the running API. */
  part<T>(token: new (...args: never[]) => T): T {
    if (this.api === undefined) throw new Error('it does not listen');
    return this.api.get<T>(token);
  }

  as(role: ApiKeyRole): Record<string, string> {
    return { authorization: `Bearer ${this.keys[role]}` };
  }

  async ask<T = Record<string, never>>(
    query: string,
    variables: object = {},
    headers: Record<string, string> = this.as('STOREFRONT'),
  ): Promise<Answer<T>> {
    return this.post<T>({ query, variables }, headers);
  }

  async post<T>(body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    if (typeof body !== 'string') this.watch.tellFrom(body);
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
    const answer = (await response.json()) as Omit<Answer<T>, 'status' | 'headers'>;
    this.watch.tellFrom(answer.data);
    if (answer.errors !== undefined) this.watch.sawError(JSON.stringify(answer.errors), text + JSON.stringify(headers));
    return { status: response.status, headers: response.headers, ...answer };
  }

  /** A stored order and the token that opens it. */
  async order(over: object = {}): Promise<{ readonly id: string; readonly number: string; readonly token: string }> {
    const input = {
      idempotencyKey: key(),
      skuId: 'game',
      quantity: 1,
      buyer: { ref: key() },
      payment: { gatewayId: 'main', kind: 'CHARGE' },
      ...over,
    };
    const { data, errors } = await this.ask<{
      submitOrder: { order: { id: string; number: string } | null; accessToken: string; userErrors: unknown };
    }>(SUBMIT, { input });
    if (data?.submitOrder.order == null) throw new Error(JSON.stringify(errors ?? data.submitOrder.userErrors));
    return { ...data.submitOrder.order, token: data.submitOrder.accessToken };
  }

  async until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async untilStatus(id: string, status: string): Promise<void> {
    let last = '';
    await this.until(async () => {
      const { data } = await this.ask<{ order: { status: string; phase: string } }>(
        'query($id: ID!) { order(id: $id) { status phase } }',
        { id },
        this.as('SUPPORT'),
      );
      last = JSON.stringify(data);
      return data.order.status === status;
    }, `order ${id} is ${status}`).catch((error: Error) => Promise.reject(new Error(`${error.message}: ${last}`)));
  }

  async close(): Promise<void> {
    this.watch.saw('the metrics', await this.parts.metrics.text());
    await this.api?.close();
    this.stopping.abort();
    await Promise.allSettled(this.running);
    await this.parts.close();
    await this.sandbox.close();
    await this.watch.sawFolder(this.folder);
    await rm(this.folder, { recursive: true, force: true });
    this.watch.check();
  }
}

/** An API key, or any other word that nobody guesses. */
export const key = (): string => randomBytes(32).toString('base64url');
export const SUBMIT =
  'mutation Submit($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id number status nextStep revision amount { amountMinor currency } } accessToken replayed userErrors { __typename code field message retryable retryAfterMs ... on OpenOrderExistsError { order { id } accessToken } } } }';
