import { readFileSync } from 'node:fs';
import { fromChannel, LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';
import { verify } from './support/busy-shop';

type Server = Awaited<ReturnType<LiveShop['spawnServer']>>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** T: stopped by a signal. What stands behind the name in brackets, as Linux tells it. */
const stateOf = (pid: number): string => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';

/**
 * The worst moment for an engine to stand still: it has stored that it will call, and has not called. Another engine takes the call
 * over; then the first one wakes up with everything in hand to call once more.
 */
const ifLinux = process.platform === 'linux' ? describe : describe.skip;
if (process.platform !== 'linux') console.info('engines are stopped on Linux only: nothing else tells that a process stands still');

ifLinux('an engine that is stopped between its intent and its call, and woken after another took over', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  const engines: Server[] = [];

  // Each story has a shop of its own: the first call that an engine makes must be about its one order, and not after-care of another.
  beforeEach(async () => {
    shop = await LiveShop.start({
      serveArgs: ['--roles', 'api,projector,outbox'],
      channels: { full: ['replay', 'lookup', 'cancel'], asked: ['lookup'], dumb: [], other: ['replay', 'lookup', 'cancel'] },
      skus: {
        full: { sources: [fromChannel('full')] },
        asked: { sources: [fromChannel('asked')] },
        dumb: { sources: [fromChannel('dumb'), fromChannel('other')], onDoubt: 'REROUTE' },
        pool: {},
      },
    });
    shopper = new Shopper(shop);
    await shop.stock('pool', 1);
  }, 300_000);
  afterEach(async () => {
    for (const { child } of engines.splice(0)) await new Promise((gone) => child.once('exit', gone).kill('SIGKILL'));
    await shop.close();
  });

  const engine = async (over: Readonly<Record<string, string>> = {}): Promise<Server> => {
    const server = await shop.spawnServer([], over);
    engines.push(server);
    return server;
  };

  /** Plays the story, and returns the order when the engine that was stopped has long been awake again. */
  async function takenOver(skuId: string, place: 'channel' | 'gateway'): Promise<string> {
    const asleep = await engine({ CARDRAIL_TEST_DIE_AT: `${place}.before:1:stop` });
    const [pid = 0] = asleep.pids;
    const { id } = await shopper.order({ skuId });
    while (stateOf(pid) !== 'T') await pause(20);
    expect(await shopper.history(id)).toContain(place === 'channel' ? 'PurchaseRequested' : 'PaymentRequested');
    await engine();
    await shopper.untilStatus(id, 'COMPLETED');
    process.kill(pid, 'SIGCONT');
    await pause(600);
    expect(stateOf(pid)).not.toBe('T');
    expect(await verify(shop)).toMatchObject({ code: 0, violations: [] });
    return id;
  }
  const soldBy = async (channel: string, id: string): Promise<number> =>
    (await shop.channel(channel).purchases()).filter(({ requestId, codeHashes }) => requestId.startsWith(id) && codeHashes.length > 0).length;

  test('buys nothing a second time at a channel that can do everything', async () => {
    const id = await takenOver('full', 'channel');
    expect(await soldBy('full', id)).toBe(1);
  }, 240_000);

  test('buys nothing a second time where "never heard of it" had to count as a no', async () => {
    const id = await takenOver('asked', 'channel');
    expect(await shopper.history(id)).toContain('PurchaseWrittenOff');
    expect(await soldBy('asked', id)).toBe(1);
  }, 240_000);

  test('buys nothing at a channel that nobody can ask, once the order was rerouted', async () => {
    const id = await takenOver('dumb', 'channel');
    expect([await soldBy('dumb', id), await soldBy('other', id)]).toEqual([0, 1]);
  }, 240_000);

  test('charges nobody a second time', async () => {
    const id = await takenOver('pool', 'gateway');
    const { payments } = await shop.sandbox.ledger();
    expect(payments.filter(({ reference }) => reference.startsWith(id)).map(({ capturedMinor }) => capturedMinor)).toEqual([4_800]);
  }, 240_000);
});
