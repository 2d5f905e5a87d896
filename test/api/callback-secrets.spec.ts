import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OrderMessage } from '../../src/application/ports/notifier';
import { WebhookNotifier } from '../../src/infrastructure/notifiers/webhook-notifier';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { checkWebhook, signedHeaders, WEBHOOK_TOLERANCE_MS, webhookKey } from '../../src/protocols/webhook-signing';
import { ApiShop, key } from './support/api-shop';

const secret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [secret(), secret()];
const SECRETS = { old: { env: 'HOOK_OLD' }, new: { env: 'HOOK_NEW' } };

describe('the secret of callbacks is changed while gateways and channels ring', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start({ HOOK_OLD: OLD, HOOK_NEW: NEW });
  });
  afterAll(() => shop.close());
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));

  const account = { adapter: 'http-v1', apiKey: { env: 'GATEWAY_KEY' }, flags: ['lookup'], notFoundFinalAfterSeconds: 60 };
  /** What an operator applies; it counts as soon as this process has read it. */
  async function apply(kind: 'gateway' | 'channel', secrets: readonly { readonly env: string }[]): Promise<void> {
    const { baseUrl, merchantId } = shop.sandbox.settings;
    const own = kind === 'gateway' ? { merchantId, kinds: ['REDIRECT', 'CHARGE'] } : { maxInFlight: 4, priority: 1, weight: 1, ratePerSecond: 10 };
    await shop.set(kind, 'rung', { ...account, ...own, baseUrl, webhookSecrets: secrets });
    const read = (): string => JSON.stringify(kind === 'gateway' ? shop.parts.settings.gateway('rung') : shop.parts.settings.channel('rung'));
    await shop.until(() => read().includes(JSON.stringify(secrets)), 'the settings are read');
  }

  async function ring(kind: 'gateway' | 'channel', signer: string, agoMs = 0): Promise<number> {
    const body = JSON.stringify({ reference: key(), requestId: key(), status: 'PAID' });
    const headers = { 'content-type': 'application/json', ...signedHeaders([webhookKey(signer)], key(), Date.now() - agoMs, body) };
    const answer = await fetch(`${shop.url}/callbacks/${kind}s/rung`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  const FORGED = 401;

  describe.each(['gateway', 'channel'] as const)('at a %s', (kind) => {
    it('only the old one is believed before, both while both are there, and only the new one when the old one is taken away', async () => {
      await apply(kind, [SECRETS.old]);
      expect(await ring(kind, OLD)).not.toBe(FORGED);
      expect(await ring(kind, NEW)).toBe(FORGED);
      await apply(kind, [SECRETS.new, SECRETS.old]);
      expect(await ring(kind, OLD)).not.toBe(FORGED);
      expect(await ring(kind, NEW)).not.toBe(FORGED);
      await apply(kind, [SECRETS.new]);
      expect(await ring(kind, OLD)).toBe(FORGED);
      expect(await ring(kind, NEW)).not.toBe(FORGED);
    });

    it('what was signed longer ago than the window is refused, under either', async () => {
      await apply(kind, [SECRETS.old, SECRETS.new]);
      for (const one of [OLD, NEW]) {
        expect(await ring(kind, one, WEBHOOK_TOLERANCE_MS - 30_000)).not.toBe(FORGED);
        expect(await ring(kind, one, WEBHOOK_TOLERANCE_MS + 30_000)).toBe(FORGED);
        expect(await ring(kind, one, -WEBHOOK_TOLERANCE_MS - 30_000)).toBe(FORGED);
      }
    });
  });
});

it('what the shop sends while its secret is changed is signed with both: a receiver may change at any moment', async () => {
  const heard: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  const settings = { id: 'books', url, allowedHosts: [new URL(url).host], timeoutMs: 5_000 };
  const message: OrderMessage = {
    messageId: 'm-1',
    locale: 'en',
    payload: {},
    kind: 'ORDER_DELIVERED',
    orderId: 'o-1',
    orderNumber: 'N1',
    orderUrl: url,
  };
  try {
    const sends = new WebhookNotifier({ ...settings, secrets: [NEW, OLD] }, new SystemRuntime());
    expect(await sends.send(message, new AbortController().signal)).toEqual({ outcome: 'sent' });
    await sends.close();
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = heard;
    const believes = (one: string): boolean => checkWebhook([webhookKey(one)], headers, body, Date.now()).genuine;
    expect([OLD, NEW, secret()].map(believes)).toEqual([true, true, false]);
  } finally {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  }
});
