import { FakeCaptchaVendor } from '../support/fake-captcha-vendor';
import { ApiShop, key, SUBMIT } from './support/api-shop';

interface Submitted {
  readonly submitOrder: {
    readonly order: { readonly id: string } | null;
    readonly replayed: boolean;
    readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] }[];
  };
}

const SECRET = 'captcha-secret-of-this-test';
const PASSED = { status: 200, body: JSON.stringify({ success: true }) };
const USED_UP = { status: 200, body: JSON.stringify({ success: false, 'error-codes': ['timeout-or-duplicate'] }) };

describe('a shop that wants to see people', () => {
  const vendor = new FakeCaptchaVendor();
  let shop: ApiShop;
  beforeAll(async () => {
    const url = await vendor.start();
    shop = await ApiShop.start({ CARDRAIL_CAPTCHA: 'always', CARDRAIL_CAPTCHA_SECRET: SECRET, CARDRAIL_CAPTCHA_URL: url });
    await shop.stock('game', 5);
  });
  afterAll(async () => {
    await shop.close();
    vendor.stop();
  });
  beforeEach(() => {
    vendor.heard.length = 0;
    vendor.answer = PASSED;
  });

  const wish = (captchaToken?: string) => ({
    idempotencyKey: key(),
    skuId: 'game',
    quantity: 1,
    buyer: { ref: key() },
    payment: { gatewayId: 'main', kind: 'CHARGE' },
    ...(captchaToken === undefined ? {} : { client: { address: '203.0.113.7', captchaToken } }),
  });
  const submit = async (input: object) => (await shop.ask<Submitted>(SUBMIT, { input })).data.submitOrder;

  it('refuses an order without a solved captcha, stores nothing, and takes the same key with one', async () => {
    const input = wish();
    expect((await submit(input)).userErrors).toMatchObject([{ code: 'CAPTCHA_REQUIRED' }]);
    const taken = await submit({ ...input, client: { captchaToken: 'solved' } });
    expect(taken).toMatchObject({ order: { id: expect.any(String) as string }, replayed: false, userErrors: [] });
    expect(vendor.heard.map((form) => form.get('response'))).toEqual(['solved']);
  });

  it('answers a repeat with its order, although the captcha is used up by then', async () => {
    const input = wish('once');
    const first = await submit(input);
    vendor.answer = USED_UP;
    expect(await submit(input)).toMatchObject({ order: { id: first.order?.id }, replayed: true, userErrors: [] });
    expect((await submit(wish('once'))).userErrors).toMatchObject([{ code: 'CAPTCHA_FAILED' }]);
  });

  it('spends no captcha on an order that is refused for something else', async () => {
    expect((await submit({ ...wish('kept'), quantity: 0 })).userErrors).toMatchObject([{ code: 'QUANTITY_OUT_OF_RANGE' }]);
    expect(vendor.heard).toEqual([]);
  });

  it('sells on while the vendor is away, counts such orders, and keeps neither token nor secret anywhere', async () => {
    vendor.answer = 'HANG_UP';
    const { order } = await submit(wish('unjudged-token'));
    const metrics = await shop.parts.metrics.text();
    expect(metrics).toMatch(/cardrail_captcha_checks_total\{[^}]*verdict="unknown"[^}]*\} 1/);
    const history = await shop.parts.store.read(`order-${order?.id ?? ''}`);
    expect(history.length).toBeGreaterThan(0);
    for (const text of [metrics, JSON.stringify(history)]) {
      expect(text).not.toContain('unjudged-token');
      expect(text).not.toContain(SECRET);
    }
    expect(shop.defects).toEqual([]);
  });
});
