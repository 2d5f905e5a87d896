import { Chance } from '../support/chance';
import { fromChannel, LiveShop } from '../support/live-shop';
import { BAD_CHANNEL_DAY, BAD_DAY, BusyBuyers, freePort, pause, reckon, seedOf, verify } from './support/busy-shop';

const KILLS = Number(process.env['CARDRAIL_TEST_KILLS'] ?? 10);
/** Orders from channels take longer to come to rest, so this loop stays short. */
const CHANNEL_KILLS = Math.min(KILLS, 10);
const CARDS = 1_500;

it(
  `a server killed with -9 ${KILLS} times under load loses no order, charges nobody twice and shows no code twice`,
  async () => {
    const seed = seedOf('kill loop');
    const chance = new Chance(seed);
    const shop = await LiveShop.start({
      skus: { plenty: { payWithinSeconds: 8, deliverWithinSeconds: 20 } },
      environment: { CARDRAIL_PORT: String(await freePort()) },
    });
    try {
      const stocked = await shop.stock('plenty', CARDS);
      await shop.sandbox.faults(BAD_DAY, seed);
      const buyers = new BusyBuyers(shop, 'plenty', seed + 1);
      buyers.start(16, 20);
      for (let kills = 0; kills < KILLS; kills++) {
        await pause(chance.between(50, 1_200));
        await shop.kill();
        await shop.serve();
      }
      await pause(300);
      await buyers.stop();
      await shop.sandbox.faults([]);
      const placed = await buyers.askAgain();
      const { delivered, ended } = await reckon(shop, placed, stocked);
      expect(await shop.stop()).toBe(0);
      expect(await verify(shop)).toMatchObject({ code: 0, violations: [], checked: { orders: ended } });
      console.info(`${KILLS} kills: ${ended} orders, ${delivered} delivered, ${buyers.failures} requests without an order`);
      expect(delivered).toBeGreaterThan(0);
    } finally {
      await shop.close();
    }
  },
  300_000 + KILLS * 30_000,
);

it(
  `a server killed with -9 ${CHANNEL_KILLS} times while it buys from channels that hang buys nothing twice`,
  async () => {
    const seed = seedOf('kill loop with channels');
    const chance = new Chance(seed);
    const shop = await LiveShop.start({
      channels: { a: ['replay', 'lookup', 'cancel', 'partialFill'], b: ['replay', 'lookup', 'cancel'] },
      skus: { bought: { sources: [fromChannel('a'), fromChannel('b')], payWithinSeconds: 8, deliverWithinSeconds: 20 } },
      environment: { CARDRAIL_PORT: String(await freePort()) },
    });
    try {
      await shop.sandbox.faults(BAD_DAY, seed);
      for (const channel of shop.channels.values()) await channel.faults(BAD_CHANNEL_DAY, seed);
      const buyers = new BusyBuyers(shop, 'bought', seed + 1);
      buyers.start(12, 30);
      for (let kills = 0; kills < CHANNEL_KILLS; kills++) {
        await pause(chance.between(50, 1_200));
        await shop.kill();
        await shop.serve();
      }
      await pause(300);
      await buyers.stop();
      await shop.sandbox.faults([]);
      for (const channel of shop.channels.values()) await channel.faults([]);
      const { delivered, ended } = await reckon(shop, await buyers.askAgain(), []);
      expect(await shop.stop()).toBe(0);
      expect(await verify(shop)).toMatchObject({ code: 0, violations: [], checked: { orders: ended } });
      console.info(`${CHANNEL_KILLS} kills: ${ended} orders, ${delivered} delivered by channels`);
      expect(delivered).toBeGreaterThan(0);
    } finally {
      await shop.close();
    }
  },
  300_000 + CHANNEL_KILLS * 30_000,
);
