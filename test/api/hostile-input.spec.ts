import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getIntrospectionQuery, parse, print } from 'graphql';
import { readPublicOperations } from '../../src/config/public-operations';
import { ApiShop, key, SUBMIT } from './support/api-shop';

describe('bad input gets a good answer', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
  });
  afterAll(() => shop.close());
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));

  const nested = (depth: number): string => `{ order(id: "x") ${'{ asOf(revision: 0) '.repeat(depth)}{ id }${' }'.repeat(depth)} }`;
  const input = (over: object = {}) => ({
    idempotencyKey: key(),
    skuId: 'game',
    quantity: 1,
    buyer: { ref: key() },
    payment: { gatewayId: 'main', kind: 'CHARGE' },
    ...over,
  });
  const refused = (answer: { status: number; errors?: readonly { extensions: Readonly<Record<string, unknown>> }[] }) => ({
    status: answer.status,
    code: answer.errors?.[0]?.extensions['code'],
  });
  const BAD = { status: 400, code: 'BAD_USER_INPUT' };

  test.each([
    ['50-deep nesting', nested(50)],
    [
      'nesting that hides in a fragment called __schema',
      `query { order(id: "x") { ...__schema } } fragment __schema on Order { ${'asOf(revision: 0) { '.repeat(30)} id ${'} '.repeat(30)} }`,
    ],
    ['1,000 aliases', `{ ${Array.from({ length: 1_000 }, (_, i) => `a${i}: skus { id }`).join(' ')} }`],
    ['a fragment that spreads itself', '{ order(id: "x") { ...a } } fragment a on Order { id ...b } fragment b on Order { ...a }'],
    [
      'fragments that double twenty times',
      `{ order(id: "x") { ...f0 } } ${Array.from({ length: 20 }, (_, i) => `fragment f${i} on Order { id ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f20 on Order { id number status }`,
    ],
    ['lists of lists of lists', '{ orders(first: 100) { nodes { history(first: 100) { nodes { type summary hash } } } } }'],
    ['1,000 directives', `{ skus { id ${'@include(if: true) '.repeat(1_000)} } }`],
    ['a NUL in a literal', '{ sku(id: "a\\u0000b") { id } }'],
    ['half a character in a literal', '{ sku(id: "a\\uD800b") { id } }'],
    ['a text that is no document', '{ skus { '],
    ['a field that does not exist', '{ prices { id } }'],
    ['a page of zero', '{ orders(first: 0) { totalCount } }'],
    ['a page of 101', '{ orders(first: 101) { totalCount } }'],
    ['a page without a size', '{ orders { totalCount } }'],
    ['a forged cursor', '{ orders(first: 1, after: "WyJhIl0") { totalCount } }'],
    ['a subscription that is posted', 'subscription { orderUpdated(orderId: "x") { revision } }'],
    ['both or neither moment of asOf', '{ orders(first: 1) { totalCount } a: sku(id: 5.5) { id } }'],
  ])('%s is refused', async (_what, query) => {
    const answer = await shop.ask(query);
    expect(refused(answer)).toEqual(BAD);
    expect(answer.errors?.[0]?.extensions['requestId']).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(answer)).not.toMatch(/stack|node_modules|\.ts:/);
  });

  test.each([
    ['1.5 pieces', { quantity: 1.5 }],
    ['a quantity in words', { quantity: '1' }],
    ['an object where a text belongs', { skuId: { $ne: null } }],
    ['a list where a text belongs', { skuId: ['game'] }],
    ['a NUL', { skuId: 'ga\0me' }],
    ['half a character', { buyer: { ref: '\uD800' } }],
    ['10,000 characters', { checkoutId: 'x'.repeat(10_000) }],
    ['a price of the client', { price: { amountMinor: 1, currency: 'CNY' } }],
    [
      'a field twice',
      {
        fields: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
    ],
    ['an unknown kind', { payment: { gatewayId: 'main', kind: 'BARTER' } }],
    ['a return URL of another scheme', { payment: { gatewayId: 'main', kind: 'REDIRECT', returnUrl: 'javascript:alert(1)' } }],
    ['a mail address that is none', { buyer: { ref: 'x', contact: { email: 'nobody' } } }],
    ['an empty key', { idempotencyKey: '' }],
  ])('%s is refused', async (_what, over) => {
    expect(refused(await shop.ask(SUBMIT, { input: input(over) }))).toEqual(BAD);
  });

  test.each([0, -1, 1_000_000_000])('a quantity of %d is refused in words', async (quantity) => {
    const { data } = await shop.ask<{ submitOrder: object }>(SUBMIT, { input: input({ quantity }) });
    expect(data.submitOrder).toMatchObject({ order: null, userErrors: [{ code: 'QUANTITY_OUT_OF_RANGE' }] });
  });

  test.each([
    ['an array of operations', JSON.stringify([{ query: '{ skus { id } }' }]), {}, 400],
    ['__proto__', '{"query":"{ skus { id } }","variables":{"__proto__":{"a":1}}}', {}, 400],
    ['bad JSON', '{"query":', {}, 400],
    ['a text body', 'query={ skus { id } }', { 'content-type': 'text/plain' }, 415],
    ['a form', 'query=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['an odd charset', '{"query":"{ skus { id } }"}', { 'content-type': 'application/json; charset=utf-16' }, 415],
    ['variables that are a list', '{"query":"{ skus { id } }","variables":[1]}', {}, 400],
    ['no query', '{}', {}, 400],
    ['1 MB', JSON.stringify({ query: `{ skus { id } } #${'x'.repeat(1_000_000)}` }), {}, 413],
  ])('%s is refused', async (_what, body, headers: Record<string, string>, status) => {
    const answer = await shop.post(body, { ...shop.as('STOREFRONT'), ...headers });
    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: expect.any(String), requestId: expect.any(String) });
  });

  test('GET never runs anything, and shows the console instead', async () => {
    const response = await fetch(`${shop.url}/graphql?query=${encodeURIComponent('mutation { x }')}`, { headers: shop.as('ADMIN') });
    expect(response.headers.get('content-type')).toContain('text/html');
    expect((await fetch(`${shop.url}/graphql`, { method: 'PUT' })).status).toBe(404);
  });

  test('the standard introspection query fits the limits', async () => {
    const answer = await shop.ask<{ __schema: object }>(getIntrospectionQuery({ descriptions: true }));
    expect(answer.errors).toBeUndefined();
  });

  describe('who is asking', () => {
    test.each([
      ['a wrong key', { authorization: `Bearer ${'x'.repeat(43)}` }],
      ['another scheme', { authorization: 'Basic eDp5' }],
      ['an endless key', { authorization: `Bearer ${'x'.repeat(5_000)}` }],
    ])('%s is UNAUTHENTICATED', async (_what, headers) => {
      expect(refused(await shop.ask('{ skus { id } }', {}, headers))).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    });

    test('nobody at all gets nothing', async () => {
      for (const query of [
        '{ skus { id } }',
        '{ order(id: "x") { id } }',
        '{ orders(first: 1) { totalCount } }',
        `mutation { cancelOrder(input: { idempotencyKey: "k", orderId: "x" }) { replayed } }`,
      ]) {
        expect(refused(await shop.ask(query, {}, {}))).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
      }
      expect(refused(await shop.ask(SUBMIT, { input: input() }, {}))).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    });

    test('an order token opens no list and places no order', async () => {
      for (const [query, variables] of [
        ['{ skus { id } }', {}],
        ['{ orders(first: 1) { totalCount } }', {}],
        [SUBMIT, { input: input() }],
      ] as const) {
        expect(refused(await shop.ask(query, variables, { 'x-order-token': 'v1.abc' }))).toEqual({ status: 403, code: 'FORBIDDEN' });
      }
    });
  });

  describe('the header Idempotency-Key', () => {
    const headers = (given: string) => ({ ...shop.as('STOREFRONT'), 'idempotency-key': given });
    type Submitted = { submitOrder: { replayed: boolean; userErrors: unknown[]; order: { id: string } | null } };

    test('is the key where the input has none', async () => {
      await shop.sku('plenty', { oversell: true });
      await shop.until(() => shop.parts.settings.sku('plenty') !== undefined, 'the SKU is known');
      const { idempotencyKey: given, ...rest } = input({ skuId: 'plenty' });
      const first = await shop.ask<Submitted>(SUBMIT, { input: rest }, headers(given));
      expect(first.data.submitOrder.userErrors).toEqual([]);
      const second = await shop.ask<Submitted>(SUBMIT, { input: { ...rest, idempotencyKey: given } }, headers(given));
      expect(second.data.submitOrder).toMatchObject({ replayed: true, order: { id: first.data.submitOrder.order?.id } });
    });

    test('that differs from the input is refused', async () => {
      expect(refused(await shop.ask(SUBMIT, { input: input() }, headers('other')))).toEqual(BAD);
      expect(
        refused(await shop.ask('mutation { cancelOrder(input: { idempotencyKey: "k", orderId: "x" }) { replayed } }', {}, headers('other'))),
      ).toEqual(BAD);
      expect(
        refused(
          await shop.ask('mutation($k: ID!) { cancelOrder(input: { idempotencyKey: $k, orderId: "x" }) { replayed } }', { k: 'k' }, headers('other')),
        ),
      ).toEqual(BAD);
    });

    test('fits one mutation only', async () => {
      const one = 'cancelOrder(input: { idempotencyKey: "k", orderId: "x" }) { replayed }';
      expect(refused(await shop.ask(`mutation { a: ${one} b: ${one} }`, {}, headers('k')))).toEqual(BAD);
    });
  });
});

