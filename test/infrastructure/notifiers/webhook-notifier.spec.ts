import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { Message } from '../../../src/application/ports/notifier';
import { WebhookNotifier, type WebhookSettings } from '../../../src/infrastructure/notifiers/webhook-notifier';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { checkWebhook, webhookKey } from '../../../src/protocols/webhook-signing';

const SECRET = `whsec_${Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7)).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.from(Array.from({ length: 32 }, (_, at) => at * 5)).toString('base64')}`;

const message: Message = {
  messageId: 'event-1:shop',
  kind: 'ORDER_EVENT',
  orderId: 'f50116c0-02b7-511f-86c9-e413941cbdab',
  orderNumber: 'YM0HDG02PX8HZX',
  locale: 'en',
  orderUrl: 'https://shop.example/buy/YM0HDG02PX8HZX',
  payload: { event: 'OrderDelivered', revision: 7 },
};

describe('the webhook notifier', () => {
  const started: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of started.splice(0)) await close();
  });

  const runtime = new SystemRuntime();
  const forever = new AbortController().signal;
  const notifierFor = (host: string, settings: Partial<WebhookSettings> = {}) => {
    const notifier = new WebhookNotifier(
      { id: 'shop', url: `http://${host}/hooks`, secrets: [SECRET], allowedHosts: [host], timeoutMs: 5_000, ...settings },
      runtime,
    );
    started.push(() => notifier.close());
    return notifier;
  };
  const listen = (server: Server) =>
    new Promise<string>((resolve) => {
      started.push(() => {
        server.closeAllConnections();
        server.close();
      });
      server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
  /** A real HTTP receiver on this machine that keeps what came. */
  const receiver = async (answer: RequestListener) => {
    const received: { request: IncomingMessage; body: Buffer }[] = [];
    const host = await listen(
      createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          received.push({ request, body: Buffer.concat(chunks) });
          answer(request, response);
        });
      }),
    );
    return { received, host };
  };
  const answering = (status: number, headers: Record<string, string> = {}) =>
    receiver((_request, response) => response.writeHead(status, headers).end('{}'));

  it('posts what a Standard Webhooks receiver accepts, signed over the very bytes', async () => {
    const { received, host } = await answering(204);
    expect(await notifierFor(host).send(message, forever)).toEqual({ outcome: 'sent' });
    const [first] = received;
    expect(first?.request.method).toBe('POST');
    expect(checkWebhook([webhookKey(SECRET)], first?.request.headers ?? {}, first?.body ?? Buffer.alloc(0), runtime.wallMs())).toEqual({
      genuine: true,
      id: message.messageId,
    });
    expect(JSON.parse(String(first?.body))).toEqual({
      type: 'ORDER_EVENT',
      orderId: message.orderId,
      orderNumber: message.orderNumber,
      data: message.payload,
    });
  });

  it('while a secret is being changed, receivers with the old and with the new one accept it', async () => {
    const { received, host } = await answering(200);
    await notifierFor(host, { secrets: [NEXT_SECRET, SECRET] }).send(message, forever);
    for (const secret of [SECRET, NEXT_SECRET])
      expect(
        checkWebhook([webhookKey(secret)], received[0]?.request.headers ?? {}, received[0]?.body ?? Buffer.alloc(0), runtime.wallMs()).genuine,
      ).toBe(true);
  });

  it('a repeat keeps its id, so that a receiver can drop it', async () => {
    const { received, host } = await answering(200);
    const notifier = notifierFor(host);
    await notifier.send(message, forever);
    await notifier.send(message, forever);
    expect(received.map(({ request }) => request.headers['webhook-id'])).toEqual([message.messageId, message.messageId]);
  });

  it.each([
    [200, 'sent'],
    [299, 'sent'],
    [400, 'refused'],
    [410, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [401, 'retry'],
    [404, 'retry'],
    [408, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('HTTP %i means: %s', async (status, outcome) => {
    const { host } = await answering(status);
    expect(await notifierFor(host).send(message, forever)).toMatchObject({ outcome });
  });

  it('a redirect is not followed', async () => {
    const elsewhere = await answering(200);
    const { host } = await answering(307, { location: `http://${elsewhere.host}/` });
    expect(await notifierFor(host).send(message, forever)).toEqual({ outcome: 'retry', why: 'HTTP 307' });
    expect(elsewhere.received).toEqual([]);
  });

  it('a status counts even when its text breaks off or never ends', async () => {
    const { host } = await receiver((_request, response) => {
      response.writeHead(200, { 'content-length': '999999' });
      response.write('{', () => response.destroy());
    });
    expect(await notifierFor(host).send(message, forever)).toEqual({ outcome: 'sent' });
  });

  it('a receiver that hangs, resets or is away is tried again', async () => {
    const hanging = await receiver(() => undefined);
    expect(await notifierFor(hanging.host, { timeoutMs: 50 }).send(message, forever)).toEqual({ outcome: 'retry', why: 'TIMEOUT' });
    expect(await notifierFor(hanging.host).send(message, AbortSignal.abort())).toMatchObject({ outcome: 'retry' });
    const resetting = await receiver((request) => request.socket.destroy());
    expect(await notifierFor(resetting.host).send(message, forever)).toMatchObject({ outcome: 'retry' });
    expect(await notifierFor('127.0.0.1:1').send(message, forever)).toEqual({ outcome: 'retry', why: 'ECONNREFUSED' });
  });

  it.each([
    ['a host that nobody allowed', { url: 'https://169.254.169.254/latest', allowedHosts: ['shop.example'] }],
    ['another port of an allowed host', { url: 'https://shop.example:8443/', allowedHosts: ['shop.example'] }],
    ['plain http to another machine', { url: 'http://shop.example/', allowedHosts: ['shop.example'] }],
    ['a password in the URL', { url: `https://user:${SECRET}@shop.example/`, allowedHosts: ['shop.example'] }],
    ['another scheme', { url: 'file:///etc/passwd', allowedHosts: [''] }],
    ['no URL', { url: 'shop', allowedHosts: ['shop'] }],
    ['no secret', { secrets: [] }],
    ['a short secret', { secrets: ['whsec_c2hvcnQ='] }],
  ])('%s is refused at start, without quoting it', (_, settings) => {
    const build = () =>
      new WebhookNotifier(
        { id: 'shop', url: 'https://shop.example/', secrets: [SECRET], allowedHosts: ['shop.example'], timeoutMs: 1_000, ...settings },
        runtime,
      );
    expect(build).toThrow();
    expect(build).not.toThrow(SECRET);
  });

  it('is told of everything about orders, or of the kinds and events that were asked for', () => {
    const wanted = (events?: readonly string[]) => {
      const notifier = notifierFor('127.0.0.1:1', events === undefined ? {} : { events });
      return [message, { ...message, kind: 'ORDER_DELIVERED' } as const, { ...message, payload: { event: 'NoteAdded' } }].map((one) =>
        notifier.wants(one),
      );
    };
    expect(wanted()).toEqual([true, true, true]);
    expect(wanted(['ORDER_DELIVERED'])).toEqual([false, true, false]);
    expect(wanted(['OrderDelivered'])).toEqual([true, false, false]);
    expect(wanted(['ORDER_EVENT'])).toEqual([true, false, true]);
  });

  it('shows its secret nowhere', () => {
    expect(inspect(notifierFor('127.0.0.1:1'), { depth: 9, showHidden: true })).not.toContain(SECRET);
  });
});
