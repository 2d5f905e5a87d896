import { SubmitOrder } from '../../src/application/commands/submit-order';
import { defaultBuyerLimits } from '../../src/domain/buyer/limits';
import { SLOT_GRACE_MS } from '../../src/domain/buyer/slot';
import { ReadModelsUnavailable } from '../../src/application/ports/read-models';
import type { GatewaySettings } from '../../src/domain/catalog/events';
import type { Gateway } from '../../src/domain/catalog/gateway';
import { canonicalJson } from '../../src/domain/kernel/hash';
import { orderIdFor } from '../../src/domain/kernel/ids';
import type { Health } from '../../src/domain/routing/health';
import { SystemRuntime } from '../../src/infrastructure/runtime/system-runtime';
import { callerAs, freshKey, openShop, storefront, submitInput, submitted, type ShopOptions, type TestShop } from './commands-shop';

let shop: TestShop;
const open = async (options?: ShopOptions): Promise<void> => {
  shop = await openShop(options);
};
afterEach(() => shop.close());

const codeOf = (result: Awaited<ReturnType<TestShop['submit']>>): string => (result.ok ? 'OK' : result.refusal.code);

describe('a gateway that is isolated', () => {
  const settings = { kinds: ['REDIRECT', 'CHARGE'] } as unknown as GatewaySettings;
  const gateway = (id: string, word: Health['word']): Gateway => ({
    id,
    settings,
    active: true,
    health: { word, since: 0, cause: 'ERRORS', isolations: 1 },
  });

  it('is refused with the names of the others, and the key is not used up', async () => {
    const gateways = [gateway('main', 'ISOLATED'), gateway('other', 'HEALTHY'), gateway('third', 'SUB_HEALTHY')];
    await open({ gateways });
    const result = await shop.submit();
    expect(result).toMatchObject({ ok: false, refusal: { code: 'GATEWAY_ISOLATED', retryable: true, details: { others: 'other' } } });
    gateways.splice(0, 1);
    expect(codeOf(await shop.submit())).toBe('OK');
  });
  it('is waited for when there is no other', async () => {
    await open({ gateways: [gateway('main', 'ISOLATED'), gateway('third', 'SUB_HEALTHY')] });
    expect(codeOf(await shop.submit())).toBe('OK');
  });
});

