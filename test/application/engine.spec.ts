import type { PaymentGateway } from '../../src/application/ports/gateway';
import { DAY_MS } from '../../src/domain/kernel/time';
import { openEngineShop, type EngineShop, type Surroundings } from './engine-shop';
import { Life } from './engine-life';

let shop: EngineShop;
beforeEach(async () => {
  shop = await openEngineShop();
  await shop.sandbox.faults([{ fault: 'no-notice' }]);
});
afterEach(() => shop.close());

const deliveredOnce = async (orderId: string): Promise<void> => {
  await shop.until(orderId, 'DELIVERED');
  expect({ orderId, captured: await shop.captured(orderId) }).toEqual({ orderId, captured: [4_800] });
  const types = await shop.types(orderId);
  expect({ delivered: types.filter((type) => type === 'OrderDelivered'), confirmed: types.filter((type) => type === 'PaymentConfirmed') }).toEqual({
    delivered: ['OrderDelivered'],
    confirmed: ['PaymentConfirmed'],
  });
};

/** Lets everything else have its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const soundStore = async (): Promise<void> => expect((await shop.verify()).violations).toEqual([]);

/** A gateway whose charges wait until the test lets them go. */
class HeldGateway {
  inFlight = 0;
  most = 0;
  private readonly held: (() => void)[] = [];
  private open = false;

  release(): void {
    this.open = true;
    for (const go of this.held.splice(0)) go();
  }

  around = (surroundings: Surroundings): Surroundings => {
    const { gateway } = surroundings;
    const request: PaymentGateway['request'] = async (payment, options) => {
      this.most = Math.max(this.most, ++this.inFlight);
      if (!this.open) await new Promise<void>((go) => this.held.push(go));
      this.inFlight--;
      return gateway.request(payment, { ...options, maySend: () => true });
    };
    return { ...surroundings, gateway: changed(gateway, { request }) };
  };
}

function changed(gateway: PaymentGateway, over: Partial<PaymentGateway>): PaymentGateway {
  return new Proxy(gateway, { get: (target, name): unknown => Reflect.get(over, name) ?? bound(target, name) });
}
const bound = (target: object, name: string | symbol): unknown => {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
};

describe('F1: an engine that dies', () => {
  it.each([
    ['before', 'CHARGE'],
    ['after', 'CHARGE'],
    ['before', 'REDIRECT'],
    ['after', 'REDIRECT'],
  ] as const)(
    '%s any one of its awaits leaves an order (%s) that the next engine delivers, charged once',
    async (side, kind) => {
      await shop.stock('sku', 200);
      let deaths = 0;
      for (let dieAt = 1; ; dieAt++) {
        const orderId = await shop.submit('sku', kind);
        const life = new Life(dieAt, side);
        const first = shop.startEngine({ around: life.around });
        const paying = kind === 'REDIRECT' ? payWhenOpen(orderId) : undefined;
        const delivered = await Promise.race([life.death.then(() => false), shop.until(orderId, 'DELIVERED').then(() => true)]);
        if (!delivered) {
          deaths++;
          const next = shop.startEngine();
          await paying;
          await deliveredOnce(orderId);
          await next.stop();
        }
        life.end();
        first.bury();
        if (delivered) break;
      }
      console.info(`${kind}: died ${side} ${deaths} different awaits`);
      expect(deaths).toBeGreaterThan(8);
      await soundStore();
    },
    300_000,
  );

  async function payWhenOpen(orderId: string): Promise<void> {
    const reference = `${orderId}.1`;
    for (;;) if ((await shop.sandbox.pay(reference)) === 200) return;
  }
});

