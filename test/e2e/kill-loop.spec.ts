import { randomBytes } from 'node:crypto';
import { Chance } from '../support/chance';
import { fromChannel, LiveShop } from '../support/live-shop';
import { WebhookSink } from '../support/webhook-sink';
import { expectBooksAgree } from './support/books';
import { BusyBuyers } from './support/busy-buyers';
import { BAD_CHANNEL_DAY, BAD_DAY, freePort, pause, seedOf, verify } from './support/busy-shop';
import { CallbackEar } from './support/callback-ear';
import { expectCallbacksStored, expectWebhooksSent } from './support/told';
import { killAgainAndAgain, waitsOf } from './support/kills';
import { ordersIn, prolong } from './support/long-log';
import { reckon } from './support/reckoning';

/** Two of three kills are at a numbered point, the others whenever they hit. */
const KILLS = Number(process.env['CARDRAIL_TEST_KILLS'] ?? 10);
/** So many events are in the log before the first kill. */
const EVENTS = Number(process.env['CARDRAIL_TEST_KILL_EVENTS'] ?? 0);

it(
  `a server killed with -9 ${KILLS} times under load loses nothing that was answered, charges nobody twice, buys and shows no code twice`,
  async () => {
    const seed = seedOf('kill loop');
    const chance = new Chance(seed);
    const port = await freePort();
    const [ear, sink] = await Promise.all([CallbackEar.before(`http://127.0.0.1:${port}`), WebhookSink.start()]);
    const terms = { payWithinSeconds: 5, deliverWithinSeconds: 20 };
    const shop = await LiveShop.start({
      channels: { a: ['replay', 'lookup', 'cancel', 'partialFill'], b: ['replay', 'lookup', 'cancel'] },
      skus: { plenty: terms, bought: { ...terms, sources: [fromChannel('a'), fromChannel('b')] } },
      environment: {
        CARDRAIL_PORT: String(port),
        CARDRAIL_PUBLIC_URL: ear.url,
        CARDRAIL_WEBHOOK_URL: sink.url,
        CARDRAIL_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
      },
    });
    try {
      const stocked = await shop.stock('plenty', 500 + 20 * KILLS);
      if (EVENTS > 0) await prolong(shop, EVENTS);
      const before = EVENTS > 0 ? await ordersIn(shop) : 0;
      await shop.sandbox.faults(BAD_DAY, seed);
      for (const channel of shop.channels.values()) await channel.faults(BAD_CHANNEL_DAY, seed);
      const buyers = new BusyBuyers(shop, ['plenty', 'bought'], seed + 1);
      buyers.start(16, 20);
      const kills = await killAgainAndAgain(shop, buyers, chance, KILLS);
      await pause(300);
      await buyers.stop();
      await shop.sandbox.faults([]);
      for (const channel of shop.channels.values()) await channel.faults([]);

      const { delivered, ended, codes } = await reckon(shop, await buyers.askAgain(), stocked);
      expect(delivered).toBeGreaterThan(0);
      for (const [id, shown] of buyers.shown) expect({ id, codes: codes.get(id) }).toEqual({ id, codes: shown });
      await expectWebhooksSent(shop, sink, [...codes.keys()]);
      // What prolonged the log came from no gateway.
      if (EVENTS === 0) await expectBooksAgree(shop);
      expect(await shop.stop()).toBe(0);
      await expectCallbacksStored(shop, ear.taken);
      expect(await verify(shop)).toMatchObject({ code: 0, violations: [], checked: { orders: before + ended } });
      console.info(
        `${KILLS} kills (${kills.map(({ at }) => at).join(' ')}): ${ended} orders, ${delivered} delivered, ${ear.taken.length} callbacks taken, ` +
          `${buyers.failures} requests without an order; ${waitsOf(kills)}`,
      );
    } finally {
      await shop.close();
      await Promise.all([ear.close(), sink.close()]);
    }
  },
  300_000 + KILLS * 30_000,
);
