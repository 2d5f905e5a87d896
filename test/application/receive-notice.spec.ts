import { NoticeDesk } from '../../src/application/receive-notice';
import { type EventStore, StoreUnavailable } from '../../src/application/ports/event-store';
import { paymentReference } from '../../src/domain/kernel/ids';
import { HttpV1Gateway } from '../../src/infrastructure/gateways/http-v1';
import { signedHeaders, webhookKey } from '../../src/protocols/webhook-signing';
import { openShop, submitted, type TestShop } from './commands-shop';

const SECRET = `whsec_${Buffer.from('a webhook key of thirty-two byte').toString('base64')}`;
const NOW_MS = 1_800_000_000_000;

const settings = {
  adapter: 'http-v1',
  baseUrl: 'http://127.0.0.1:9',
  merchantId: 'm1',
  apiKey: 'an-api-key-that-is-only-used-in-tests-0123456789',
  webhookSecrets: [SECRET],
  flags: { replay: true, lookup: true, cancel: true },
  notFoundFinalAfterSeconds: 60,
  kinds: ['redirect', 'charge'],
} as const;

let shop: TestShop;
let away = false;
let desk: NoticeDesk;
let outcomes: string[];
let orderId: string;
const gateways = new Map(['main', 'second'].map((id) => [id, new HttpV1Gateway(settings)]));

beforeEach(async () => {
  away = false;
  const guarded = <T>(work: () => Promise<T>): Promise<T> => (away ? Promise.reject(new StoreUnavailable('away')) : work());
  const around = (store: EventStore): EventStore => ({
    read: (...args) => guarded(() => store.read(...args)),
    append: (...args) => guarded(() => store.append(...args)),
    subscribe: (...args) => store.subscribe(...args),
    head: () => store.head(),
  });
  shop = await openShop({ around });
  outcomes = [];
  desk = new NoticeDesk({ find: (id) => gateways.get(id) }, shop.commands, { received: (_gateway, outcome) => outcomes.push(outcome) });
  ({ orderId } = submitted(await shop.submit()));
  await shop.requestPayment(orderId);
});
afterEach(() => shop.close());
afterAll(() => Promise.all([...gateways.values()].map((gateway) => gateway.release())));

const facts = (changes: object = {}): object => ({
  reference: paymentReference(orderId, 1),
  merchantId: 'm1',
  status: 'PAID',
  amountMinor: 4_800,
  capturedMinor: 4_800,
  refundedMinor: 0,
  currency: 'CNY',
  ...changes,
});

function ring(content: object | string, { id = 'notice-1', secret = SECRET, gatewayId = 'main' } = {}) {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const headers = { ...signedHeaders([webhookKey(secret)], id, NOW_MS, body), 'content-type': 'application/json' };
  return desk.receive(gatewayId, { headers, body, receivedAtMs: NOW_MS });
}

const typesOf = async (): Promise<readonly string[]> => (await shop.store.read(`order-${orderId}`)).map(({ type }) => type);

async function quarantined(): Promise<readonly object[]> {
  const stop = new AbortController();
  for await (const { events } of shop.store.subscribe({ after: null, streamPrefixes: ['notice-'], signal: stop.signal }))
    return events.map(({ data }) => data);
  return [];
}

it('a genuine notice is stored on its order as a hint before the gateway hears its success word; nobody is credited', async () => {
  expect(await ring(facts())).toEqual({ status: 200, contentType: 'application/json', body: '{"ok":true}' });
  expect(await typesOf()).toEqual(['OrderSubmitted', 'PaymentRequested', 'PaymentNoticeReceived']);
});

it('ten times the same notice is one effect, at once and one after the other, also after it was dealt with', async () => {
  await Promise.all(Array.from({ length: 5 }, () => ring(facts())));
  const at = shop.commands.clock.now();
  const report = { status: 'OPEN', merchantId: 'm1', amountMinor: 4_800, capturedMinor: 0, currency: 'CNY' } as const;
  await shop.decide(orderId, {
    type: 'RecordPaymentAnswer',
    call: 'query',
    reference: paymentReference(orderId, 1),
    answer: { kind: 'REPORTED', report },
    first: false,
    nextCheckAt: at + 60_000,
    at,
  });
  for (let i = 0; i < 5; i++) expect((await ring(facts())).status).toBe(200);
  expect((await typesOf()).filter((type) => type === 'PaymentNoticeReceived')).toHaveLength(1);
  expect((await ring(facts(), { id: 'notice-2' })).status).toBe(200);
  expect((await typesOf()).filter((type) => type === 'PaymentNoticeReceived')).toHaveLength(2);
});

it.each([
  ['UNKNOWN_ORDER', 'an order that never was', () => facts({ reference: paymentReference('12345678-1234-5234-8234-123456789012', 1) }), {}],
  ['UNKNOWN_ORDER', 'a reference that is not ours', () => facts({ reference: 'SHOP-17' }), {}],
  ['UNKNOWN_ORDER', 'an attempt that was never made', () => facts({ reference: paymentReference(orderId, 2) }), {}],
  ['FOREIGN_MERCHANT', 'another merchant', () => facts({ merchantId: 'm2' }), {}],
  ['OTHER_GATEWAY', 'a payment at another gateway', () => facts(), { gatewayId: 'second' }],
])('%s: a notice of %s is kept beside the orders, once, and the gateway is content', async (cause, _what, content, how) => {
  const before = await typesOf();
  for (let i = 0; i < 3; i++) expect((await ring(content(), how)).status).toBe(200);
  expect(await quarantined()).toMatchObject([{ cause }]);
  expect(await typesOf()).toEqual(before);
});

it('a forged notice is refused and only counted', async () => {
  const head = await shop.store.head();
  const forged = `whsec_${Buffer.from('another key of more than 24 byte').toString('base64')}`;
  expect((await ring(facts(), { secret: forged })).status).toBe(401);
  expect(outcomes).toEqual(['forged']);
  expect(await shop.store.head()).toBe(head);
});

it.each(['{"reference":', '{"reference":"a","reference":"b"}', '[]', JSON.stringify({ status: 'MAYBE' })])(
  'a well-signed notice that cannot be read (%s) is kept and never a success',
  async (body) => {
    expect((await ring(body)).status).toBe(400);
    expect(await quarantined()).toMatchObject([{ cause: 'UNREADABLE' }]);
  },
);

it('while the store is away the gateway is asked to come back, and then it counts', async () => {
  away = true;
  expect((await ring(facts())).status).toBe(503);
  expect((await ring('{')).status).toBe(503);
  away = false;
  expect((await ring(facts())).status).toBe(200);
  expect(await typesOf()).toContain('PaymentNoticeReceived');
});

it('more than 64 KB, or an unknown gateway, is not looked at', async () => {
  expect((await ring('x'.repeat(65_537))).status).toBe(413);
  expect((await ring(facts(), { gatewayId: 'nobody' })).status).toBe(404);
});
