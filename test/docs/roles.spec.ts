import { ApiShop } from '../api/support/api-shop';
import { operationsOf, readPage } from './markdown';

/** Whom each page is written for. */
const READERS = [
  ['docs/tour.md', 'STOREFRONT'],
  ['docs/storefront.md', 'STOREFRONT'],
  ['docs/support.md', 'SUPPORT'],
  ['docs/finance.md', 'FINANCE'],
  ['docs/operator.md', 'OPS'],
] as const;

const cases = READERS.flatMap(([page, role]) =>
  operationsOf(readPage(page))
    .filter(({ text }) => !text.startsWith('subscription'))
    .map((operation) => ({ ...operation, role })),
);

describe('operations in the docs', () => {
  let shop: ApiShop;
  let orderId = '';
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.stock('game', 3);
    orderId = (await shop.order()).id;
  });
  afterAll(() => shop.close());

  // What such an order may refuse, it refuses as a user error. A reader who may not do it, or an input that is none, is a top-level error.
  test.each(cases)('$where is answered to $role', async ({ role, text, variables }) => {
    const filled = JSON.parse(JSON.stringify(variables ?? {}).replaceAll('ORDER_ID', orderId)) as object;
    const { status, errors } = await shop.ask(text, filled, shop.as(role));
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
  });
});
