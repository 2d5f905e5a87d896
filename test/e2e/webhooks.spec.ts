import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { WebhookSink } from '../support/webhook-sink';
import { pause } from './support/busy-shop';

const secret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

interface Outbox {
  readonly endpoints: readonly { readonly id: string; readonly undelivered: number; readonly nextTryAt: string | null }[];
  readonly undelivered: readonly { readonly endpointId: string; readonly subjectId: string; readonly kind: string; readonly why: string }[];
}

/** Two of the shop's own systems over real HTTP: one that hears everything and is ill for a while, one that wants only the ends of orders. */
describe('webhooks to the systems of the shop', () => {
  let folder: string;
  let shop: LiveShop;
  let shopper: Shopper;
  let books: WebhookSink;
  let warehouse: WebhookSink;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardrail-webhooks-'));
    [books, warehouse] = [await WebhookSink.start(), await WebhookSink.start()];
    const file = join(folder, 'webhooks.yaml');
    const endpoints = [
      `- { id: books, url: "${books.url}", secret: [{ env: BOOKS_NEW }, { env: BOOKS_OLD }] }`,
      `- { id: warehouse, url: "${warehouse.url}", secret: { env: WAREHOUSE }, events: [OrderDelivered, ORDER_EXPIRED] }`,
    ];
    await writeFile(file, `webhooks:\n  ${endpoints.join('\n  ')}\n`);
    shop = await LiveShop.start({
      skus: { plenty: {} },
      environment: {
        CARDRAIL_WEBHOOKS: file,
        BOOKS_NEW: secret(),
        BOOKS_OLD: secret(),
        WAREHOUSE: secret(),
        CARDRAIL_OUTBOX_TRIES_MAX: '1',
        CARDRAIL_OUTBOX_RETRY_FIRST_MS: '200',
        CARDRAIL_OUTBOX_RETRY_MAX_MS: '400',
        CARDRAIL_OUTBOX_RETRY_LOOK_MS: '50',
      },
    });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 6);
  }, 120_000);
  afterAll(async () => {
    await shop.close();
    await Promise.all([books.close(), warehouse.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const cli = (...args: readonly string[]): ReturnType<LiveShop['cli']> =>
    shop.cli(['outbox', ...args], { CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey });
  const outbox = async (): Promise<Outbox> => JSON.parse((await cli('show', '--json')).stdout) as Outbox;
  const resend = async (...args: readonly string[]): Promise<void> =>
    expect(await cli('resend', 'books', ...args, '--yes', '--reason', 'the books were ill')).toMatchObject({ code: 0 });
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await pause(50);
  };
  const bought = async (): Promise<string> => {
    const { id } = await shopper.order({ skuId: 'plenty' });
    await until(() => books.kindsOf(id).includes('OrderDelivered'));
    return id;
  };

  it('each hears what it subscribed to, and no code in it', async () => {
    const { id: order, token } = await shopper.order({ skuId: 'plenty' });
    await until(() => warehouse.kindsOf(order).length > 0);
    const history = await shopper.history(order);
    await until(() => books.eventsOf(order).length === history.length);
    expect(books.eventsOf(order)).toEqual(history);
    expect(warehouse.kindsOf(order)).toEqual(['OrderDelivered']);
    const { codes } = await shopper.reveal(order, token);
    expect(codes).toHaveLength(1);
    expect([...codes, token].filter((word) => books.holds(word) || warehouse.holds(word))).toEqual([]);
  });

  it('one order that fails holds back only its own later messages; they go out in order, by themselves, once they are taken', async () => {
    books.answer = () => 503;
    const { id: ill } = await shopper.order({ skuId: 'plenty' });
    await until(async () => (await outbox()).undelivered.some(({ subjectId }) => subjectId === ill));
    books.answer = (text) => (text.includes(ill) ? 503 : 204);
    await bought();
    await shopper.untilStatus(ill, 'COMPLETED');
    expect(books.eventsOf(ill)).toEqual([]);
    books.answer = () => 204;
    const history = await shopper.history(ill);
    await until(() => books.eventsOf(ill).length === history.length);
    expect(books.eventsOf(ill)).toEqual(history);
  });

  it('what is undelivered is shown, survives kill -9, and goes out on the word of an operator', async () => {
    books.answer = () => 500;
    const { id: order } = await shopper.order({ skuId: 'plenty' });
    await until(async () => (await outbox()).undelivered.some(({ subjectId }) => subjectId === order));
    expect((await outbox()).undelivered).toContainEqual(expect.objectContaining({ endpointId: 'books', subjectId: order, why: 'HTTP 500' }));
    await shop.kill();
    await shop.serve();
    books.answer = () => 204;
    await resend();
    await until(async () => (await outbox()).endpoints.every(({ undelivered }) => undelivered === 0));
    await until(async () => books.eventsOf(order).length === (await shopper.history(order)).length);
  });

  it('an order is told from its beginning under the same ids; what cannot be is refused in words', async () => {
    const order = await bought();
    await until(async () => books.eventsOf(order).length === (await shopper.history(order)).length);
    const first = books.idsOf(order);
    await resend('--order', order);
    await until(() => books.idsOf(order).length === 2 * first.length);
    expect(books.idsOf(order).slice(first.length)).toEqual(first);
    const wrong = await cli('resend', 'nobody', '--yes', '--reason', 'x');
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('ENDPOINT_NOT_FOUND')]);
  });
});
