import { join } from 'node:path';
import { Forbidden, rightsMatrix } from '../../src/application/authorise';
import { FreezeOrder, FreezeOrderHandler } from '../../src/application/commands/freeze-order';
import * as queries from '../../src/application/queries';
import { GetOrderAsOfHandler } from '../../src/application/queries/get-order-as-of';
import { GetOrderByNumberHandler } from '../../src/application/queries/get-order-by-number';
import { GetOrderHandler } from '../../src/application/queries/get-order';
import { GetOrderHistoryHandler } from '../../src/application/queries/get-order-history';
import { GetSystemHandler } from '../../src/application/queries/get-system';
import { ListOrdersHandler } from '../../src/application/queries/list-orders';
import { ListReviewsHandler } from '../../src/application/queries/list-reviews';
import { ListSkusHandler } from '../../src/application/queries/list-skus';
import { SearchOrdersHandler } from '../../src/application/queries/search-orders';
import { runProjections, type RunningProjections } from '../../src/application/run-projections';
import { Settings } from '../../src/application/settings';
import { paymentReference } from '../../src/domain/kernel/ids';
import { openSqliteReadModels, type SqliteReadModels } from '../../src/infrastructure/sqlite/read-models/sqlite-read-models';
import { projections } from '../../src/projections';
import { callerAs, freshKey, nobody, openShop, storefront, submitted, type TestShop } from './commands-shop';

const { GetOrder, GetOrderAsOf, GetOrderByNumber, GetOrderHistory, GetSystem, ListOrders, ListReviews, ListSkus, SearchOrders } = queries;
const support = callerAs('SUPPORT');
const otherShop = callerAs('STOREFRONT', 'other-shop');

let shop: TestShop;
let readModels: SqliteReadModels;
let running: RunningProjections;
let settings: Settings;
const stop = new AbortController();
let following: Promise<void>;

beforeAll(async () => {
  shop = await openShop();
  readModels = openSqliteReadModels({ file: join(shop.folder, 'read-models.db') });
  running = runProjections({ store: shop.store, readModels, projections, codec: shop.codec, runtime: shop.runtime, signal: stop.signal });
  settings = new Settings(shop);
  following = settings.start(stop.signal);
  await settings.ready();
});

afterAll(async () => {
  stop.abort();
  await Promise.all([running.done, following]);
  await readModels.close();
  await shop.close();
});

const mac = (text: string): string => shop.keyring.fingerprint(text, 'cursor');
const waiter = (): queries.WaitForRevision => queries.revisionWaiter(shop.store, shop.runtime);
const order = () => new GetOrderHandler(shop, waiter());
const list = () => new ListOrdersHandler(readModels, mac);
const lookup = () => ({ ...shop, readModels, waitForPosition: running.waitFor.bind(running) });
async function caughtUp(): Promise<void> {
  const head = await shop.store.head();
  if (head === null) return;
  for (const { name } of projections) expect(await running.waitFor(name, head, 60_000)).toBe(true);
}

