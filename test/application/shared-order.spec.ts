import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedSteps } from '../../src/application/queries/shared-steps';
import { shareIdOfToken, shareTokenOf } from '../../src/application/share-token';
import { isOrderToken, orderTokenOf } from '../../src/application/order-token';
import { eventCatalog } from '../../src/domain/event-catalog';
import type { StoredEvent } from '../../src/domain/kernel/event';
import { freshKey, openShop, submitted, type TestShop } from './commands-shop';

const GOLDEN = join(__dirname, '../golden');
const CANARY = 'canary-of-a-shared-order';

/** Every text in it becomes the canary, but for what amounts and choices are made of. */
function poisoned(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => poisoned(one, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, poisoned(inner, member)]));
  return typeof value === 'string' && name !== 'currency' && name !== 'method' ? CANARY : value;
}

const goldenOrderEvents = readdirSync(GOLDEN)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(GOLDEN, file), 'utf8')) as StoredEvent)
  .filter(({ stream }) => stream.startsWith('order-'));

describe('the steps of a shared order', () => {
  it('hold nothing that anybody typed or is called, whatever the events say', () => {
    expect(new Set(goldenOrderEvents.map(({ type }) => type))).toEqual(new Set(Object.keys(eventCatalog.order)));
    for (const event of goldenOrderEvents)
      for (const locale of ['en', 'zh-CN'] as const) {
        const [step] = sharedSteps([{ ...event, data: poisoned(event.data) as object }], locale);
        expect(step?.words ?? '').not.toContain(CANARY);
        expect(Object.keys(step ?? { occurredAt: '', words: '' })).toEqual(['occurredAt', 'words']);
      }
  });

  it.each([
    'NoteAdded',
    'OrderFrozen',
    'ReviewOpened',
    'OrderAssigned',
    'OrderTagged',
    'FieldsRevealed',
    'PurchaseRequested',
    'OrderRouted',
    'OrderShared',
  ])('leave %s out: it is the affair of the shop', (type) => {
    const events = goldenOrderEvents.filter((event) => event.type === type);
    expect(events).not.toEqual([]);
    expect(sharedSteps(events, 'en')).toEqual([]);
  });

  it('say when the money came, the goods went, and the buyer looked', () => {
    const told = sharedSteps(goldenOrderEvents, 'en').map(({ words }) => words);
    expect(told).toEqual(expect.arrayContaining(['Delivered', 'The buyer looked at the goods for the first time']));
    expect(told.join('\n')).toMatch(/Payment of [0-9.]+ CNY confirmed/);
  });
});

describe('what a link carries', () => {
  let shop: TestShop;
  beforeAll(async () => void (shop = await openShop()));
  afterAll(() => shop.close());

  it('opens one order by one link, and is no order token, nor the other way round', async () => {
    const order = submitted(await shop.submit()).order.state;
    const other = submitted(await shop.submit({ idempotencyKey: freshKey(), buyer: { ref: 'somebody-else' } })).order.state;
    const shareId = '0198c0de-0000-5000-8000-000000000001';
    const token = shareTokenOf(shop.keyring, order, shareId);
    expect(shareIdOfToken(shop.keyring, order, token)).toBe(shareId);
    expect(shareIdOfToken(shop.keyring, other, token)).toBeNull();
    expect(shareIdOfToken(shop.keyring, order, token.replace(shareId, '0198c0de-0000-5000-8000-000000000002'))).toBeNull();
    for (const wrong of ['', '.', `${shareId}.`, `${token}x`, token.slice(0, -1), 'x'.repeat(200), orderTokenOf(shop.keyring, order)])
      expect(shareIdOfToken(shop.keyring, order, wrong)).toBeNull();
    expect(isOrderToken(shop.keyring, order, token)).toBe(false);
  });

  it('opens nothing of an order that is not there', () => {
    const nothing = { orderId: '00000000-0000-0000-0000-000000000000', submitted: undefined } as never;
    expect(shareIdOfToken(shop.keyring, nothing, shareTokenOf(shop.keyring, nothing, '0198c0de-0000-5000-8000-000000000001'))).toBeNull();
  });
});
