import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const ORDERS_AT_ONCE = 40;

/** Health on the time scale of the other stories. */
const QUICK_HEALTH = {
  CARDRAIL_HEALTH_WINDOW_MS: '1500',
  CARDRAIL_HEALTH_ATTEMPTS_MIN: '8',
  // The gateway is not what this is about, however busy the machine.
  CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
  CARDRAIL_HEALTH_ISOLATE_FOR_MS: '600',
  CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS: '1200',
  CARDRAIL_HEALTH_RAMP_STEP_MS: '300',
  CARDRAIL_HEALTH_QUIET_MS: '2000',
};

interface Channels {
  readonly channels: readonly { readonly id: string; readonly health: { readonly word: string; readonly cause: string | null } }[];
}

/** Over real HTTP: the preferred channel hangs on most calls, a healthy one stands behind it. */
describe('a channel that hangs', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { sick: ['replay', 'lookup', 'cancel'], backup: ['replay', 'lookup', 'cancel'] },
      skus: {
        either: { sources: [fromChannel('sick'), fromChannel('backup')], onDoubt: 'REROUTE', maxPerOrder: 10 },
        alone: { sources: [fromChannel('sick')] },
      },
      environment: QUICK_HEALTH,
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  const healthOf = async (id: string): Promise<string> => {
    const { data } = await shop.support<Channels>('{ channels { id health { word cause } } }');
    return data.channels.find((channel) => channel.id === id)?.health.word ?? 'NONE';
  };
  async function untilHealth(id: string, ...wanted: readonly string[]): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (wanted.includes(await healthOf(id))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${id} never became ${wanted.join(' or ')}; it is ${await healthOf(id)}\n${shop.log}`);
  }
  const soldBy = async (channel: string): Promise<readonly string[]> =>
    (await shop.channel(channel).purchases()).filter(({ codeHashes }) => codeHashes.length > 0).map(({ requestId }) => requestId.split('.')[0] ?? '');
  const order = async (skuId: string): Promise<string> => (await shopper.order({ skuId })).id;

  test('is isolated, new orders go to the other one, and everybody gets what was paid for', async () => {
    await shop.channel('sick').faults([{ method: 'POST', path: '/purchases', fault: 'hang', percent: 80 }], 5);
    const first = await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, () => order('either')));
    await untilHealth('sick', 'ISOLATED', 'PROBING');
    const later = await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, () => order('either')));
    for (const id of [...first, ...later]) await shopper.untilStatus(id, 'COMPLETED');
    const diverted = new Set(await soldBy('backup'));
    // A few may have been chosen to probe the sick one.
    expect(later.filter((id) => diverted.has(id)).length).toBeGreaterThanOrEqual(ORDERS_AT_ONCE / 2);
  });

  test('that is the only one is waited for, and taken up by itself when it answers again', async () => {
    await shop.channel('sick').faults([{ method: 'POST', path: '/purchases', fault: 'hang' }], 6);
    await untilHealth('sick', 'ISOLATED', 'PROBING', 'HEALTHY');
    const waiting = await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, () => order('alone')));
    await untilHealth('sick', 'ISOLATED');
    await shop.channel('sick').faults([]);
    for (const id of waiting) await shopper.untilStatus(id, 'COMPLETED');
    await untilHealth('sick', 'HEALTHY');
    for (const id of waiting) expect(await soldBy('sick')).toContain(id);
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