describe('limits that are switched on', () => {
  test('too many requests from one address are told when to come again, and stand in the audit trail without the address', async () => {
    const shop = await ApiShop.start({ CARDRAIL_RATE_LIMIT_PER_ADDRESS: '20' });
    try {
      const answers = await Promise.all(Array.from({ length: 60 }, () => shop.ask('{ skus { id } }', {}, {})));
      const limited = answers.filter(({ status }) => status === 429);
      expect(limited.length).toBeGreaterThan(0);
      expect(limited[0]?.headers.get('retry-after')).toBe('1');
      const TRAIL = 'query { auditTrail(first: 20, filter: { outcome: REFUSED }) { nodes { actorKind actorId code count } } }';
      type Trail = { auditTrail: { nodes: readonly { code: string | null }[] } };
      let noted: Trail['auditTrail']['nodes'] = [];
      await shop.until(async () => {
        const { data } = await shop.ask<Trail | null>(TRAIL, {}, shop.as('FINANCE'));
        noted = (data?.auditTrail.nodes ?? []).filter(({ code }) => code === 'RATE_LIMITED');
        return noted.length > 0;
      }, 'it is noted');
      expect(noted[0]).toMatchObject({ actorKind: null, actorId: null });
      expect(JSON.stringify(noted)).not.toContain('127.0.0.1');
    } finally {
      await shop.close();
    }
  });

  test('where the shop lists its operations, storefronts and buyers send these and no others', async () => {
    const shop = await ApiShop.start({ CARDRAIL_PUBLIC_OPERATIONS: join(__dirname, '../../examples/public-operations.graphql') });
    try {
      const listed =
        'query ShowProducts { # laid out otherwise\n skus { id name price { amountMinor currency } available soldOut active maxPerOrder fields payWithinSeconds deliverWithinSeconds } }';
      expect((await shop.ask(listed)).errors).toBeUndefined();
      const forbidden = { status: 403, code: 'FORBIDDEN' };
      const told = async (query: string, headers = shop.as('STOREFRONT')) => {
        const { status, errors } = await shop.ask(query, {}, headers);
        return { status, code: errors?.[0]?.extensions['code'] };
      };
      expect(await told('query ShowProducts { skus { id name fields } }')).toEqual(forbidden);
      expect(await told(`${listed} query More { skus { id } }`)).toEqual(forbidden);
      expect(await told('{ __typename }', { 'x-order-token': 'v1.abc' })).toEqual(forbidden);
      expect((await shop.ask('{ skus { id } }', {}, shop.as('SUPPORT'))).errors).toBeUndefined();
      const stream = await fetch(`${shop.url}/graphql/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...shop.as('STOREFRONT') },
        body: JSON.stringify({ query: 'subscription { orderUpdated(orderId: "x") { revision } }' }),
      });
      expect(stream.status).toBe(403);
      const list = readPublicOperations(join(__dirname, '../../examples/public-operations.graphql'), []) ?? new Set<string>();
      const page = readFileSync(join(__dirname, '../../src/api/pages/files/order-documents.js'), 'utf8');
      const fragment = /const ORDER = `([^`]*)`/.exec(page)?.[1] ?? '';
      const sent = [...page.matchAll(/export const \w+ = `([^`]*)`/g)].map(([, text = '']) => text.replace('${ORDER}', fragment));
      expect(sent.length).toBeGreaterThan(3);
      for (const text of sent) for (const definition of parse(text).definitions) expect(list).toContain(print(definition));
    } finally {
      await shop.close();
    }
  });

  test('too many operations with one key are told when to come again', async () => {
    const shop = await ApiShop.start({ CARDRAIL_RATE_LIMIT_PER_KEY: '5', CARDRAIL_GRAPHQL_CONSOLE: 'false' });
    try {
      const answers = await Promise.all(Array.from({ length: 12 }, () => shop.ask('{ skus { id } }')));
      const limited = answers.filter(({ status }) => status === 429);
      expect(limited.length).toBeGreaterThan(0);
      expect(limited[0]?.headers.get('retry-after')).toBe('1');
      expect(limited[0]?.errors?.[0]?.extensions['code']).toBe('RATE_LIMITED');
      expect((await shop.ask('{ __schema { types { name } } }', {}, shop.as('OPS'))).status).toBe(400);
      const misspelt = await shop.ask('{ sku(id: "x") { nam } }', {}, shop.as('OPS'));
      expect(JSON.stringify(misspelt.errors)).not.toContain('Did you mean');
      expect((await fetch(`${shop.url}/graphql`)).status).toBe(405);
    } finally {
      await shop.close();
    }
  });
});
