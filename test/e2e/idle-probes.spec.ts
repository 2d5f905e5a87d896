import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

type Side = 'channels' | 'gateways';

/** Over real HTTP: nobody buys, and what falls ill is known all the same. */
describe('a gateway or channel that nobody uses', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { spare: ['replay', 'lookup', 'cancel'] },
      skus: { bought: { sources: [fromChannel('spare')] } },
      environment: {
        CARDRAIL_HEALTH_WINDOW_MS: '2000',
        CARDRAIL_HEALTH_ISOLATE_FOR_MS: '300',
        CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS: '600',
        CARDRAIL_HEALTH_RAMP_STEP_MS: '200',
        CARDRAIL_HEALTH_IDLE_MS: '500',
        CARDRAIL_HEALTH_IDLE_ASK_MS: '200',
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  const healthOf = async (side: Side, id: string): Promise<string> => {
    const { data } = await shop.support<Record<Side, readonly { readonly id: string; readonly health: { readonly word: string } }[]>>(
      `{ ${side} { id health { word } } }`,
    );
    return data[side].find((one) => one.id === id)?.health.word ?? 'NONE';
  };
  async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never ${what}\n${shop.log}`);
  }
  const probes = async (side: string, outcome: string): Promise<number> =>
    Number(
      new RegExp(`^cardrail_idle_probes_total\\{.*side="${side}",outcome="${outcome}".*\\} (\\S+)$`, 'm').exec(
        await (await fetch(`${shop.url}/metrics`)).text(),
      )?.[1] ?? 0,
    );

  test('is asked whether it is there, and stays healthy while it is', async () => {
    await until(async () => (await probes('channel', 'good')) > 2 && (await probes('gateway', 'good')) > 2, 'asked');
    expect([await healthOf('channels', 'spare'), await healthOf('gateways', 'second')]).toEqual(['HEALTHY', 'HEALTHY']);
    expect(await shop.channel('spare').purchases()).toEqual([]);
  });

  test('is isolated when it does not answer, and healthy again once it does, without one order', async () => {
    await shop.channel('spare').faults([{ method: 'GET', path: '/stock', fault: 'error' }]);
    await until(async () => (await healthOf('channels', 'spare')) === 'ISOLATED', 'isolated');
    await shop.channel('spare').faults([]);
    await until(async () => (await healthOf('channels', 'spare')) === 'HEALTHY', 'healthy');
  });

  test('is isolated as a gateway, too', async () => {
    await shop.sandbox.faults([{ method: 'GET', fault: 'error' }]);
    await until(async () => (await healthOf('gateways', 'second')) === 'ISOLATED', 'isolated');
    await shop.sandbox.faults([]);
    await until(async () => (await healthOf('gateways', 'second')) === 'HEALTHY' && (await healthOf('gateways', 'main')) === 'HEALTHY', 'healthy');
  });

  test('sells as before, and leaves a sound store behind', async () => {
    await shopper.untilStatus((await shopper.order({ skuId: 'bought' })).id, 'COMPLETED');
    expect(await verify(shop)).toMatchObject({ code: 0, violations: [] });
  });
});