describe('order', () => {
  it('is there the moment it was acknowledged, whatever the read models know', async () => {
    const { orderId } = submitted(await shop.submit());
    const { order: seen, lagging } = await order().execute(new GetOrder(storefront, orderId, undefined, 0));
    expect(seen).toMatchObject({
      id: orderId,
      status: 'AWAITING_PAYMENT',
      revision: 0,
      nextStep: 'WAIT_FOR_PAYMENT_PAGE',
      amount: { amountMinor: 4_800, currency: 'CNY' },
    });
    expect(lagging).toBe(false);
  });

  it('is null for another client, for nobody, and when it does not exist; its token opens it to anyone', async () => {
    const { orderId, accessToken } = submitted(await shop.submit());
    const seenBy = async (...asked: ConstructorParameters<typeof GetOrder>) => (await order().execute(new GetOrder(...asked))).order?.id ?? null;
    expect(await seenBy(otherShop, orderId)).toBeNull();
    expect(await seenBy(nobody, orderId)).toBeNull();
    expect(await seenBy(nobody, orderId, `${accessToken}x`)).toBeNull();
    expect(await seenBy(support, 'no-such-order')).toBeNull();
    expect(await seenBy(nobody, orderId, accessToken)).toBe(orderId);
    expect(await seenBy(support, orderId)).toBe(orderId);
  });

  it('waits for a revision that is on its way, and says so when it does not come', async () => {
    const { orderId } = submitted(await shop.submit());
    const waits = order().execute(new GetOrder(storefront, orderId, undefined, 1));
    await shop.requestPayment(orderId);
    expect(await waits).toMatchObject({ lagging: false, order: { revision: 1, phase: 'OPENING_PAYMENT' } });
    const neverComes = new GetOrderHandler(shop, async () => false);
    expect(await neverComes.execute(new GetOrder(storefront, orderId, undefined, 99))).toMatchObject({ lagging: true, order: { revision: 1 } });
  });

  it('tells money, cards and what comes next, and never a token or a code', async () => {
    await shop.stock('CODE-ONE-1');
    await caughtUp();
    const [row] = await readModels.find('cards', { filter: { skuId: { eq: 'steam-50' }, status: { eq: 'AVAILABLE' } }, limit: 1 });
    const { orderId, accessToken } = submitted(await shop.submit());
    await shop.deliver(orderId, row?.key ?? '');
    const { order: seen } = await order().execute(new GetOrder(storefront, orderId));
    expect(seen).toMatchObject({
      status: 'COMPLETED',
      phase: 'DELIVERED',
      nextStep: 'VIEW_CARDS',
      paid: { amountMinor: 4_800 },
      refunded: { amountMinor: 0 },
      deadlineAt: null,
      cards: [{ id: row?.key, state: 'DELIVERED', maskedCode: null }],
    });
    expect(JSON.stringify(seen)).not.toMatch(new RegExp(`${accessToken}|CODE-ONE|"ct"|buyer@example`));
  });

  it('is found by its number as people type it', async () => {
    const { orderId, order: stored } = submitted(await shop.submit());
    const typed = stored.state.submitted.orderNumber.toLowerCase().replace(/^(.{4})/, '$1 ');
    const handler = new GetOrderByNumberHandler(lookup());
    expect((await handler.execute(new GetOrderByNumber(storefront, typed)))?.id).toBe(orderId);
    expect(await handler.execute(new GetOrderByNumber(otherShop, typed))).toBeNull();
    expect(await handler.execute(new GetOrderByNumber(storefront, 'not a number'))).toBeNull();
  });

  it('is told as it was at a revision or a time', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.pay(orderId);
    const handler = new GetOrderAsOfHandler(shop.store, shop.codec, shop);
    expect(await handler.execute(new GetOrderAsOf(storefront, orderId, { revision: 0 }))).toMatchObject({
      revision: 0,
      phase: 'QUEUED',
      paid: { amountMinor: 0 },
    });
    expect(await handler.execute(new GetOrderAsOf(storefront, orderId, { at: shop.commands.clock.now() + 1_000 }))).toMatchObject({
      paid: { amountMinor: 4_800 },
    });
    expect(await handler.execute(new GetOrderAsOf(storefront, orderId, { at: 0 }))).toBeNull();
    expect(await handler.execute(new GetOrderAsOf(otherShop, orderId, { revision: 0 }))).toBeNull();
  });
});

describe('order history', () => {
  it('tells every event with its cause, page by page, and redacts what is sealed', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.pay(orderId);
    const handler = new GetOrderHistoryHandler(shop.store, shop.codec, shop, mac);
    const first = await handler.execute(new GetOrderHistory(support, orderId, { first: 2 }));
    expect(first?.edges.map(({ node }) => node.type)).toEqual(['OrderSubmitted', 'PaymentRequested']);
    expect(first).toMatchObject({ hasNextPage: true, totalCount: 3 });
    expect(JSON.stringify(first)).toContain('"sealed":true');
    expect(JSON.stringify(first)).not.toContain('"ct"');
    const rest = await handler.execute(new GetOrderHistory(support, orderId, { first: 2, after: first?.edges[1]?.cursor ?? '' }));
    expect(rest?.edges.map(({ node }) => node.summary)).toEqual(['Payment of 48.00 CNY confirmed by asking the gateway']);
    const foreign = submitted(await shop.submit()).orderId;
    await expect(handler.execute(new GetOrderHistory(support, foreign, { first: 2, after: first?.edges[0]?.cursor ?? '' }))).rejects.toThrow(
      queries.BadInput,
    );
  });

  it('shows buyers and storefronts what happened, and not who or why inside the shop', async () => {
    const { orderId, accessToken } = submitted(await shop.submit());
    const freeze = FreezeOrder.input.parse({ idempotencyKey: freshKey(), orderId, reason: 'looks like a stolen card' });
    await new FreezeOrderHandler(shop.desk).execute(new FreezeOrder(support, freeze));
    const handler = new GetOrderHistoryHandler(shop.store, shop.codec, shop, mac);
    const inside = JSON.stringify(await handler.execute(new GetOrderHistory(support, orderId, { first: 100 })));
    expect(inside).toContain('stolen card');
    for (const [caller, token] of [[storefront], [nobody, accessToken]] as const) {
      const outside = await handler.execute(new GetOrderHistory(caller, orderId, { first: 100 }, token));
      expect(outside?.edges.map(({ node }) => node.type)).toEqual(['OrderSubmitted', 'OrderFrozen']);
      expect(JSON.stringify(outside)).not.toMatch(/stolen|key-of-support/);
    }
  });
});

