import { join } from 'node:path';
import { Chance } from '../support/chance';
import { LiveShop } from '../support/live-shop';
import { storePairs } from '../support/shop-stores';
import { Shopper } from '../support/shopper';
import { expectBooksAgree } from './support/books';
import { BusyBuyers } from './support/busy-buyers';
import { BAD_DAY, pause, seedOf, verify } from './support/busy-shop';
import { ShopNode, startAll, troubleFor } from './support/nodes';
import { reckon } from './support/reckoning';
import { waitedInWords } from './support/waits';

/** How long nodes are killed and stopped; the nightly run takes an hour. */
const SECONDS = Number(process.env['CARDRAIL_TEST_CLUSTER_SECONDS'] ?? 8);
const TAKE_OVER_MS = 1_000;
/** Bought when the trouble is over: enough that every engine has some of them to itself. */
const AFTERWARDS = 24;
const NODES = { api: 2, engine: 3, projector: 2, outbox: 1 } as const;

it.each(storePairs())(
  `2 api, 3 engines and 2 projectors, killed and stopped in turn for ${SECONDS} s, act as one: %s`,
  async (pair, open) => {
    const seed = seedOf(`cluster, ${pair}`);
    const chance = new Chance(seed);
    const stores = await open();
    const shop = await LiveShop.start({
      // A gateway that such a day has isolated is tried again after half a minute: whoever wants to pay is still there then.
      skus: { plenty: { payWithinSeconds: 45, deliverWithinSeconds: 45 }, after: { payWithinSeconds: 600, deliverWithinSeconds: 600 } },
      // An engine that a busy machine makes late still sends what it meant to, instead of giving up one try after another.
      environment: {
        CARDRAIL_TAKE_OVER_MS: String(TAKE_OVER_MS),
        CARDRAIL_PERFORM_WITHIN_MS: '5000',
        CARDRAIL_PAYMENT_TIMEOUT_MS: '1500',
        CARDRAIL_PAYMENT_TIMEOUT_MAX_MS: '3000',
      },
      stores,
      startsNothing: true,
    });
    const nodes: ShopNode[] = [];
    try {
      for (const [role, count] of Object.entries(NODES) as [keyof typeof NODES, number][])
        for (let n = 1; n <= count; n++) nodes.push(newNode(shop, role, n, pair === 'cluster'));
      const stock = async (): Promise<readonly string[]> => [
        ...(await shop.stock('plenty', 150 + SECONDS * 25)),
        ...(await shop.stock('after', AFTERWARDS)),
      ];
      const [stocked] = await Promise.all([stock(), startAll(nodes)]);
      shop.url = nodes.find(({ role }) => role === 'api')?.url ?? '';
      await shop.sandbox.faults(BAD_DAY, seed);
      const buyers = new BusyBuyers(shop, ['plenty'], seed + 1);
      buyers.start(8, 100);
      const troubles = await troubleFor(shop, nodes, chance, { seconds: SECONDS, stillMs: TAKE_OVER_MS * 1.2, everyMs: 800 });
      await pause(300);
      await buyers.stop();
      await shop.sandbox.faults([]);

      const afterwards = await Promise.all(Array.from({ length: AFTERWARDS }, () => buyers.buy('after')));
      const { delivered, ended, codes } = await reckon(shop, await buyers.askAgain(), stocked);
      // Before, who got the goods and who the money is a matter of luck, and the books say that it was one of both; now nobody goes without.
      const unserved = afterwards.filter(({ id }) => codes.get(id)?.length !== 1);
      expect(await Promise.all(unserved.map(async ({ id }) => ({ id, history: await new Shopper(shop).history(id) })))).toEqual([]);
      await expectBooksAgree(shop);
      const waited = await waitedInWords(shop);
      for (const node of nodes) expect({ node: node.name, code: await node.stop() }).toEqual({ node: node.name, code: 0 });
      expect(await verify(shop)).toMatchObject({ code: 0, violations: [], checked: { orders: ended } });
      const compared = await shop.cli(['projections', 'verify', '--json']);
      expect({ code: compared.code, stderr: compared.code === 0 ? '' : compared.stderr }).toEqual({ code: 0, stderr: '' });
      console.info(
        `${stores.name}, ${troubles.length} troubles (${troubles.map(({ node, what }) => `${node} ${what}`).join(', ')}): ${ended} orders, ` +
          `${delivered} delivered, ${buyers.failures} requests without an order; ${waited}`,
      );
    } finally {
      for (const node of nodes) await node.kill();
      await shop.close();
    }
  },
  600_000 + SECONDS * 3_000,
);

/** In a cluster each node has a folder of its own; the embedded store is one folder for all of them. */
function newNode(shop: LiveShop, role: keyof typeof NODES, n: number, isApart: boolean): ShopNode {
  const name = `${role}-${n}`;
  const own = {
    CARDRAIL_DATA_DIR: join(shop.folder, name),
    CARDRAIL_KEYRING_FILE: join(shop.folder, 'data', 'keyring.json'),
  };
  return new ShopNode(shop, name, role, isApart ? own : {});
}
