import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../src/application/ports/notifier';
import { newTrialKeys } from '../../src/cli/trial/trial-keys';
import { SandboxControl } from '../../src/cli/trial/sandbox-control';
import { ShopClient } from '../../src/cli/trial/shop-client';
import { ShopApi } from '../../src/cli/shop-api';
import { ledgerAt } from '../../src/cli/verbs/finance-reconcile';
import { Turnstile } from '../../src/infrastructure/captcha/turnstile';
import { buildChannel, type ChannelSettings } from '../../src/infrastructure/channels/registry';
import { buildGateway, type GatewaySettings } from '../../src/infrastructure/gateways/registry';
import { keySourceAt } from '../../src/infrastructure/jwt/key-source';
import { dingtalk, RobotNotifier, wecom } from '../../src/infrastructure/notifiers/robot-notifier';
import { WebhookNotifier } from '../../src/infrastructure/notifiers/webhook-notifier';
import { OtlpSpans } from '../../src/infrastructure/observability/otlp-spans';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { alipaySettings } from '../support/alipay';
import { dujiaoNextSettings, DUJIAO_CARD } from '../support/dujiao-next';
import { epayMd5, epayRsa, orderReference } from '../support/epay';
import { hostedSettings } from '../support/hosted';
import { paymentRequest, TEST_WEBHOOK_SECRET } from '../support/sandbox';
import { purchaseRequest } from '../support/sandbox-channel';
import { stripeSettings } from '../support/stripe';

const SRC = join(__dirname, '../../src');
const runtime = new SystemRuntime();
const options = { timeoutMs: 5_000 };
const forever = new AbortController().signal;
const KEY = 'a-key-that-is-only-used-in-tests-0123456789abcdef';

/** A payment there begins with a link that the buyer opens: nothing is sent for it. */
const BY_LINK: ReadonlySet<string> = new Set(['alipay', 'signed-webhook']);

/** Asks whoever listens at the address, and says in words of its own how that ended. */
type Ask = (url: string) => Promise<unknown>;

interface Path {
  readonly name: string;
  /** Where its transport stands. */
  readonly file: string;
  readonly ask: Ask;
  /** What it makes of a 307. */
  readonly ends: unknown;
}

const unknown = { outcome: 'unknown', cause: 'HTTP_307' };
const orderEvent = {
  messageId: 'event-1:shop',
  kind: 'ORDER_EVENT',
  orderId: 'o',
  orderNumber: 'n',
  locale: 'en',
  payload: {},
} as unknown as Message;
const incident = {
  messageId: 'event-1:room',
  kind: 'INCIDENT_OPENED',
  incidentId: 'i',
  about: { kind: 'CHANNEL_ILL', subject: 'a' },
  locale: 'en',
  title: 't',
  lines: [],
  payload: {},
} as Message;

const gateway =
  (settings: (url: string) => GatewaySettings, merchantId: string): Ask =>
  async (url) => {
    const account = buildGateway(settings(url), Date.now);
    const { flags } = account;
    const answers: unknown[] = [];
    if (!BY_LINK.has(settings(url).adapter))
      answers.push(await account.request(paymentRequest({ kind: 'redirect', reference: orderReference(), merchantId }), options));
    if (flags.lookup) answers.push(await account.query(orderReference(), options));
    if (flags.cancel) answers.push(await account.close(orderReference(), options));
    await account.release();
    // However many ways there are to ask it, they end alike.
    return answers.every((answer) => isDeepStrictEqual(answer, answers[0])) ? answers[0] : answers;
  };

const channel =
  (settings: (url: string) => ChannelSettings, product: string): Ask =>
  async (url) => {
    const account = buildChannel(settings(url), { wallMs: Date.now, dropRoot: undefined });
    const answer = await account.purchase(purchaseRequest({ product }), options);
    const stock = await account.stock(product, options);
    await account.release();
    expect(stock).toMatchObject({ outcome: 'unknown' });
    return answer;
  };

const robot =
  (dialect: typeof wecom): Ask =>
  async (url) => {
    const notifier = new RobotNotifier({ id: 'room', url, timeoutMs: 5_000 }, dialect, runtime);
    return notifier.send(incident, forever).finally(() => notifier.close());
  };

const v1 = {
  id: 'main',
  adapter: 'http-v1',
  merchantId: 'm1',
  apiKey: KEY,
  webhookSecrets: [TEST_WEBHOOK_SECRET],
  flags: { replay: true, lookup: true, cancel: true, partialFill: false },
  notFoundFinalAfterSeconds: 60,
  kinds: ['redirect', 'charge'],
} as const;

