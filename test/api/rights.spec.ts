import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isLeafType,
  isNonNullType,
  getNamedType,
} from 'graphql';
import { limitedFields, mayRead } from '../../src/api/graphql/rights/limited-fields';
import { fieldRuleProblems, guardSchema } from '../../src/api/graphql/rights/guard-schema';
import { openFields } from '../../src/api/graphql/rights/open-fields';
import { allows, Forbidden, type Operation, roles } from '../../src/application/authorise';
import type { Role } from '../../src/application/caller';
import { operations } from '../../src/application/commands';
import { queryOperations } from '../../src/application/queries';
import { sha256Hex } from '../../src/domain/kernel/hash';
import { type Answer, ApiShop, key } from './support/api-shop';

const printed = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');
const schema = buildSchema(printed);

/** S = STOREFRONT, B = BUYER, U = SUPPORT, F = FINANCE, O = OPS, A = ADMIN; mutations have theirs in commands-rights.spec. */
const QUERIES: Readonly<Record<string, string>> = {
  apiKeys: '.....A',
  approvals: '..UFOA',
  auditTrail: '...F.A',
  batches: '..UFOA',
  blocks: '..UFOA',
  buyerErasure: '.....A',
  buyerHistory: '..UFOA',
  canaryReport: '..UFOA',
  channel: '..UFOA',
  channelNotices: '..UFOA',
  channelSupply: '..UFOA',
  channels: '..UFOA',
  compensationQueue: '..UFOA',
  demandForecast: '..UFOA',
  discrepancies: '...F.A',
  explainRoute: '..UFOA',
  gateways: 'S.UFOA',
  inDoubtExposure: '..UFOA',
  incident: '..UFOA',
  incidents: '..UFOA',
  job: '...FOA',
  jobs: '...FOA',
  lanes: '..UFOA',
  ledger: '...F.A',
  notices: '..UFOA',
  order: 'SBUFOA',
  'order.asOf': 'SBUFOA',
  'order.availableActions': 'SBUFOA',
  'order.history': 'SBUFOA',
  orderByNumber: 'SBUFOA',
  orders: 'S.UFOA',
  outbox: '....OA',
  parkedEvents: '....OA',
  projections: '....OA',
  reconciliation: '...F.A',
  reviews: '..UFOA',
  routingPolicy: '..UFOA',
  sealingKeys: '.....A',
  searchOrders: 'S.UFOA',
  sku: 'S.UFOA',
  skus: 'S.UFOA',
  system: '....OA',
  taggedOrders: '..UFOA',
};

/** A value that fits the type and names nothing that exists. */
function valueFor(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return valueFor(type.ofType);
  if (isListType(type)) return [valueFor(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || field.name === 'reason');
    return Object.fromEntries(required.map((field) => [field.name, valueFor(field.type)]));
  }
  const known: Readonly<Record<string, unknown>> = {
    Int: 1,
    Boolean: false,
    BigInt: '1',
    Currency: 'CNY',
    Date: '2026-01-01',
    DateTime: '2026-01-01T00:00:00Z',
    Locale: 'en',
  };
  return known[String(type)] ?? 'no-such';
}

interface Asked {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Asks for one field of a root with made-up arguments. */
function documentFor(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): Asked {
  const args = field.args.filter(({ type, name }) => isNonNullType(type) || name === 'first');
  const heads = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const uses = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return {
    query: `${kind}${heads === '' ? '' : `(${heads})`} { ${field.name}${uses === '' ? '' : `(${uses})`}${selection} }`,
    variables: Object.fromEntries(args.map(({ name, type }) => [name, valueFor(type)])),
  };
}

const roots = [
  ...Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => ({ kind: 'query' as const, field, name: field.name })),
  ...Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => ({ kind: 'mutation' as const, field, name: field.name })),
];
const all: readonly Operation[] = [...operations, ...queryOperations];
const operationOf = (name: string): Operation | undefined => all.find(({ operation }) => operation === name);
const codeOf = ({ errors }: Answer<unknown>): unknown => errors?.[0]?.extensions['code'];

