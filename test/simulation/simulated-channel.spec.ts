import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { ChannelFlags, PurchaseRequest } from '../../src/application/ports/channel';
import type { IncomingNotice } from '../../src/application/ports/outside-call';
import { Life } from '../../src/simulation/node/life';
import { ChannelOverTheWire } from '../../src/simulation/ports/channel-over-the-wire';
import { MemoryLog } from '../../src/simulation/ports/memory-log';
import { MemoryReadModels } from '../../src/simulation/ports/memory-read-models';
import type { OutgoingNotice } from '../../src/simulation/ports/notice-round';
import { SimulatedChannel } from '../../src/simulation/ports/simulated-channel';
import { Unreplicated } from '../../src/simulation/ports/unreplicated';
import { Faults } from '../../src/simulation/world/faults';
import { OrderWatch } from '../../src/simulation/world/order-watch';
import { Scheduler } from '../../src/simulation/world/scheduler';
import { Story } from '../../src/simulation/world/story';
import { Delays, Outages, type Surroundings } from '../../src/simulation/world/surroundings';
import { type ChannelUnderTest, describeChannelContract } from '../contracts/channel.contract';

/** A world in which nothing goes wrong, with nobody in it but one channel. Time passes as long as it is open. */
function quietWorld(): Surroundings & { close(): void } {
  const scheduler = new Scheduler(Date.UTC(2026, 10, 11));
  const now = (): number => scheduler.now;
  const tell = (): void => undefined;
  let isOpen = true;
  const pass = async (): Promise<void> => {
    while (isOpen) {
      await scheduler.run(scheduler.now + 50);
      await turnOfTheLoop();
    }
  };
  void pass();
  return {
    seed: 1,
    scheduler,
    story: new Story(now, false),
    faults: new Faults({ seed: 1, rates: {}, now, calmFrom: Infinity, phaseOf: () => undefined, tell }),
    delays: new Delays(1),
    outages: new Outages(now),
    log: new MemoryLog(now),
    unreplicated: new Unreplicated(),
    readModels: new MemoryReadModels(),
    watch: new OrderWatch(),
    // The contract tries on purpose what no engine may do.
    violated: () => undefined,
    close: () => (isOpen = false),
  };
}

const article = (product: string, kind: 'CARD' | 'TOP_UP') => ({ product, kind, currency: 'CNY', unitCostMinor: 4_500, available: 1_000 });

async function start(flags: ChannelFlags): Promise<ChannelUnderTest> {
  const world = quietWorld();
  const notices = new Map<string, IncomingNotice>();
  const waiting = new Map<string, (notice: IncomingNotice) => void>();
  const options = {
    id: 'upstream',
    flags,
    notFoundFinalAfterSeconds: 60,
    articles: [article('card', 'CARD'), article('top-up', 'TOP_UP')],
    balanceMinor: 1_000_000_000,
  };
  const ring = async (_id: string, notice: OutgoingNotice): Promise<boolean> => {
    const incoming = { ...notice, receivedAtMs: world.scheduler.now };
    const { requestId } = JSON.parse(notice.body.toString('utf8')) as { requestId: string };
    notices.set(requestId, incoming);
    waiting.get(requestId)?.(incoming);
    return true;
  };
  const channel = new SimulatedChannel(options, world, ring, () => undefined);
  let made = 0;
  const newPurchase = (changes: Partial<PurchaseRequest> = {}): PurchaseRequest => ({
    requestId: `request-${++made}`,
    product: 'card',
    quantity: 1,
    maxUnitCostMinor: 4_600,
    currency: 'CNY',
    ...changes,
  });
  return {
    channel: new ChannelOverTheWire(channel, world, new Life('test', world.scheduler, world.scheduler.now), () => undefined),
    newPurchase,
    newTopUp: () => newPurchase({ product: 'top-up', fields: { account: 'x' } }),
    setStock: async (to) => void Object.assign(channel.book.articles.get('card') ?? {}, to),
    sold: async (requestId) => ((channel.book.purchases.get(requestId)?.units ?? 0) > 0 ? 1 : 0),
    noticeAbout: (requestId) =>
      new Promise((resolve) => {
        const there = notices.get(requestId);
        if (there !== undefined) resolve(there);
        else waiting.set(requestId, resolve);
      }),
    close: async () => world.close(),
  };
}

const ALL: ChannelFlags = { replay: true, lookup: true, cancel: true, partialFill: true };
const NONE: ChannelFlags = { replay: false, lookup: false, cancel: false, partialFill: false };

describeChannelContract('the upstream of the simulation that can do everything', () => start(ALL));
describeChannelContract('the upstream of the simulation that can do nothing', () => start(NONE));
describeChannelContract('the upstream of the simulation that can only be asked', () => start({ ...NONE, lookup: true }));