const paths: readonly Path[] = [
  { name: 'gateway v1', file: 'infrastructure/gateways/http-v1.ts', ask: gateway((baseUrl) => ({ ...v1, baseUrl }), 'm1'), ends: unknown },
  { name: 'epay, MD5', file: 'infrastructure/gateways/epay/epay-gateway.ts', ask: gateway(epayMd5, '1001'), ends: unknown },
  { name: 'epay, RSA', file: 'infrastructure/gateways/epay/epay-gateway.ts', ask: gateway(epayRsa, '1001'), ends: unknown },
  { name: 'Stripe', file: 'infrastructure/gateways/stripe/sdk.ts', ask: gateway(stripeSettings, 'shop-1'), ends: unknown },
  { name: 'Alipay', file: 'infrastructure/gateways/alipay/open-api.ts', ask: gateway(alipaySettings, alipaySettings('').merchantId), ends: unknown },
  {
    name: 'a signed-webhook gateway',
    file: 'infrastructure/gateways/signed-webhook/signed-webhook-gateway.ts',
    ask: gateway(hostedSettings, 'm1'),
    ends: unknown,
  },
  { name: 'channel v1', file: 'infrastructure/channels/http-v1.ts', ask: channel((baseUrl) => ({ ...v1, baseUrl }), 'STEAM50'), ends: unknown },
  {
    name: 'Dujiao-Next',
    file: 'infrastructure/channels/dujiao-next/supply-api.ts',
    ask: channel(dujiaoNextSettings, DUJIAO_CARD),
    // It asks for the price first, so nothing was bought.
    ends: { outcome: 'notDone', code: 'HTTP_307' },
  },
  {
    name: 'outgoing webhooks',
    file: 'infrastructure/notifiers/webhook-notifier.ts',
    ask: (url) => {
      const settings = { id: 'shop', url, secrets: [TEST_WEBHOOK_SECRET], allowedHosts: [new URL(url).host], timeoutMs: 5_000 };
      const notifier = new WebhookNotifier(settings, runtime);
      return notifier.send(orderEvent, forever).finally(() => notifier.close());
    },
    ends: { outcome: 'retry', why: 'HTTP 307' },
  },
  { name: 'WeCom', file: 'infrastructure/notifiers/robot-notifier.ts', ask: robot(wecom), ends: { outcome: 'retry', why: 'HTTP 307' } },
  { name: 'DingTalk', file: 'infrastructure/notifiers/robot-notifier.ts', ask: robot(dingtalk), ends: { outcome: 'retry', why: 'HTTP 307' } },
  {
    name: 'the keys of a token issuer (JWKS)',
    file: 'infrastructure/jwt/key-source.ts',
    ask: (url) => {
      const source = keySourceAt(`${url}/keys.json`);
      return source.read().finally(() => source.release());
    },
    ends: { why: 'HTTP 307' },
  },
  {
    name: 'the captcha',
    file: 'infrastructure/captcha/turnstile.ts',
    ask: (url) => {
      const turnstile = new Turnstile({ verifyUrl: `${url}/siteverify`, secret: KEY }, () => undefined);
      return turnstile.judge({ token: 't', address: '203.0.113.7', key: 'k' }).finally(() => turnstile.release());
    },
    ends: 'UNKNOWN',
  },
  {
    name: 'traces (OTLP)',
    file: 'infrastructure/observability/otlp-spans.ts',
    ask: async (endpoint) => {
      const problems: unknown[] = [];
      const spans = new OtlpSpans({ endpoint, runtime, resource: {}, onProblem: (problem) => problems.push(problem) });
      spans.begin('one', 'server', undefined).end({}, false);
      await spans.run(1, AbortSignal.timeout(20));
      return problems.map((problem) => String((problem as Error).cause));
    },
    ends: ['Error: the collector answered 307'],
  },
  {
    name: 'verbs that act on a running shop',
    file: 'cli/shop-api.ts',
    ask: async (url) => failed(ShopApi.fromEnvironment('en', { CARDRAIL_URL: url, CARDRAIL_API_KEY: KEY }).ask('{ __typename }', {})),
    ends: 'the shop answered 307 and nothing else',
  },
  { name: 'the ledger of a sandbox', file: 'cli/verbs/finance-reconcile.ts', ask: (url) => failed(ledgerAt(url)), ends: 'TypeError: fetch failed' },
  {
    name: 'the demo, at its sandbox',
    file: 'cli/trial/sandbox-control.ts',
    ask: (url) => {
      const control = new SandboxControl(url);
      return failed(control.setFaults(1, [])).finally(() => control.close());
    },
    ends: 'the sandbox refused its faults: 307',
  },
  {
    name: 'the demo, at its shop',
    file: 'cli/trial/shop-client.ts',
    ask: (url) => {
      const client = new ShopClient(url, newTrialKeys());
      return failed(client.order('o')).finally(() => client.close());
    },
    ends: 'no answer',
  },
];

/** Its words are what is looked at. */
const failed = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it went well',
    // What fetch throws is an Error of another realm in Jest.
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('what goes out', () => {
  const servers: Server[] = [];
  const strangers: IncomingMessage[] = [];
  const listening = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(async () => {
    strangers.length = 0;
    for (const server of servers.splice(0)) await new Promise((closed) => (server.close(closed), server.closeAllConnections()));
  });

  it.each(paths)('$name goes to the host that was configured, not to where that one points', async ({ ask, ends }) => {
    const elsewhere = await listening((request, response) => void (strangers.push(request), response.end('{}')));
    let asked = 0;
    const url = await listening((request, response) => {
      asked++;
      request.resume().on('end', () => response.writeHead(307, { location: `${elsewhere}${request.url ?? '/'}` }).end());
    });
    expect(await ask(url)).toEqual(ends);
    expect(asked).toBeGreaterThan(0);
    expect(strangers).toEqual([]);
  });

  it('every file that opens a way out is in this table', () => {
    const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(SRC, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((file) => !NOT_THE_SHOP.test(file));
    const waysOut = files.filter((file) => WAY_OUT.test(readFileSync(join(SRC, file), 'utf8')));
    expect(waysOut.sort()).toEqual([...new Set([...paths.map(({ file }) => file), ...WITHOUT_REDIRECTS])].sort());
  });
});

/** Programs that only tests, trials and measurements start. */
const NOT_THE_SHOP = /^(sandbox|bench|simulation)\//;
const WAY_OUT = /new HttpCaller\(|\bfetch\(|from 'undici'|from 'nodemailer'|\b(?:http|https)\.(?:request|get)\(/;
/** The transport below most of them, and SMTP, which knows no redirects: a server that does not take a mail says so. */
const WITHOUT_REDIRECTS = ['infrastructure/http/http-call.ts', 'infrastructure/notifiers/smtp-notifier.ts'];
