import { z } from 'zod';
import type { CaptchaRule } from '../application/commands/submit/captcha-gate';
import { secret, setting } from './setting';
import { text } from './shapes';

/** When a new order has to show that a person places it. */
export const captchaSettings = {
  CARDRAIL_CAPTCHA: setting(
    z.enum(['off', 'risk', 'always']),
    'off',
    'which new orders need a solved captcha (Cloudflare Turnstile) in `client.captchaToken`: risk is those that repeat abnormally',
  ),
  CARDRAIL_CAPTCHA_SECRET: secret(text.optional(), 'secret key of the captcha; needed unless CARDRAIL_CAPTCHA is off'),
  CARDRAIL_CAPTCHA_URL: setting(
    z.url({ protocol: /^https?$/ }),
    'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    'where tokens of the captcha are judged',
  ),
  CARDRAIL_CAPTCHA_WHEN_AWAY: setting(z.enum(['admit', 'refuse']), 'admit', 'orders that need one while the vendor of the captcha does not answer'),
} as const;

type Values = { readonly [Name in keyof typeof captchaSettings]: z.output<(typeof captchaSettings)[Name]['schema']> };

/** As the parts that ask for it need it; undefined where nobody is asked. */
export function captchaPolicyOf(values: Values) {
  const { CARDRAIL_CAPTCHA: asked, CARDRAIL_CAPTCHA_SECRET: secretKey, CARDRAIL_CAPTCHA_URL: verifyUrl } = values;
  if (asked === 'off' || secretKey === undefined) return undefined;
  const rule: CaptchaRule = {
    askedOf: asked === 'risk' ? 'RISK' : 'ALWAYS',
    whenAway: values.CARDRAIL_CAPTCHA_WHEN_AWAY === 'admit' ? 'ADMIT' : 'REFUSE',
  };
  return { rule, secret: secretKey, verifyUrl };
}

export type CaptchaPolicy = NonNullable<ReturnType<typeof captchaPolicyOf>>;

export function captchaProblems(values: Readonly<Record<string, unknown>>): readonly string[] {
  const isAsked = values['CARDRAIL_CAPTCHA'] === 'risk' || values['CARDRAIL_CAPTCHA'] === 'always';
  const isMissing = 'CARDRAIL_CAPTCHA_SECRET' in values && values['CARDRAIL_CAPTCHA_SECRET'] === undefined;
  return isAsked && isMissing ? ['CARDRAIL_CAPTCHA_SECRET: is needed unless CARDRAIL_CAPTCHA is off'] : [];
}
