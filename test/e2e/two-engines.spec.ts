import { Chance } from '../support/chance';
import { fromChannel, LiveShop } from '../support/live-shop';
import { BusyBuyers } from './support/busy-buyers';
import { BAD_CHANNEL_DAY, BAD_DAY, pause, seedOf, SHORT_ISOLATION, verify } from './support/busy-shop';
import { reckon } from './support/reckoning';

const STOPS = 4;

it.each(['the pool', 'channels'] as const)(
  'two servers on one data folder, stopped with SIGSTOP in turn and continued, act as one: goods of %s',
  async (goods) => {
    const seed = seedOf(`two engines, ${goods}`);
    const isBought = goods === 'channels';
    const chance = new Chance(seed);
    const shop = await LiveShop.start({
      ...(isBought ? { channels: { a: ['replay', 'lookup', 'cancel', 'partialFill'], b: ['replay', 'lookup', 'cancel'] } as const } : {}),
      environment: SHORT_ISOLATION,
      skus: { plenty: { payWithinSeconds: 6, deliverWithinSeconds: 20, ...(isBought ? { sources: [fromChannel('a'), fromChannel('b')] } : {}) } },
    });
    const first = { url: shop.url, pids: shop.pids };
    const other = await shop.spawnServer([]);
    const servers = [first, other];
    try {
      const stocked = isBought ? [] : await shop.stock('plenty', 800);
      await shop.sandbox.faults(BAD_DAY, seed);
      for (const channel of shop.channels.values()) await channel.faults(BAD_CHANNEL_DAY, seed);
      const buyers = new BusyBuyers(shop, ['plenty'], seed + 1);
      buyers.start(8, 60);
      for (let stops = 0; stops < STOPS; stops++) {
        const [asleep, awake] = stops % 2 === 0 ? servers : [...servers].reverse();
        await pause(chance.between(200, 800));
        if (asleep === undefined || awake === undefined) throw new Error('two servers were started');
        shop.url = awake.url;
        for (const pid of asleep.pids) process.kill(pid, 'SIGSTOP');
        // Longer than a granted call may be under way: the other one takes over what this one was at.
        await pause(chance.between(900, 1_800));
        for (const pid of asleep.pids) process.kill(pid, 'SIGCONT');
      }
      await pause(300);
      await buyers.stop();
      await shop.sandbox.faults([]);
      for (const channel of shop.channels.values()) await channel.faults([]);
      const { delivered, ended } = await reckon(shop, await buyers.askAgain(), stocked);
      expect(await verify(shop)).toMatchObject({ code: 0, violations: [], checked: { orders: ended } });
      console.info(`${STOPS} stops: ${ended} orders, ${delivered} delivered`);
      expect(delivered).toBeGreaterThan(10);
    } catch (error) {
      // A server that ended by itself says why in its log, and nowhere else.
      throw new Error(`the second server ended with ${other.child.exitCode ?? other.child.signalCode ?? 'nothing'}; the log of both: ${shop.log}`, {
        cause: error,
      });
    } finally {
      other.child.kill('SIGKILL');
      await shop.close();
    }
  },
  300_000,
);
