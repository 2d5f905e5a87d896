import { ApiShop, key, SUBMIT } from './support/api-shop';

/** Plain JSON is answered without Apollo's HTTP half; whoever names the type more closely is answered by the whole of it. */
const PLAIN = [undefined, '*/*', 'application/json', 'application/json, text/plain, */*'];
const WHOLE = 'application/json; charset=utf-8';

describe('an answer is the same whichever way its operation goes:', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
  });
  afterAll(() => shop.close());
  afterEach(() => expect(shop.defects.splice(0)).toEqual([]));

  async function answered(body: object, accept: string | undefined, role: 'STOREFRONT' | 'ADMIN') {
    const headers = { 'content-type': 'application/json', ...shop.as(role), 'x-request-id': 'same', ...(accept === undefined ? {} : { accept }) };
    const response = await fetch(`${shop.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { status, headers: said } = response;
    // The log goes on by itself, and lists say how far they are.
    const text = (await response.text()).replace(/"position":(?:null|"\d+"),"lagMs":\d+/, '');
    return { status, type: said.get('content-type'), retryAfter: said.get('retry-after'), cache: said.get('cache-control'), text };
  }

  const input = { idempotencyKey: key(), skuId: 'nothing', quantity: 1, buyer: { ref: 'b' }, payment: { gatewayId: 'main', kind: 'CHARGE' } };

  it.each<readonly [string, number, object]>([
    ['a query', 200, { query: '{ skus { id name } }' }],
    ['a query with nulls for what is not there', 200, { query: '{ skus { id } }', variables: null, operationName: null }],
    ['one operation of two', 200, { query: 'query A { skus { id } } query B { skus { name } }', operationName: 'B' }],
    ['a mutation that is refused', 200, { query: SUBMIT, variables: { input } }],
    ['a field that does not exist', 400, { query: '{ prices { id } }' }],
    ['a variable of another type', 400, { query: SUBMIT, variables: { input: { ...input, quantity: 'many' } } }],
    ['a variable that is missing', 400, { query: SUBMIT }],
    ['an operation that is not there', 400, { query: 'query A { skus { id } }', operationName: 'B' }],
    ['two operations and no name', 400, { query: 'query A { skus { id } } query B { skus { name } }' }],
    ['what the role may not ask for', 403, { query: '{ jobs(first: 1) { nodes { id } } }' }],
    ['a question about the schema', 200, { query: '{ __schema { queryType { name } } }' }],
  ])('%s: %i', async (_what, status, body) => {
    const whole = await answered(body, WHOLE, 'STOREFRONT');
    expect(whole.status).toBe(status);
    for (const accept of PLAIN) expect(await answered(body, accept, 'STOREFRONT')).toEqual(whole);
  });

  it('extensions are judged by Apollo, as is a type that we do not have', async () => {
    const asked = { query: '{ skus { id } }' };
    expect((await answered({ ...asked, extensions: 'many' }, 'application/json', 'ADMIN')).status).toBe(400);
    expect((await answered(asked, 'application/graphql-response+json', 'ADMIN')).type).toBe('application/graphql-response+json; charset=utf-8');
    expect((await answered(asked, 'image/png', 'ADMIN')).status).toBe(406);
  });
});
