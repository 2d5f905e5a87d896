import { createHash } from 'node:crypto';
import { ChannelNoticeDesk } from '../../src/application/receive-channel-notice';
import { ConfigureChannel, ConfigureChannelHandler } from '../../src/application/commands/configure-channel';
import { type EventStore, StoreUnavailable } from '../../src/application/ports/event-store';
import { derivedId, purchaseRequestId } from '../../src/domain/kernel/ids';
import { HttpV1Channel } from '../../src/infrastructure/channels/http-v1';
import { signedHeaders, webhookKey } from '../../src/protocols/webhook-signing';
import { channelFlags } from '../support/sandbox-channel';
import { callerAs, freshKey, openShop, submitted, type TestShop } from './commands-shop';

const SECRET = `whsec_${Buffer.from('a webhook key of thirty-two byte').toString('base64')}`;
const NOW_MS = 1_800_000_000_000;
const CODE = 'A-CODE-THAT-STAYS-OUT-OF-THE-LOG';

const settings = {
  adapter: 'http-v1',
  baseUrl: 'http://127.0.0.1:9',
  apiKey: 'an-api-key-that-is-only-used-in-tests-0123456789',
  webhookSecrets: [SECRET],
  flags: channelFlags(['replay', 'lookup', 'cancel']),
  notFoundFinalAfterSeconds: 60,
} as const;
const channels = new Map(['upstream-a', 'upstream-b'].map((id) => [id, new HttpV1Channel(settings)]));

let shop: TestShop;
let away = false;
let desk: ChannelNoticeDesk;
let outcomes: string[];
let orderId: string;

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
  desk = new ChannelNoticeDesk({ find: (id) => channels.get(id) }, shop.commands, shop, () => false, {
    received: (_channel, outcome) => outcomes.push(outcome),
  });
  await configureChannel();
  const maxUnitCost = { amountMinor: 4_600, currency: 'CNY' };
  await shop.configureSku({ sources: [{ kind: 'CHANNEL', channelId: 'upstream-a', product: 'STEAM50', maxUnitCost }] });
  ({ orderId } = submitted(await shop.submit()));
  await shop.pay(orderId);
  await requestPurchase();
});
afterEach(() => shop.close());
afterAll(() => Promise.all([...channels.values()].map((channel) => channel.release())));

async function configureChannel(): Promise<void> {
  const { adapter, baseUrl } = settings;
  const account = { adapter, baseUrl, apiKey: { env: 'KEY' }, webhookSecrets: [{ env: 'HOOK' }], flags: ['lookup'] };
  const input = ConfigureChannel.input.parse({ idempotencyKey: freshKey(), reason: 'set up', channelId: 'upstream-a', settings: account });
  expect(await new ConfigureChannelHandler(shop.settings).execute(new ConfigureChannel(callerAs('ADMIN'), input))).toMatchObject({ ok: true });
}

/** What the engine would do. */
function requestPurchase(): Promise<void> {
  const now = shop.commands.clock.now();
  return shop.decide(orderId, { type: 'RequestPurchase', channelId: 'upstream-a', product: 'STEAM50', by: 'test:1', performBy: now, answerBy: now });
}

const facts = (changes: object = {}): object => ({
  requestId: purchaseRequestId(orderId, 1),
  status: 'COMPLETED',
  cards: [{ code: CODE }],
  unitCostMinor: 4_500,
  currency: 'CNY',
  ...changes,
});

const bytesOf = (content: object | string): Buffer => Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));

function ring(content: object | string, { id = 'notice-1', secret = SECRET, channelId = 'upstream-a' } = {}) {
  const body = bytesOf(content);
  const headers = { ...signedHeaders([webhookKey(secret)], id, NOW_MS, body), 'content-type': 'application/json' };
  return desk.receive(channelId, { headers, body, receivedAtMs: NOW_MS });
}

const OTHER_SECRET = `whsec_${Buffer.from('another webhook key of 32 bytes!').toString('base64')}`;
/** What was set aside of exactly these bytes. */
const keptOf = (content: object | string, channelId = 'upstream-a') =>
  shop.store.read(`channelnotice-${derivedId('channel-notice', channelId, createHash('sha256').update(bytesOf(content)).digest('hex'))}`);
const notesOf = async () => (await shop.store.read(`order-${orderId}`)).filter(({ type }) => type === 'PurchaseNoticeReceived');

describe('a notice of a channel', () => {
  it('is stored on its order before the channel hears that it was taken, and its codes are not', async () => {
    expect(await ring(facts())).toEqual({ status: 200, contentType: 'application/json', body: '{"ok":true}' });
    const notes = await notesOf();
    expect(notes).toMatchObject([
      { data: { channelId: 'upstream-a', claimedStatus: 'COMPLETED' }, metadata: { actor: { kind: 'CHANNEL', id: 'upstream-a' } } },
    ]);
    expect(JSON.stringify(await shop.store.read(`order-${orderId}`))).not.toContain(CODE);
    expect(outcomes).toEqual(['recorded']);
  });

  it('that comes ten times counts once', async () => {
    for (let time = 0; time < 10; time++) expect((await ring(facts())).status).toBe(200);
    expect(await notesOf()).toHaveLength(1);
    expect(outcomes).toEqual(['recorded', ...Array.from({ length: 9 }, () => 'already-so')]);
  });

  it.each([
    ['of a request that is none of ours', { requestId: 'somebody-elses-purchase' }, 'UNKNOWN_ORDER', 'upstream-a'],
    ['of a purchase that was never requested', {}, 'UNKNOWN_ORDER', 'upstream-a'],
    ['of another channel than it was requested from', {}, 'OTHER_CHANNEL', 'upstream-b'],
  ])('%s is taken, and set aside as evidence without its codes', async (what, changes, cause, channelId) => {
    const about = what.includes('never requested') ? { requestId: purchaseRequestId(orderId, 7) } : changes;
    expect((await ring(facts(about), { channelId })).status).toBe(200);
    expect((await ring(facts(about), { channelId })).status).toBe(200);
    const kept = await keptOf(facts(about), channelId);
    expect(kept).toMatchObject([{ type: 'ChannelNoticeQuarantined', data: { channelId, cause, claimedStatus: 'COMPLETED', claimedCards: 1 } }]);
    expect(JSON.stringify(kept)).not.toContain(CODE);
    expect(await notesOf()).toEqual([]);
  });

  it('with a wrong signature gets 401 and leaves nothing but a number', async () => {
    expect((await ring(facts(), { secret: OTHER_SECRET })).status).toBe(401);
    expect([await notesOf(), await keptOf(facts()), outcomes]).toEqual([[], [], ['forged']]);
  });

  it('that is well signed and no purchase gets 400 and is kept by its hash', async () => {
    expect((await ring('{"status":"COMPLETED"}')).status).toBe(400);
    expect(await keptOf('{"status":"COMPLETED"}')).toMatchObject([{ data: { cause: 'UNREADABLE' } }]);
  });

  it('of a channel that does not exist gets 404, one that is too long 413', async () => {
    expect((await ring(facts(), { channelId: 'nobody' })).status).toBe(404);
    expect((await ring(facts({ reason: 'x'.repeat(70_000) }))).status).toBe(413);
  });

  it('is never taken while the store is away', async () => {
    away = true;
    expect((await ring(facts())).status).toBe(503);
    away = false;
    expect((await ring(facts())).status).toBe(200);
    expect(outcomes).toEqual(['store-away', 'recorded']);
  });
});