describe('an idempotency key', () => {
  beforeEach(() => open());

  it('makes three clicks at once one order with one answer', async () => {
    const input = submitInput();
    const answers = (await Promise.all([1, 2, 3].map(() => shop.submit(input)))).map(submitted);
    expect(new Set(answers.map(({ orderId }) => orderId)).size).toBe(1);
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await shop.store.read(`order-${answers[0]?.orderId}`)).toHaveLength(1);
  });

  it('makes three clicks on three nodes one order', async () => {
    const input = submitInput();
    const nodes = [1, 2, 3].map(() => shop.submitNode(shop.node()));
    const answers = (await Promise.all(nodes.map((node) => node.execute(new SubmitOrder(storefront, input))))).map(submitted);
    expect(new Set(answers.map(({ orderId }) => orderId)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it.each([
    ['quantity', { quantity: 2 }],
    ['buyer', { buyer: { ref: 'another' } }],
    ['payment', { payment: { gatewayId: 'main', kind: 'CHARGE', instrument: 'card-on-file' } }],
    ['checkoutId', { checkoutId: 'cart-1' }],
    ['allowAnother', { allowAnother: true }],
  ] as const)('is refused for another %s, and the first order stands', async (_what, changes) => {
    const input = submitInput();
    const first = submitted(await shop.submit(input));
    expect(codeOf(await shop.submit({ ...input, ...changes }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(submitted(await shop.submit(input))).toMatchObject({ orderId: first.orderId, replayed: true, order: { revision: 0 } });
  });

  it('belongs to its client: another client with the same key makes an order of its own', async () => {
    const input = submitInput();
    const [one, other] = [submitted(await shop.submit(input)), submitted(await shop.submit(input, callerAs('STOREFRONT', 'other-shop')))];
    expect(other.orderId).not.toBe(one.orderId);
  });

  it('answers with the order as it is now, also when the SKU is no longer on sale', async () => {
    const input = submitInput();
    const { orderId } = submitted(await shop.submit(input));
    await shop.decide(orderId, { type: 'RequestCancel' });
    await shop.configureSku({ maxPerOrder: 1, fields: ['account'] });
    expect(submitted(await shop.submit(input))).toMatchObject({ replayed: true, order: { revision: 1 } });
  });

  it('is not used up by a refusal', async () => {
    const input = submitInput({ quantity: 11 });
    expect(codeOf(await shop.submit(input))).toBe('QUANTITY_OUT_OF_RANGE');
    expect(codeOf(await shop.submit({ ...input, quantity: 10 }))).toBe('OK');
  });
});

describe('what is stored', () => {
  beforeEach(() => open());

  it('freezes the terms of the moment and seals contact, fields and instrument under the order id', async () => {
    await shop.configureSku({ fields: ['account'] });
    const changes = {
      fields: [{ name: 'account', value: 'player-one' }],
      payment: { gatewayId: 'main', kind: 'CHARGE', instrument: 'card-on-file' },
    } as const;
    const { orderId, order } = submitted(await shop.submit({ ...changes, fields: [...changes.fields] }));
    await shop.configureSku({ price: { amountMinor: 1, currency: 'CNY' } });
    const [event] = await shop.store.read(`order-${orderId}`);
    const text = canonicalJson(event);
    for (const secret of ['player-one', 'card-on-file', 'buyer@example.com']) expect(text).not.toContain(secret);
    const { fields, payment, amount } = order.state.submitted;
    expect(amount).toEqual({ amountMinor: 4_800, currency: 'CNY' });
    expect(fields && (await shop.secrets.open(orderId, fields))).toBe('{"account":"player-one"}');
    expect(payment.instrument && (await shop.secrets.open(orderId, payment.instrument))).toBe('card-on-file');
    await expect(fields && shop.secrets.open('another order', fields)).rejects.toThrow();
  });

  it('believes VIP from a storefront, and from nobody else', async () => {
    const buyer = { ref: 'rich', tier: 'VIP' } as const;
    const tierFor = async (role: 'STOREFRONT' | 'ADMIN') => submitted(await shop.submit({ buyer }, callerAs(role))).order.state.submitted.buyer.tier;
    expect(await tierFor('STOREFRONT')).toBe('VIP');
    expect(await tierFor('ADMIN')).toBe('STANDARD');
  });
});

describe('a refusal', () => {
  it.each([
    ['SKU_NOT_FOUND', { skuId: 'nothing' }],
    ['QUANTITY_OUT_OF_RANGE', { quantity: 0 }],
    ['QUANTITY_OUT_OF_RANGE', { quantity: -1 }],
    ['QUANTITY_OUT_OF_RANGE', { quantity: 1.5 }],
    ['QUANTITY_OUT_OF_RANGE', { quantity: 1e9 }],
    ['GATEWAY_NOT_AVAILABLE', { payment: { gatewayId: 'elsewhere', kind: 'REDIRECT' } }],
    ['FIELDS_MISSING', { skuId: 'top-up' }],
    ['FIELDS_MISSING', { skuId: 'top-up', fields: [{ name: 'account', value: ' ' }] }],
    ['FIELDS_UNKNOWN', { fields: [{ name: '__proto__', value: 'x' }] }],
  ] as const)('%s stores nothing', async (code, changes) => {
    await open();
    await shop.configureSku({ fields: ['account'] }, 'top-up');
    const input = submitInput(changes as Parameters<typeof submitInput>[0]);
    expect(codeOf(await shop.submit(input))).toBe(code);
    expect(await shop.store.read(`order-${orderIdFor('shop', input.idempotencyKey)}`)).toEqual([]);
  });

  it('OUT_OF_STOCK comes when what is free is less than asked, unless the SKU oversells', async () => {
    await open({ stockHint: async () => 1 });
    expect(codeOf(await shop.submit({ quantity: 2 }))).toBe('OUT_OF_STOCK');
    expect(codeOf(await shop.submit({ quantity: 1 }))).toBe('OK');
    await shop.configureSku({ oversell: true });
    expect(codeOf(await shop.submit({ quantity: 2 }))).toBe('OK');
  });

  it('never comes from read models that are away', async () => {
    const away = () => Promise.reject(new ReadModelsUnavailable('away'));
    await open({ stockHint: away, findOpenOrder: away });
    expect(codeOf(await shop.submit())).toBe('OK');
  });

  it('SYSTEM_BUSY comes above the cap, tells when to come back, and stores nothing; a repeat of a stored order is answered all the same', async () => {
    await open();
    const full = shop.submitNode(shop.node(), 0);
    const input = submitInput();
    const busy = await full.execute(new SubmitOrder(storefront, input));
    expect(busy).toMatchObject({ ok: false, refusal: { code: 'SYSTEM_BUSY', retryable: true, retryAfterMs: expect.any(Number) } });
    expect(await shop.store.read(`order-${orderIdFor('shop', input.idempotencyKey)}`)).toEqual([]);
    const { orderId } = submitted(await shop.submit(input));
    expect(submitted(await full.execute(new SubmitOrder(storefront, input)))).toMatchObject({ orderId, replayed: true });
  });
});

describe('orders that come faster than they may enter', () => {
  const admissionPolicy = { perSecond: 1, burstMs: 0, backlogMax: 2 };

  it('are stored with their place in the line; beyond the backlog nothing is stored, and the same key gets in when there is room', async () => {
    await open({ admissionPolicy });
    const inputs = Array.from({ length: 5 }, () => submitInput());
    const answers = [];
    for (const input of inputs) answers.push(await shop.submit(input));
    expect(answers.map(codeOf)).toEqual(['OK', 'OK', 'SYSTEM_BUSY', 'SYSTEM_BUSY', 'SYSTEM_BUSY']);
    const places = answers.slice(0, 2).map(submitted);
    expect(places.map(({ order }) => order.state.submitted.admission)).toEqual(['LATER', 'LATER']);
    const waits = places.map(({ order }) => Date.parse(order.state.submitted.enterAt ?? '') - order.state.submittedAt);
    expect(waits[1]).toBeGreaterThan((waits[0] ?? 0) + 500);
    const last = answers[2];
    expect(last).toMatchObject({ ok: false, refusal: { retryable: true, retryAfterMs: expect.any(Number) } });
    const [, , third] = inputs;
    expect(await shop.store.read(`order-${orderIdFor('shop', third?.idempotencyKey ?? '')}`)).toEqual([]);
    await shop.runtime.sleep(last?.ok === false ? (last.refusal.retryAfterMs ?? 0) : 0);
    expect(codeOf(await shop.submit(third))).toBe('OK');
    // A repeat of what is stored is answered however full it is.
    expect(submitted(await shop.submit(inputs[0]))).toMatchObject({ replayed: true });
  });
});

describe('one buyer', () => {
  const limits = { ...defaultBuyerLimits, submitsPerMinute: 3, coolDownMs: 700, unpaidMax: { BUYER: 4, CONTACT: 2, ADDRESS: 3, DEVICE: 0 } };
  const contact = (n: number) => ({ ref: `buyer-${n}`, contact: { email: `b${n}@example.com` } });

  it('who submits again and again is told how long to wait, and gets in with the same key after that; a repeat is answered meanwhile', async () => {
    await open({ buyerLimits: limits });
    const buyer = { ref: 'stubborn' };
    const first = submitInput({ buyer });
    expect(codeOf(await shop.submit(first))).toBe('OK');
    expect(codeOf(await shop.submit({ buyer }))).toBe('OPEN_ORDER_EXISTS');
    expect(codeOf(await shop.submit({ buyer }))).toBe('OPEN_ORDER_EXISTS');
    const another = submitInput({ buyer, allowAnother: true });
    const told = await shop.submit(another);
    expect(told).toMatchObject({ ok: false, refusal: { code: 'COOLING_DOWN', retryable: true, retryAfterMs: 700 } });
    expect(submitted(await shop.submit(first))).toMatchObject({ replayed: true });
    expect(codeOf(await shop.submit({ buyer: { ref: 'somebody else' } }))).toBe('OK');
    await shop.runtime.sleep(720);
    expect(codeOf(await shop.submit(another))).toBe('OK');
  });

  it('may repeat one and the same submit as often as the network asks for it', async () => {
    await open({ buyerLimits: limits });
    const input = submitInput();
    for (let n = 0; n < 12; n++) submitted(await shop.submit(input));
    expect(codeOf(await shop.submit({ buyer: input.buyer, allowAnother: true }))).toBe('OK');
  });

  it.each([
    ['contact', 2, (n: number) => ({ buyer: { ref: `buyer-${n}`, contact: { email: 'One@Example.com' } } }), 'CONTACT'],
    ['address', 3, (n: number) => ({ buyer: contact(n), client: { address: '203.0.113.7' } }), 'ADDRESS'],
  ] as const)('has at most so many unpaid orders with one %s, also when they come at the same moment', async (_what, max, input, of) => {
    await open({ buyerLimits: limits });
    const answers = await Promise.all(Array.from({ length: max + 3 }, (_, n) => shop.submit(input(n))));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(max);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'TOO_MANY_UNPAID_ORDERS', details: { of, limit: max } } });
  });

  it('is never refused for what is only unusual: the order says what it was, and holds neither address nor device', async () => {
    await open({ buyerLimits: limits });
    const input = (n: number) => ({ buyer: contact(n), client: { address: '203.0.113.7', device: 'phone-of-bob' } });
    const signals = [];
    for (let n = 0; n < 3; n++) signals.push(submitted(await shop.submit(input(n))).order.state.submitted.risk);
    expect(signals).toEqual([
      undefined,
      [{ signal: 'UNPAID_BY_ADDRESS', count: 2, limit: 3 }],
      [{ signal: 'UNPAID_BY_ADDRESS', count: 3, limit: 3 }],
    ]);
    const { orderId, order } = submitted(await shop.submit({ ...input(9), client: { device: 'phone-of-bob' } }));
    expect(order.state.submitted.client).toEqual({ deviceKey: expect.any(String) });
    expect(JSON.stringify(await shop.store.read(`order-${orderId}`))).not.toMatch(/203\.0\.113\.7|phone-of-bob/);
  });
});

describe('an unpaid open order', () => {
  it('refuses the same wish under a fresh key and shows itself with a valid token', async () => {
    await open();
    const buyer = { ref: 'twice' };
    const first = submitted(await shop.submit({ buyer }));
    const second = await shop.submit({ buyer });
    expect(second).toMatchObject({
      ok: false,
      refusal: { code: 'OPEN_ORDER_EXISTS' },
      order: { state: { orderId: first.orderId } },
      accessToken: first.accessToken,
    });
    expect(codeOf(await shop.submit({ buyer, quantity: 2 }))).toBe('OK');
    expect(codeOf(await shop.submit({ buyer, allowAnother: true }))).toBe('OK');
  });

  it('is seen by another key in the same breath', async () => {
    await open();
    const codes = await Promise.all([1, 2, 3, 4].map(() => shop.submit({ buyer: { ref: 'hasty' } }).then(codeOf)));
    expect(codes.sort()).toEqual(['OK', 'OPEN_ORDER_EXISTS', 'OPEN_ORDER_EXISTS', 'OPEN_ORDER_EXISTS']);
  });

  it.each(['RequestCancel', 'pay'] as const)('is none any more after %s', async (how) => {
    await open();
    const buyer = { ref: 'returns' };
    const { orderId } = submitted(await shop.submit({ buyer }));
    await (how === 'pay' ? shop.pay(orderId) : shop.decide(orderId, { type: how }));
    expect(codeOf(await shop.submit({ buyer }))).toBe('OK');
  });

  it('on another node is found through the read model, and believed only as far as its stream says so', async () => {
    const found: { orderId: string | null } = { orderId: null };
    await open({ findOpenOrder: async () => found.orderId });
    const buyer = { ref: 'roams' };
    const first = submitted(await shop.submitNode().execute(new SubmitOrder(storefront, submitInput({ buyer }))));
    found.orderId = first.orderId;
    expect(codeOf(await shop.submit({ buyer }))).toBe('OPEN_ORDER_EXISTS');
    await shop.decide(first.orderId, { type: 'RequestCancel' });
    expect(codeOf(await shop.submit({ buyer }))).toBe('OK');
  });
});

describe('a SKU with one open order per buyer', () => {
  const buyer = { ref: 'strict' };

  it('lets one of many nodes through, whatever they know of each other and whatever they ask to allow', async () => {
    await open();
    await shop.configureSku({ oneOpenOrderPerBuyer: true });
    const nodes = Array.from({ length: 6 }, () => shop.submitNode(shop.node()));
    const codes = await Promise.all(
      nodes.map((node) => node.execute(new SubmitOrder(storefront, submitInput({ buyer, allowAnother: true }))).then(codeOf)),
    );
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(codes.filter((code) => !['OK', 'OPEN_ORDER_EXISTS', 'SLOT_HELD'].includes(code))).toEqual([]);
  });

  it('loses nothing by a crash between slot and order: the same key goes on at once, another one after the grace', async () => {
    let nowMs = 1_000_000;
    class SteppedRuntime extends SystemRuntime {
      override monotonicMs = (): number => nowMs;
    }
    let crashing = true;
    await open({
      runtime: new SteppedRuntime(),
      around: (store) => ({
        read: (...args) => store.read(...args),
        subscribe: (...args) => store.subscribe(...args),
        head: () => store.head(),
        append: (stream, ...rest) => {
          if (crashing && stream.startsWith('order-')) throw new Error('the process died here');
          return store.append(stream, ...rest);
        },
      }),
    });
    await shop.configureSku({ oneOpenOrderPerBuyer: true });
    const input = submitInput({ buyer });
    await expect(shop.submit(input)).rejects.toThrow('died');
    crashing = false;
    expect(codeOf(await shop.submit({ buyer }))).toBe('SLOT_HELD');
    nowMs += SLOT_GRACE_MS / 2;
    const again = submitted(await shop.submit(input));
    nowMs += SLOT_GRACE_MS * 2;
    expect(codeOf(await shop.submit({ buyer }))).toBe('OPEN_ORDER_EXISTS');
    await shop.decide(again.orderId, { type: 'RequestCancel' });
    crashing = true;
    await expect(shop.submit({ buyer })).rejects.toThrow('died');
    crashing = false;
    nowMs += SLOT_GRACE_MS;
    expect(codeOf(await shop.submit({ buyer, idempotencyKey: freshKey() }))).toBe('OK');
  });
});