describe('lists', () => {
  it('give a storefront the orders of its own client only, newest first, and every order once', async () => {
    for (let i = 0; i < 7; i++) submitted(await shop.submit());
    await caughtUp();
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page: queries.Page<queries.OrderView> = await list().execute(
        new ListOrders(storefront, { first: 3, ...(after !== undefined && { after }) }),
      );
      seen.push(...page.edges.map(({ node }) => node.id));
      expect(page.totalCount).toBeGreaterThanOrEqual(7);
      after = page.hasNextPage ? page.edges.at(-1)?.cursor : undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    const times = await Promise.all(seen.map(async (id) => (await order().execute(new GetOrder(support, id))).order?.submittedAt ?? ''));
    expect(times).toEqual([...times].sort().reverse());
    expect(await list().execute(new ListOrders(otherShop, { first: 10 }))).toEqual({ edges: [], hasNextPage: false, totalCount: 0 });
  });

  it('hold by each filter what it says', async () => {
    const { orderId } = submitted(await shop.submit({ checkoutId: 'cart-1' }));
    await shop.pay(orderId);
    await caughtUp();
    const ids = async (filter: queries.OrderFilter) =>
      (await list().execute(new ListOrders(support, { first: 100 }, filter))).edges.map(({ node }) => node.id);
    expect(await ids({ checkoutId: 'cart-1' })).toEqual([orderId]);
    expect(await ids({ waitingFor: 'stock:steam-50', phase: ['PAID_WAITING_CARD'] })).toContain(orderId);
    expect(await ids({ status: ['PROCESSING', 'COMPLETED'], attemptsGte: 1, gatewayIds: ['main'], skuIds: ['steam-50'] })).toContain(orderId);
    expect(await ids({ inReview: true, checkoutId: 'cart-1' })).toEqual([]);
    expect(await ids({ retrying: false, inDoubt: false, checkoutId: 'cart-1', submittedAt: { from: 0 }, paidAt: { from: 0 } })).toEqual([orderId]);
    expect(await ids({ submittedAt: { to: 1 } })).toEqual([]);
  });

  it('refuse a page of 0 or 101, a forged cursor and the cursor of another list', async () => {
    for (const first of [0, 101, 1.5, Number.NaN]) await expect(list().execute(new ListOrders(support, { first }))).rejects.toThrow(queries.BadInput);
    await expect(list().execute(new ListOrders(support, { first: 1, after: 'forged' }))).rejects.toThrow(queries.BadInput);
    const page = await list().execute(new ListOrders(support, { first: 1 }));
    const after = page.edges[0]?.cursor ?? '';
    await expect(list().execute(new ListOrders(support, { first: 1, after }, { inReview: true }))).rejects.toThrow(queries.BadInput);
    await expect(list().execute(new ListOrders(storefront, { first: 1, after }))).rejects.toThrow(queries.BadInput);
  });

  it('find by order number, order id, payment reference and buyer', async () => {
    const { orderId, order: stored } = submitted(await shop.submit({ buyer: { ref: 'wang-xiao' } }));
    await caughtUp();
    const handler = new SearchOrdersHandler(lookup(), mac);
    const found = async (text: string, caller = support) =>
      (await handler.execute(new SearchOrders(caller, text, { first: 10 }))).edges.map(({ node }) => node.id);
    for (const text of [stored.state.submitted.orderNumber, orderId, ` ${orderId.toUpperCase()} `, paymentReference(orderId, 1), 'wang-xiao']) {
      expect(await found(text)).toEqual([orderId]);
      expect(await found(text, otherShop)).toEqual([]);
    }
    await expect(found('  ')).rejects.toThrow(queries.BadInput);
  });

  it('show who waits for a person, the most overdue first, with the question', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.decide(orderId, { type: 'OpenReview', subject: 'deadline', cause: 'NOT_DELIVERED_IN_TIME' });
    await caughtUp();
    const page = await new ListReviewsHandler(readModels, mac, shop.commands.clock, queries.defaultReviewDeadlines).execute(
      new ListReviews(support, { first: 100 }),
    );
    expect(page.edges.find(({ node }) => node.order.id === orderId)?.node.reviews).toMatchObject([
      { subject: 'deadline', cause: 'NOT_DELIVERED_IN_TIME' },
    ]);
    const due = page.edges.map(({ node }) => node.review.dueAt);
    expect(due).toEqual([...due].sort());
    expect(page.totalCount).toBe(page.edges.length);
  });

  it('merge the reviews of all kinds by the time they are due, page by page, each once', async () => {
    const { orderId } = submitted(await shop.submit());
    for (const subject of ['events', `card:${orderId}`, 'deadline']) await shop.decide(orderId, { type: 'OpenReview', subject, cause: 'TEST' });
    await caughtUp();
    const handler = new ListReviewsHandler(readModels, mac, shop.commands.clock, { ...queries.defaultReviewDeadlines, deadline: 0 });
    const all: string[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const page = await handler.execute(new ListReviews(support, after === undefined ? { first: 1 } : { first: 1, after }));
      all.push(...page.edges.map(({ node }) => `${node.order.id} ${node.review.subject}`));
      after = page.edges.at(-1)?.cursor;
      more = page.hasNextPage;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((line) => line.startsWith(orderId))).toEqual(
      ['deadline', `card:${orderId}`, 'events'].map((subject) => `${orderId} ${subject}`),
    );
    const overdue = await handler.execute(new ListReviews(support, { first: 100 }, { overdue: true }));
    expect(overdue.edges.every(({ node }) => node.review.kind === 'deadline' && node.review.overdue)).toBe(true);
    const later = await handler.execute(new ListReviews(support, { first: 100 }, { overdue: false, kinds: ['card'] }));
    expect(later.edges.map(({ node }) => node.review.subject)).toContain(`card:${orderId}`);
    await expect(
      handler.execute(new ListReviews(support, { first: 1, ...(after === undefined ? {} : { after }) }, { overdue: true })),
    ).rejects.toThrow(queries.BadInput);
  });
});

