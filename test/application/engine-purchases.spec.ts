import { streams } from '../../src/domain/kernel/ids';
import type { IssuingChannel } from '../../src/application/ports/channel';
import { FROM_CHANNEL, openEngineShop, type EngineShop, type Surroundings } from './engine-shop';
import { Life } from './engine-life';

let shop: EngineShop;
beforeEach(async () => {
  shop = await openEngineShop();
  await shop.sandbox.faults([{ fault: 'no-notice' }]);
  await shop.upstream.faults([{ fault: 'no-notice' }]);
});
afterEach(() => shop.close());

const buys = { sources: [FROM_CHANNEL] } as const;

/** Delivered by the channel alone: so many cards sold, all of them on their own streams, the order's or in the pool. */
async function deliveredByChannel(orderId: string, purchases: number): Promise<void> {
  await shop.until(orderId, 'DELIVERED');
  expect({ orderId, captured: await shop.captured(orderId) }).toEqual({ orderId, captured: [4_800] });
  const sold = (await shop.upstream.purchases()).filter(({ requestId }) => requestId.startsWith(orderId));
  expect(sold.filter(({ codeHashes }) => codeHashes.length > 0)).toHaveLength(purchases);
}

const soundStore = async (): Promise<void> => expect((await shop.verify()).violations).toEqual([]);

it('buys what the pool does not have, once, and the card is born claimed', async () => {
  shop.startEngine();
  const orderId = await shop.submit('sku', 'CHARGE', { sources: [{ kind: 'POOL' }, FROM_CHANNEL] });
  await deliveredByChannel(orderId, 1);
  const types = await shop.types(orderId);
  expect(types.slice(types.indexOf('PurchaseRequested'))).toEqual(['PurchaseRequested', 'PurchaseCompleted', 'CardsSecured', 'OrderDelivered']);
  const cards = (await shop.cardIdsOf(orderId)).map((cardId) => streams.card(cardId));
  for (const card of cards) expect((await shop.store.read(card)).map(({ type }) => type)).toEqual(['CardStocked', 'CardClaimed']);
  await soundStore();
});

it('takes from the pool first where the terms name it first', async () => {
  await shop.stock('sku', 1);
  shop.startEngine();
  const orderId = await shop.submit('sku', 'CHARGE', { sources: [{ kind: 'POOL' }, FROM_CHANNEL] });
  await deliveredByChannel(orderId, 0);
});

describe('F1: an engine that dies with a purchase under way', () => {
  it.each(['before', 'after'] as const)(
    '%s any one of its awaits: the next engine delivers, and the channel sold once',
    async (side) => {
      let deaths = 0;
      for (let dieAt = 1; ; dieAt++) {
        const orderId = await shop.submit('sku', 'CHARGE', buys);
        const life = new Life(dieAt, side);
        const first = shop.startEngine({ around: life.around });
        const delivered = await Promise.race([life.death.then(() => false), shop.until(orderId, 'DELIVERED').then(() => true)]);
        if (!delivered) {
          deaths++;
          const next = shop.startEngine();
          await deliveredByChannel(orderId, 1);
          await next.stop();
        }
        life.end();
        first.bury();
        if (delivered) break;
      }
      console.info(`died ${side} ${deaths} different awaits`);
      expect(deaths).toBeGreaterThan(8);
      await soundStore();
    },
    300_000,
  );
});

it('two engines buy every card once while the channel hangs and sells behind their backs', async () => {
  await shop.upstream.faults(
    [{ fault: 'no-notice' }, { method: 'POST', path: '/purchases', percent: 40, fault: 'commit-then-hang' }, { percent: 20, fault: 'hang' }],
    7,
  );
  shop.startEngine();
  shop.startEngine();
  const orderIds = await Promise.all(Array.from({ length: 20 }, () => shop.submit('sku', 'CHARGE', buys)));
  for (const orderId of orderIds) await deliveredByChannel(orderId, 1);
  await soundStore();
}, 300_000);

/** Stops its engine between the intent and the sending, as SIGSTOP does, until the test continues it. */
class StoppedBeforeSending {
  readonly reached: Promise<void>;
  private arrive: () => void = () => undefined;
  private go: () => void = () => undefined;
  private readonly gone = new Promise<void>((resolve) => (this.go = resolve));

  constructor() {
    this.reached = new Promise((resolve) => (this.arrive = resolve));
  }

  continue(): void {
    this.go();
  }

  around = (surroundings: Surroundings): Surroundings => {
    const { channel } = surroundings;
    const purchase: IssuingChannel['purchase'] = async (request, options) => {
      this.arrive();
      await this.gone;
      return channel.purchase(request, options);
    };
    const stopped = new Proxy(channel, {
      get: (target, name): unknown => {
        const value: unknown = name === 'purchase' ? purchase : Reflect.get(target, name);
        return typeof value === 'function' && name !== 'purchase' ? value.bind(target) : value;
      },
    });
    return { ...surroundings, channel: stopped };
  };
}

describe('an engine that is stopped between its intent and the sending (F17)', () => {
  it.each([
    ['repeats', ['replay', 'lookup']],
    ['cancels', ['lookup', 'cancel']],
    ['only looks up', ['lookup']],
  ] as const)('sends nothing when it wakes: a channel that %s sells one card', async (_what, channelFlags) => {
    await shop.close();
    shop = await openEngineShop({ channelFlags });
    await shop.sandbox.faults([{ fault: 'no-notice' }]);
    const stop = new StoppedBeforeSending();
    shop.startEngine({ around: stop.around });
    const orderId = await shop.submit('sku', 'CHARGE', buys);
    await stop.reached;
    const other = shop.startEngine();
    await shop.until(orderId, 'DELIVERED');
    stop.continue();
    await deliveredByChannel(orderId, 1);
    await other.stop();
    expect((await shop.upstream.purchases()).filter(({ codeHashes }) => codeHashes.length > 0)).toHaveLength(1);
    await soundStore();
  });
});
