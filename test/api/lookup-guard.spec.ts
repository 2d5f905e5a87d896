import { ApiShop } from './support/api-shop';

const ORDER = 'query($id: ID!) { order(id: $id) { id } }';
const BY_NUMBER = 'query($number: String!, $token: String!) { orderByNumber(number: $number, accessToken: $token) { id } }';
const CANCEL = 'mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { userErrors { code } } }';

describe('whoever looks for orders of others', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start({ CARDRAIL_LOOKUP_MISSES_PER_MINUTE: '6', CARDRAIL_TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => shop.close());

  it('is told to wait after so many misses, by every door, and by address: not the one next to it, and not who finds what they look for', async () => {
    const { id, number, token } = await shop.order();
    const from = (address: string, with_: string) => ({ 'x-forwarded-for': address, 'x-order-token': with_ });
    const guesser = from('203.0.113.7', `${token.slice(0, -4)}AAAA`);
    for (let i = 0; i < 20; i++) expect((await shop.ask(ORDER, { id }, from('203.0.113.7', token))).data).toEqual({ order: { id } });
    for (let i = 0; i < 2; i++) {
      expect((await shop.ask(ORDER, { id }, guesser)).data).toEqual({ order: null });
      expect((await shop.ask(BY_NUMBER, { number, token: guesser['x-order-token'] }, guesser)).data).toEqual({ orderByNumber: null });
      const input = { idempotencyKey: `guess-${i}`, orderId: id };
      expect((await shop.ask(CANCEL, { input }, guesser)).data).toEqual({ cancelOrder: { userErrors: [{ code: 'NOT_FOUND' }] } });
    }
    // From now on nothing is looked at, so a right token gets the same answer from there.
    for (const papers of [guesser, from('203.0.113.7', token)]) {
      const { status, errors, headers } = await shop.ask(ORDER, { id }, papers);
      expect({ status, code: errors?.[0]?.extensions['code'] }).toEqual({ status: 429, code: 'RATE_LIMITED' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await shop.ask(ORDER, { id }, from('203.0.113.8', token))).data).toEqual({ order: { id } });
    // A key has room for ten times as many, of its own.
    for (let i = 0; i < 10; i++) expect((await shop.ask(ORDER, { id: `no-such-${i}` })).data).toEqual({ order: null });
    expect((await shop.ask(ORDER, { id })).data).toEqual({ order: { id } });
  });
});
