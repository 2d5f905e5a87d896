import { CaptchaGate, type CaptchaRule } from '../../src/application/commands/submit/captcha-gate';
import type { CaptchaAnswer, CaptchaVerdict } from '../../src/application/ports/captcha';

/** A vendor that says what it is told to say, and remembers what it was asked. */
class FakeCaptcha {
  readonly asked: CaptchaAnswer[] = [];
  says: CaptchaVerdict = 'PASSED';

  async judge(answer: CaptchaAnswer): Promise<CaptchaVerdict> {
    this.asked.push(answer);
    return this.says;
  }
}

describe('whether an order has to show that a person places it', () => {
  const order = { orderId: 'order-1', token: 'solved', address: '203.0.113.7', isRisky: false };
  let vendor: FakeCaptcha;
  let nowMs: number;
  beforeEach(() => {
    vendor = new FakeCaptcha();
    nowMs = 0;
  });

  const gate = (rule: Partial<CaptchaRule> = {}): CaptchaGate =>
    new CaptchaGate({ askedOf: 'ALWAYS', whenAway: 'ADMIT', ...rule }, vendor, { monotonicMs: () => nowMs });

  it('asks every order for a token, and the vendor of the token with the address and a key that a repeat has too', async () => {
    expect(await gate().refusalOf(order)).toBeNull();
    expect(vendor.asked).toEqual([{ token: 'solved', address: '203.0.113.7', key: 'order-1' }]);
  });

  it('refuses an order without a token and asks nobody', async () => {
    expect(await gate().refusalOf({ ...order, token: undefined })).toMatchObject({ code: 'CAPTCHA_REQUIRED', field: ['client', 'captchaToken'] });
    expect(vendor.asked).toEqual([]);
  });

  it('refuses a token that the vendor does not take', async () => {
    vendor.says = 'FAILED';
    expect(await gate().refusalOf(order)).toMatchObject({ code: 'CAPTCHA_FAILED', retryable: true });
  });

  it('asks only orders that repeat abnormally where the rule says so', async () => {
    const picky = gate({ askedOf: 'RISK' });
    expect(await picky.refusalOf({ ...order, token: undefined })).toBeNull();
    expect(await picky.refusalOf({ ...order, token: undefined, isRisky: true })).toMatchObject({ code: 'CAPTCHA_REQUIRED' });
  });

  it('sells on while the vendor does not answer, or asks to come again, as the rule says', async () => {
    vendor.says = 'UNKNOWN';
    expect(await gate().refusalOf(order)).toBeNull();
    expect(await gate({ whenAway: 'REFUSE' }).refusalOf(order)).toMatchObject({ code: 'CAPTCHA_UNAVAILABLE', retryable: true, retryAfterMs: 10_000 });
  });

  it('lets no token pass that the vendor refused, also where orders are admitted without an answer', async () => {
    vendor.says = 'FAILED';
    expect(await gate({ whenAway: 'ADMIT' }).refusalOf(order)).not.toBeNull();
  });

  it('asks nobody for ten seconds after the fifth question in a row without an answer, then once', async () => {
    vendor.says = 'UNKNOWN';
    const patient = gate();
    for (let i = 0; i < 8; i++) await patient.refusalOf(order);
    expect(vendor.asked).toHaveLength(5);
    nowMs = 10_000;
    for (let i = 0; i < 3; i++) await patient.refusalOf(order);
    expect(vendor.asked).toHaveLength(6);
    nowMs = 20_000;
    vendor.says = 'PASSED';
    for (let i = 0; i < 3; i++) await patient.refusalOf(order);
    expect(vendor.asked).toHaveLength(9);
  });
});