describe('rules', () => {
  it('are there for every operation of the schema', () => {
    expect(roots.filter(({ name }) => operationOf(name) === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('of queries are as written down here', () => {
    const letters = Object.fromEntries(
      queryOperations.map((operation) => [
        operation.operation,
        roles.map((role, i) => (allows(operation, role) ? 'SBUFOA'.charAt(i) : '.')).join(''),
      ]),
    );
    expect(letters).toEqual(QUERIES);
  });

  it('are there for every field, and a field without one stops the build', () => {
    expect(fieldRuleProblems(schema)).toEqual([]);
    const withMore = buildSchema(printed.replace('\ntype Sku {', '\ntype Sku {\n  purchasePrice: Int\n'));
    expect(() => guardSchema(withMore)).toThrow('Sku.purchasePrice has no rule');
    const withLess = buildSchema(printed.replace(/type PageInfo \{[^}]*\}/, 'type PageInfo { hasNextPage: Boolean! }'));
    expect(() => guardSchema(withLess)).toThrow('PageInfo.endCursor has a rule and does not exist');
    expect(Object.keys(openFields)).toEqual([...Object.keys(openFields)].sort());
  });

  const cells = Object.entries(limitedFields).flatMap(([type, fields]) =>
    Object.keys(fields).flatMap((field) => roles.map((role) => ({ type, field, role }))),
  );
  it.each(cells)('$type.$field is shown to $role only if it may read it', ({ type, field, role }) => {
    const guarded = guardSchema(buildSchema(printed)).getType(type) as unknown as { getFields(): Record<string, GraphQLField<unknown, unknown>> };
    const ruled = guarded.getFields()[field];
    const read = (): unknown => ruled?.resolve?.({ [field]: 'shown' }, {}, { caller: { role } }, { fieldName: field } as never);
    if (mayRead(type, field, role)) expect(read()).toBe('shown');
    else if (ruled !== undefined && isNonNullType(ruled.type))
      if (isListType(ruled.type.ofType)) expect(read()).toEqual([]);
      else expect(read).toThrow(Forbidden);
    else expect(read()).toBeNull();
  });
});

describe('every operation, asked for over HTTP', () => {
  let shop: ApiShop;
  let own: { readonly id: string; readonly number: string; readonly token: string };
  let other: typeof own;
  const foreign = key();
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.set('apiKey', 'other-shop', { clientId: 'other-shop', role: 'STOREFRONT', keyHash: sha256Hex(foreign) });
    await shop.stock('game', 4);
    own = await shop.order();
    other = await shop.order();
    await shop.untilStatus(own.id, 'COMPLETED');
    await shop.untilStatus(other.id, 'COMPLETED');
    await shop.until(() => shop.parts.settings.apiKeyByHash(sha256Hex(foreign)) !== undefined, 'the key is known');
  });
  afterAll(() => shop.close());

  const papersOf = (role: Role): Record<string, string> => (role === 'BUYER' ? { 'x-order-token': own.token } : shop.as(role));

  const cells = roots.flatMap(({ kind, field, name }) => roles.map((role) => ({ kind, field, name, role })));
  it.each(cells)('$kind $name as $role', async ({ kind, field, name, role }) => {
    const { query, variables } = documentFor(kind, field);
    const answer = await shop.ask(query, variables, papersOf(role));
    const operation = operationOf(name);
    const allowed = operation !== undefined && allows(operation, role);
    if (!allowed) expect({ code: codeOf(answer), status: answer.status }).toEqual({ code: 'FORBIDDEN', status: 403 });
    else expect(['FORBIDDEN', 'UNAUTHENTICATED', 'INTERNAL']).not.toContain(codeOf(answer));
  });

  it.each(roots)('$kind $name with no papers', async ({ kind, field }) => {
    const { query, variables } = documentFor(kind, field);
    const answer = await shop.ask(query, variables, {});
    // A token in the arguments is papers, too; a wrong one opens nothing.
    if (variables['accessToken'] !== undefined) expect(answer.data).toEqual({ [field.name]: null });
    // A link is all the papers that there are; this one opens nothing.
    else if (field.name === 'openSharedOrder') expect(answer).toMatchObject({ status: 200, data: { openSharedOrder: {} } });
    else expect(['UNAUTHENTICATED', 'FORBIDDEN']).toContain(codeOf(answer));
  });

  const onOrders = roots.filter(({ kind, field, name }) => {
    const input = field.args.map(({ type }) => getNamedType(type)).find(isInputObjectType);
    return kind === 'mutation' && input?.getFields()['orderId'] !== undefined && name !== 'matchNotice';
  });
  const userErrors = async (name: string, field: GraphQLField<unknown, unknown>, orderId: string, headers: Record<string, string>) => {
    const { query, variables } = documentFor('mutation', field);
    const input = { ...(variables['input'] as object), orderId, idempotencyKey: key() };
    const answer = await shop.ask<Record<string, { userErrors: readonly { code: string }[] }>>(
      query.replace('__typename', 'userErrors { code field message }'),
      { input },
      headers,
    );
    return answer.errors === undefined ? answer.data[name]?.userErrors : answer.errors.map(({ extensions }) => ({ code: extensions['code'] }));
  };
  const ownership = onOrders.flatMap(({ field, name }) =>
    (['STOREFRONT', 'BUYER'] as const).filter((role) => allows(operationOf(name) as Operation, role)).map((role) => ({ field, name, role })),
  );
  it.each(ownership)('$name on a foreign order is to $role as on one that does not exist', async ({ field, name, role }) => {
    const strangers = role === 'BUYER' ? { 'x-order-token': other.token } : { authorization: `Bearer ${foreign}` };
    const missing = await userErrors(name, field, 'no-such', strangers);
    expect(missing).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await userErrors(name, field, own.id, strangers)).toEqual(missing);
    const mine = await userErrors(name, field, other.id, role === 'BUYER' ? { 'x-order-token': other.token } : shop.as('STOREFRONT'));
    expect(mine).not.toEqual(missing);
    if (name === 'rotateAccessToken') other = { ...other, token: await tokenOf(other.id) };
  });
  const tokenOf = async (orderId: string): Promise<string> => {
    const input = { idempotencyKey: key(), orderId };
    const { data } = await shop.ask<{ rotateAccessToken: { accessToken: string } }>(
      'mutation($input: RotateAccessTokenInput!) { rotateAccessToken(input: $input) { accessToken } }',
      { input },
    );
    return data.rotateAccessToken.accessToken;
  };

  it.each(['STOREFRONT', 'BUYER'] as const)('a foreign order is null to %s, by id and by number, with all that hangs on it', async (role) => {
    const strangers = role === 'BUYER' ? { 'x-order-token': other.token } : { authorization: `Bearer ${foreign}` };
    const byId = await shop.ask('query($id: ID!) { order(id: $id) { id history(first: 5) { nodes { type } } } }', { id: own.id }, strangers);
    expect(byId.data).toEqual({ order: null });
    const byNumber = 'query($number: String!, $token: String!) { orderByNumber(number: $number, accessToken: $token) { id } }';
    expect((await shop.ask(byNumber, { number: own.number, token: other.token }, strangers)).data).toEqual({ orderByNumber: null });
  });

  it('lists show a storefront the orders of its own client and no others', async () => {
    const list = 'query { orders(first: 10) { totalCount nodes { id } } }';
    await shop.until(async () => (await shop.ask<{ orders: { totalCount: number } }>(list)).data.orders.totalCount === 2, 'the orders are listed');
    const { data } = await shop.ask(list, {}, { authorization: `Bearer ${foreign}` });
    expect(data).toEqual({ orders: { totalCount: 0, nodes: [] } });
  });

  it('limited fields are null to who may not read them, and there for who may', async () => {
    const query = `query($id: ID!, $token: String) { order(id: $id, accessToken: $token) { history(first: 3) { nodes { data actor { kind id } } } } }`;
    for (const role of roles) {
      const answer = await shop.ask<{
        order: { history: { nodes: { data: object | null; actor: { id: string | null } }[] } };
      }>(query, { id: own.id }, papersOf(role));
      const { history } = answer.data.order;
      const staff = !['STOREFRONT', 'BUYER'].includes(role);
      expect([role, history.nodes.every(({ data, actor }) => (data !== null) === staff && (actor.id !== null) === staff)]).toEqual([role, true]);
    }
    const gateways = 'query { gateways { id account { merchantId maxInFlight } } }';
    const seen = async (role: Role) => (await shop.ask<{ gateways: { account: object | null }[] }>(gateways, {}, papersOf(role))).data.gateways;
    const skus = 'query { skus { incidents { waitingOrders waitingMinutes failurePercent lowStockUnits lowStockDays } } }';
    const thresholds = async (role: Role) => (await shop.ask<{ skus: { incidents: object | null }[] }>(skus, {}, papersOf(role))).data.skus[0];
    expect(await thresholds('STOREFRONT')).toEqual({ incidents: null });
    const unsaid = { waitingMinutes: null, failurePercent: null, lowStockUnits: null, lowStockDays: null };
    expect(await thresholds('SUPPORT')).toEqual({ incidents: { waitingOrders: 50, ...unsaid } });
    expect(await seen('STOREFRONT')).toMatchObject([{ account: null }]);
    expect(await seen('SUPPORT')).toMatchObject([{ account: { merchantId: expect.any(String) as string, maxInFlight: 128 } }]);
  });
});
