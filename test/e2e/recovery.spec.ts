import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { pause, verify } from './support/busy-shop';

const WAITING = 40;
const WAKES_PER_SECOND = 10;

/** Over real HTTP: the only channel has nothing to sell, buyers have paid, and then it has goods again. */
describe('a channel that is back', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await LiveShop.start({
      channels: { up: ['replay', 'lookup', 'cancel'] },
      skus: { code: { sources: [fromChannel('up')], oversell: true, deliverWithinSeconds: 600 } },
      environment: {
        CARDRAIL_ENGINE_WAKES_PER_SECOND: `${WAKES_PER_SECOND}`,
        // Nothing but the news of the channel wakes anybody here, however slow the machine.
        CARDRAIL_PAYMENT_TIMEOUT_MS: '10000',
        CARDRAIL_ISSUE_TIMEOUT_MS: '10000',
        CARDRAIL_PERFORM_WITHIN_MS: '10000',
        CARDRAIL_RETRY_BASE_MS: '60000',
        CARDRAIL_RETRY_CAP_MS: '60000',
      },
    });
    shopper = new Shopper(shop);
  }, 300_000);
  afterAll(() => shop.close());

  test('serves those who waited the longest first, no faster than the limit, and nobody has to press a button', async () => {
    await shop.cli(['channels', 'pause', 'up', '--reason', 'closed for the night', '--yes']);
    const ids: string[] = [];
    for (let n = 0; n < WAITING; n++) ids.push((await shopper.order({ skuId: 'code' })).id);
    for (const id of ids) await shopper.until(id, ({ phase }) => phase === 'PAID_WAITING_CARD', 'paid and waiting');
    const { data } = await shop.support<{ order: { queue: { position: number } } }>('query ($id: ID!) { order(id: $id) { queue { position } } }', {
      id: ids.at(-1),
    });
    expect(data.order.queue.position).toBeGreaterThanOrEqual(WAITING - 3);

    await shop.cli(['channels', 'resume', 'up', '--reason', 'open again', '--yes']);
    for (const id of ids) await shopper.untilStatus(id, 'COMPLETED');

    const times = [];
    for (const id of ids) {
      const { data: told } = await shop.support<{ order: { history: { nodes: readonly { type: string; occurredAt: string }[] } } }>(
        'query ($id: ID!) { order(id: $id) { history(first: 50) { nodes { type occurredAt } } } }',
        { id },
      );
      const at = (type: string): number => Date.parse(told.order.history.nodes.find((node) => node.type === type)?.occurredAt ?? '');
      times.push({ id, paidAt: at('PaymentConfirmed'), boughtAt: at('PurchaseRequested') });
    }
    times.sort((a, b) => a.paidAt - b.paidAt);
    // Neighbours may overtake each other by a breath; nobody is served before somebody who paid well before.
    const early = times.slice(0, WAITING / 4).map(({ boughtAt }) => boughtAt);
    const late = times.slice(-WAITING / 4).map(({ boughtAt }) => boughtAt);
    expect(Math.max(...early)).toBeLessThan(Math.min(...late));
    // Forty at ten a second: three seconds at the least, with a burst of one.
    const bought = times.map(({ boughtAt }) => boughtAt);
    expect(Math.max(...bought) - Math.min(...bought)).toBeGreaterThan(3_000);
    await pause(200);
    expect((await verify(shop)).violations).toEqual([]);
  });
});
