import { Turnstile } from '../../../src/infrastructure/captcha/turnstile';
import { FakeCaptchaVendor } from '../../support/fake-captcha-vendor';

const SECRET = 'the-secret-key-of-the-shop';

describe('Cloudflare Turnstile', () => {
  const vendor = new FakeCaptchaVendor();
  const why: string[] = [];
  let turnstile: Turnstile;
  beforeAll(async () => {
    turnstile = new Turnstile({ verifyUrl: await vendor.start(), secret: SECRET }, (cause) => why.push(cause));
  });
  afterAll(async () => {
    await turnstile.release();
    vendor.stop();
  });
  beforeEach(() => {
    vendor.heard.length = 0;
    why.length = 0;
  });

  const judged = (status: number, answer: unknown): Promise<string> => {
    vendor.answer = { status, body: typeof answer === 'string' ? answer : JSON.stringify(answer) };
    return turnstile.judge({ token: 'from & the browser', address: '203.0.113.7', key: '6b3c7d2e-0000-5000-8000-000000000001' });
  };

  it('tells the vendor the token, the address and the key, and nothing else of the order', async () => {
    expect(await judged(200, { success: true, hostname: 'shop.example' })).toBe('PASSED');
    expect(vendor.heard.map((form) => Object.fromEntries(form))).toEqual([
      { secret: SECRET, response: 'from & the browser', remoteip: '203.0.113.7', idempotency_key: '6b3c7d2e-0000-5000-8000-000000000001' },
    ]);
  });

  it.each(['missing-input-response', 'invalid-input-response', 'timeout-or-duplicate'])('takes "%s" for the token\'s fault', async (code) => {
    expect(await judged(200, { success: false, 'error-codes': [code] })).toBe('FAILED');
    expect(why).toEqual([]);
  });

  it.each(['missing-input-secret', 'invalid-input-secret', 'bad-request', 'internal-error', 'something-new'])(
    'takes "%s" for no verdict: no buyer is to blame for it',
    async (code) => {
      expect(await judged(400, { success: false, 'error-codes': ['invalid-input-response', code] })).toBe('UNKNOWN');
      expect(why).toEqual([code]);
    },
  );

  it.each<readonly [string, number, unknown]>([
    ['an error', 500, 'oops'],
    ['a redirect, which is not followed', 302, ''],
    ['a success with an error', 500, { success: true }],
    ['no JSON', 200, '<html>'],
    ['another JSON', 200, { success: 'yes' }],
  ])('takes %s for no verdict', async (_what, status, body) => {
    expect(await judged(status, body)).toBe('UNKNOWN');
    expect(vendor.heard).toHaveLength(1);
    expect(why).toEqual([`HTTP_${status}`]);
  });

  it('takes a connection that breaks for no verdict, and quotes no secret', async () => {
    vendor.answer = 'HANG_UP';
    expect(await turnstile.judge({ token: 'solved', key: 'k' })).toBe('UNKNOWN');
    expect(why).toHaveLength(1);
    expect(why.join()).not.toContain(SECRET);
  });

  it.each(['http://vendor.example/siteverify', 'https://user:pass@vendor.example/', 'nonsense'])('is not built for %s', (verifyUrl) => {
    expect(() => new Turnstile({ verifyUrl, secret: SECRET }, () => undefined)).toThrow('CARDRAIL_CAPTCHA_URL');
  });
});
