import { isOrderToken, orderTokenOf } from '../../src/application/order-token';
import { CancelOrder, CancelOrderHandler } from '../../src/application/commands/cancel-order';
import { RotateAccessToken, RotateAccessTokenHandler } from '../../src/application/commands/rotate-access-token';
import { freshKey, nobody, openShop, storefront, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const rotate = (orderId: string, idempotencyKey = freshKey()) =>
  new RotateAccessTokenHandler(shop.desk, shop.keyring).execute(new RotateAccessToken(storefront, { idempotencyKey, orderId }));

it('is the key version and the MAC over order id and epoch', async () => {
  const { orderId, accessToken } = submitted(await shop.submit());
  expect(accessToken).toBe(`v1.${shop.keyring.tokenMac(`${orderId}1`, 1).mac}`);
});

it.each([
  ['another order', (token: string) => token.replace('.', '.x')],
  ['a letter more', (token: string) => `${token}A`],
  ['a letter less', (token: string) => token.slice(0, -1)],
  ['another key version', (token: string) => token.replace('v1.', 'v2.')],
  ['another case', (token: string) => token.toLowerCase()],
  ['nothing', () => ''],
  ['a megabyte', () => 'v1.'.padEnd(1_000_000, 'A')],
])('is refused as %s', async (_what, forge) => {
  const { accessToken, order } = submitted(await shop.submit());
  expect(isOrderToken(shop.keyring, order.state, accessToken)).toBe(true);
  expect(isOrderToken(shop.keyring, order.state, forge(accessToken))).toBe(false);
});

it('opens no order that does not exist, not even the token that would fit', () => {
  const missing = { orderId: '00000000-0000-5000-8000-000000000000', tokenEpoch: 0 };
  expect(isOrderToken(shop.keyring, missing, orderTokenOf(shop.keyring, missing))).toBe(false);
});

it('is worthless after a rotation, on every node, and the new one is told again to a repeated request', async () => {
  const { orderId, accessToken } = submitted(await shop.submit());
  const key = freshKey();
  const rotated = await rotate(orderId, key);
  const repeated = await rotate(orderId, key);
  if (!rotated.ok || !repeated.ok) throw new Error('refused');
  expect(rotated.accessToken).not.toBe(accessToken);
  expect(repeated).toMatchObject({ accessToken: rotated.accessToken, replayed: true });
  const cancel = (token: string) =>
    new CancelOrderHandler(shop.desk).execute(new CancelOrder(nobody, { idempotencyKey: freshKey(), orderId, accessToken: token }));
  expect(await cancel(accessToken)).toMatchObject({ ok: false, refusal: { code: 'NOT_FOUND' } });
  expect(await cancel(rotated.accessToken)).toMatchObject({ ok: true });
});