describe('the shop', () => {
  const shedding = { view: () => ({ mode: 'AUTO', shed: [], order: [], active: [], load: 0 }) as const };

  it('tells its SKUs with what can be promised', async () => {
    await shop.configureSku({}, 'empty-sku');
    await caughtUp();
    const skus = await new ListSkusHandler(settings, readModels, 50).execute(new ListSkus(storefront));
    expect(skus.find(({ id }) => id === 'steam-50')).toMatchObject({ active: true, sold: 1, settings: { price: { amountMinor: 4_800 } } });
  });

  it('tells how its read models stand', async () => {
    await caughtUp();
    const ports = { projections, readModels, store: shop.store, runtime: shop.runtime, version: '1.2.3', roles: ['api'], shedding };
    // Another process than the projector's sees what is stored, which may be a second behind (ADR 88).
    const stands = () => new GetSystemHandler(ports).execute(new GetSystem(callerAs('OPS')));
    for (let looks = 0; looks < 100 && (await stands()).lag.lagging; looks++) await new Promise((resolve) => setTimeout(resolve, 100));
    for (const one of [ports, { ...ports, running }]) {
      expect(await new GetSystemHandler(one).execute(new GetSystem(callerAs('OPS')))).toMatchObject({
        version: '1.2.3',
        parked: 0,
        lag: { lagging: false, lagMs: 0 },
        engine: null,
      });
    }
  });

  it('lets only its own people ask about itself', async () => {
    await expect(
      new GetSystemHandler({ projections, readModels, store: shop.store, runtime: shop.runtime, version: '', roles: [], shedding }).execute(
        new GetSystem(storefront),
      ),
    ).rejects.toThrow(Forbidden);
    await expect(list().execute(new ListOrders(nobody, { first: 1 }))).rejects.toThrow(Forbidden);
    const open = rightsMatrix(queries.queryOperations).filter(({ role, allowed }) => role === 'BUYER' && allowed);
    expect(open.map(({ operation }) => operation)).toEqual(['order', 'order.availableActions', 'order.asOf', 'orderByNumber', 'order.history']);
  });
});

describe('settings', () => {
  it('follow the log, and tell their listeners', async () => {
    const changed = new Promise<string>((resolve) => {
      const off = settings.onChange((kind, id) => {
        off();
        resolve(`${kind} ${id}`);
      });
    });
    await shop.configureSku({}, 'new-sku');
    expect(await changed).toBe('sku new-sku');
    expect(settings.sku('new-sku')).toMatchObject({ id: 'new-sku', active: true });
    expect(settings.gateway('main')?.settings?.merchantId).toBe('m1');
    expect(settings.apiKeyByHash('0'.repeat(64))).toBeUndefined();
  });
});