describe('two engines on one store (F17)', () => {
  it('charge and deliver every order once', async () => {
    await shop.stock('sku', 40);
    const engines = [shop.startEngine(), shop.startEngine()];
    const orderIds = await Promise.all(Array.from({ length: 40 }, () => shop.submit('sku')));
    for (const orderId of orderIds) await deliveredOnce(orderId);
    await soundStore();
    expect(engines.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('charge every order once while the gateway hangs and commits behind their backs', async () => {
    await shop.sandbox.faults(
      [{ fault: 'no-notice' }, { method: 'POST', path: '/payments', percent: 40, fault: 'commit-then-hang' }, { percent: 30, fault: 'hang' }],
      7,
    );
    await shop.stock('sku', 20);
    shop.startEngine();
    shop.startEngine();
    const orderIds = await Promise.all(Array.from({ length: 20 }, () => shop.submit('sku')));
    for (const orderId of orderIds) await deliveredOnce(orderId);
    await soundStore();
  }, 300_000);
});

it('what is stored while the subscription of an engine is down is seen by the next one', async () => {
  await shop.stock('sku', 1);
  let orderId = '';
  let isFirst = true;
  const around = (all: Surroundings): Surroundings => ({
    ...all,
    store: {
      ...storeOf(all),
      async *subscribe(options) {
        const ends = isFirst && options.streamPrefixes?.includes('order-') === true;
        for await (const batch of all.store.subscribe(options)) {
          yield batch;
          if (!ends) continue;
          isFirst = false;
          orderId = await shop.submit('sku');
          return;
        }
      },
    },
  });
  shop.startEngine({ around });
  while (orderId === '') await shop.runtime.sleep(5);
  await deliveredOnce(orderId);
});

describe('the wake index', () => {
  it('that was lost is made again from the log', async () => {
    await shop.stock('sku', 1);
    const first = shop.startEngine();
    const orderId = await shop.submit('sku', 'REDIRECT');
    await shop.until(orderId, 'AWAITING_BUYER');
    await first.stop();
    expect(shop.snapshots.kept?.entries.map(({ id }) => id)).toEqual([orderId]);
    shop.snapshots.kept = null;
    await shop.sandbox.pay(`${orderId}.1`);
    shop.startEngine();
    await deliveredOnce(orderId);
  });

  it('is taken up where it was: what lies behind it is not read again', async () => {
    await shop.stock('sku', 1);
    const first = shop.startEngine();
    const orderId = await shop.submit('sku', 'REDIRECT');
    await shop.until(orderId, 'AWAITING_BUYER');
    await first.stop();
    const { kept } = shop.snapshots;
    let after: string | null | undefined;
    const around = (all: Surroundings): Surroundings => ({
      ...all,
      store: { ...storeOf(all), subscribe: (options) => ((after ??= options.after), all.store.subscribe(options)) },
    });
    await shop.sandbox.pay(`${orderId}.1`);
    shop.startEngine({ around });
    await deliveredOnce(orderId);
    expect(after).toBe(kept?.position);
  });

  it('that is ahead of the log belongs to another log: it is set aside, loudly, and the log is read anew', async () => {
    await shop.stock('sku', 1);
    shop.snapshots.kept = { position: '9999999999999999', entries: [{ id: 'ghost', dueAt: 0, waitsFor: [], since: 0 }] };
    const engine = shop.startEngine();
    await deliveredOnce(await shop.submit('sku'));
    expect(engine.failures).toHaveLength(1);
  });
});

const storeOf = ({ store }: Surroundings) => ({
  read: store.read.bind(store),
  append: store.append.bind(store),
  head: store.head.bind(store),
  subscribe: store.subscribe.bind(store),
});

describe('slots', () => {
  it('bound the outside calls, and an order that waits for one has not asked for money yet', async () => {
    await shop.stock('sku', 12);
    const gateway = new HeldGateway();
    const engine = shop.startEngine({ limits: { callsMax: 3 }, around: gateway.around });
    const orderIds = await Promise.all(Array.from({ length: 12 }, () => shop.submit('sku')));
    while (engine.status().callsQueued < 9 || gateway.inFlight < 3) await turn();
    const intents = await Promise.all(orderIds.map(async (orderId) => (await shop.types(orderId)).includes('PaymentRequested')));
    expect(intents.filter(Boolean)).toHaveLength(3);
    expect(engine.status()).toMatchObject({ callsInFlight: 3, callsQueued: 9 });
    gateway.release();
    for (const orderId of orderIds) await deliveredOnce(orderId);
    expect(gateway.most).toBe(3);
    expect(engine.status()).toMatchObject({ callsInFlight: 0, callsQueued: 0 });
  });
});

describe('orders that wait for stock', () => {
  it('are all delivered when as many cards as they need come at once', async () => {
    shop.startEngine();
    await shop.stock('sku', 1);
    const orderIds = await Promise.all(Array.from({ length: 6 }, () => shop.submit('sku', 'CHARGE', { oversell: true })));
    const waiting = async () => (await Promise.all(orderIds.map((id) => shop.phase(id)))).filter((phase) => phase === 'PAID_WAITING_CARD');
    while ((await waiting()).length < 5) await turn();
    await shop.stock('sku', 5);
    for (const orderId of orderIds) await deliveredOnce(orderId);
  });

  it('are served in the order in which they began to wait', async () => {
    shop.startEngine();
    await shop.stock('sku', 1);
    await deliveredOnce(await shop.submit('sku'));
    const orderIds: string[] = [];
    for (let i = 0; i < 4; i++) {
      const orderId = await shop.submit('sku', 'CHARGE', { oversell: true });
      await shop.until(orderId, 'PAID_WAITING_CARD');
      orderIds.push(orderId);
    }
    for (const orderId of orderIds) {
      await shop.stock('sku', 1);
      await deliveredOnce(orderId);
    }
  });
});

it('an engine that begins while the read models are still to be built takes nothing for sold out', async () => {
  const behind = await openEngineShop({ isProjecting: false });
  try {
    await behind.stock('sku', 2);
    const before = await behind.submit('sku');
    // It goes on where another one stopped, so nothing that lies before tells it of the stock.
    behind.snapshots.kept = { position: await behind.store.head(), entries: [{ id: before, dueAt: 0, waitsFor: [], since: 0 }] };
    const engine = behind.startEngine();
    const after = await behind.submit('sku');
    for (const orderId of [before, after]) await behind.until(orderId, 'OPENING_PAYMENT');
    while (engine.status().waiting < 2) await turn();
    behind.project();
    for (const orderId of [before, after]) await behind.until(orderId, 'DELIVERED');
  } finally {
    await behind.close();
  }
});

describe('F11: an engine whose wall clock is a day ahead', () => {
  it('asks for money all the same, lets nothing expire, and goes on with its deadlines when the clock is right again', async () => {
    await shop.stock('sku', 2);
    let aheadMs = 0;
    const around = (all: Surroundings): Surroundings => {
      const { runtime } = all;
      const jumping = {
        wallMs: () => runtime.wallMs() + aheadMs,
        monotonicMs: () => runtime.monotonicMs(),
        sleep: runtime.sleep.bind(runtime),
        random: () => runtime.random(),
        newId: () => runtime.newId(),
        turn: () => runtime.turn(),
      };
      return { ...all, runtime: jumping };
    };
    const engine = shop.startEngine({ around });
    // It knows its stock: a second is short, and nothing of it is to be spent on the first look.
    await deliveredOnce(await shop.submit('sku'));
    aheadMs = DAY_MS;
    const unpaid = await shop.submit('sku', 'REDIRECT', { payWithinSeconds: 1 });
    await shop.until(unpaid, 'AWAITING_BUYER');
    await deliveredOnce(await shop.submit('sku'));
    expect(engine.status().clockTrusted).toBe(false);
    const closed = async () => (await shop.types(unpaid)).includes('PaymentClosed');
    for (let looks = 0; looks < 150 && !(await closed()); looks++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await shop.phase(unpaid)).not.toBe('EXPIRED');
    aheadMs = 0;
    // The engine looks again by itself after ten seconds; a note makes it look at once.
    await shop.note(unpaid);
    await shop.until(unpaid, 'EXPIRED');
  });
});

it('an engine that is told to stop lets a call under way finish and stores its answer', async () => {
  await shop.stock('sku', 1);
  const gateway = new HeldGateway();
  const engine = shop.startEngine({ around: gateway.around });
  const orderId = await shop.submit('sku');
  while (gateway.inFlight === 0) await turn();
  const stopped = engine.stop();
  gateway.release();
  await stopped;
  expect(await shop.types(orderId)).toContain('PaymentConfirmed');
});
