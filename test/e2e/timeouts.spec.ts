import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

const FIRST_MS = 3_000;
const MAX_MS = 5_000;

interface Channels {
  readonly channels: readonly { readonly id: string; readonly timeout: { readonly ms: number; readonly because: string } }[];
}

/** Over real HTTP: time-outs follow what a channel shows. */
describe('the time-out of a channel', () => {
  let shop: LiveShop;
  let shopper: Shopper;

  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { only: ['replay', 'lookup', 'cancel'] },
      skus: { card: { sources: [fromChannel('only')] } },
      environment: {
        CARDRAIL_ISSUE_TIMEOUT_MS: String(FIRST_MS),
        CARDRAIL_ISSUE_TIMEOUT_MIN_MS: '50',
        CARDRAIL_ISSUE_TIMEOUT_MAX_MS: String(MAX_MS),
        CARDRAIL_TIMEOUT_ANSWERS_MIN: '10',
        CARDRAIL_TIMEOUT_PATIENT_PERCENT: '50',
        // How it answers is the matter here, not whether it is healthy.
        CARDRAIL_HEALTH_ATTEMPTS_MIN: '10000',
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  const timeout = async (): Promise<{ readonly ms: number; readonly because: string }> => {
    const { data } = await shop.support<Channels>('{ channels { id timeout { ms because } } }');
    return data.channels[0]?.timeout ?? { ms: 0, because: 'NO_CHANNEL' };
  };
  async function buy(orders: number): Promise<void> {
    const ids = await Promise.all(Array.from({ length: orders }, async () => (await shopper.order({ skuId: 'card' })).id));
    for (const id of ids) await shopper.untilStatus(id, 'COMPLETED');
  }

  test('is the first one before anything is learnt', async () => expect(await timeout()).toEqual({ ms: FIRST_MS, because: 'NOTHING_LEARNT' }));

  let quick = 0;
  test('grows shorter when it answers at once', async () => {
    await buy(30);
    const learnt = await timeout();
    quick = learnt.ms;
    expect(quick).toBeLessThan(FIRST_MS);
    expect(['LEARNT', 'AT_MIN']).toContain(learnt.because);
    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    expect(metrics).toMatch(/^cardrail_channel_timeout_seconds\{[^}]*channel="only"[^}]*\} \d/m);
  });

  test('stays short while it hangs, so that less is held up, and nobody loses a card', async () => {
    await shop.channel('only').faults([{ method: 'POST', path: '/purchases', fault: 'commit-then-hang', percent: 80 }], 3);
    await buy(20);
    expect((await timeout()).ms).toBeLessThan(FIRST_MS);
    await shop.channel('only').faults([]);
  });

  test('grows longer when its answers become slower than the time-out was', async () => {
    // 30 s at the sandbox's pace of tests is 1.5 s.
    await shop.channel('only').faults([{ method: 'POST', path: '/purchases', fault: 'delay', ms: 30_000 }]);
    await buy(40);
    expect((await timeout()).ms).toBeGreaterThan(Math.max(quick, 1_500));
  });

  test('leaves a sound store behind', async () => expect(await verify(shop)).toMatchObject({ code: 0, violations: [] }));
});
