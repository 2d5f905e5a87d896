import { z } from 'zod';
import { callsAtOnce, httpUrl, id, WITHIN_SECONDS_MAX } from './input';
import { secretRef, secretRefs } from './secret-ref';
import { signedWebhookSettings } from './signed-webhook-settings';

const use = {
  notFoundFinalAfterSeconds: z.int().min(0).max(WITHIN_SECONDS_MAX).default(60),
  maxInFlight: callsAtOnce.exactOptional(),
};

export const httpV1Settings = z.strictObject({
  adapter: z.literal('http-v1'),
  baseUrl: httpUrl,
  merchantId: id,
  apiKey: secretRef,
  webhookSecrets: secretRefs,
  flags: z
    .array(z.enum(['replay', 'lookup', 'cancel']))
    .max(3)
    .default([]),
  ...use,
  kinds: z
    .array(z.enum(['REDIRECT', 'CHARGE']))
    .min(1)
    .max(2),
});

/** More characters than wallets show are cut off by the platforms, some of them in the middle of one. */
const PRODUCT_NAME_CHARACTERS_MAX = 42;
const PAY_TYPES_MAX = 20;

const epayAccount = {
  baseUrl: httpUrl.refine((url) => !url.includes('?') && !url.includes('#') && !/\.php$/i.test(url), {
    error: 'must be the address under which mapi.php or api/pay/create stands, without them',
  }),
  merchantId: z.string().regex(/^[1-9][0-9]{0,19}$/, { error: 'must be the pid of the account, a number in quotes' }),
  payTypes: z
    .array(z.string().regex(/^[a-z0-9_]{1,32}$/))
    .min(1)
    .max(PAY_TYPES_MAX)
    .default(['alipay']),
  productName: z
    .string()
    .min(1)
    .max(PRODUCT_NAME_CHARACTERS_MAX)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, { error: 'may hold letters, digits, blanks and . _ -' })
    .default('数字商品'),
  clientIp: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' }).default('127.0.0.1'),
  ...use,
  kinds: z
    .array(z.literal('REDIRECT', { error: 'epay takes redirect payments only' }))
    .length(1)
    .default(['REDIRECT']),
};

export const epayMd5Settings = z.strictObject({
  ...epayAccount,
  adapter: z.literal('epay-md5'),
  keys: secretRefs,
  checkout: z.enum(['API', 'PAGE']).default('API'),
  flags: z
    .array(z.literal('lookup', { error: 'only lookup: this variant repeats and closes nothing' }))
    .max(1)
    .default(['lookup']),
});

export const epayRsaSettings = z.strictObject({
  ...epayAccount,
  adapter: z.literal('epay-rsa'),
  privateKey: secretRef,
  platformKeys: secretRefs,
  flags: z
    .array(z.enum(['lookup', 'cancel'], { error: 'only lookup and cancel: this variant repeats nothing' }))
    .max(2)
    .default(['lookup']),
});

/** A value of Stripe's metadata holds so many characters. */
const STRIPE_URL_CHARACTERS_MAX = 500;
const STRIPE_NAME_CHARACTERS_MAX = 250;

export const stripeSettings = z.strictObject({
  adapter: z.literal('stripe'),
  baseUrl: httpUrl.default('https://api.stripe.com'),
  merchantId: z.string().regex(/^[!-~]{1,64}$/, { error: 'must be a word of at most 64 characters' }),
  secretKey: secretRef,
  webhookSecrets: secretRefs,
  productName: z.string().min(1).max(STRIPE_NAME_CHARACTERS_MAX),
  returnUrl: httpUrl.max(STRIPE_URL_CHARACTERS_MAX),
  flags: z
    .array(z.enum(['replay', 'lookup', 'cancel']))
    .max(3)
    .default(['replay', 'lookup', 'cancel']),
  ...use,
  kinds: z
    .array(z.literal('REDIRECT', { error: 'stripe takes redirect payments only' }))
    .length(1)
    .default(['REDIRECT']),
});

/** A subject at Alipay holds so many characters. */
const ALIPAY_SUBJECT_CHARACTERS_MAX = 128;

export const alipaySettings = z.strictObject({
  adapter: z.literal('alipay'),
  baseUrl: httpUrl.default('https://openapi.alipay.com'),
  merchantId: z.string().regex(/^[0-9]{1,32}$/, { error: 'must be the app_id of the application, a number in quotes' }),
  sellerId: z
    .string()
    .regex(/^2088[0-9]{12}$/, { error: 'must be the PID of the account, 2088 and twelve digits, in quotes' })
    .exactOptional(),
  privateKey: secretRef,
  platformKeys: secretRefs,
  checkout: z.enum(['PAGE', 'WAP']).default('PAGE'),
  productName: z
    .string()
    .min(1)
    .max(ALIPAY_SUBJECT_CHARACTERS_MAX)
    .regex(/^[^\p{Cc}\p{Cs}/=&]*$/u, { error: 'may not hold / = &' })
    .default('数字商品'),
  flags: z
    .array(z.enum(['lookup', 'cancel'], { error: 'only lookup and cancel: a page is a new link each time' }))
    .max(2)
    .default(['lookup']),
  ...use,
  kinds: z
    .array(z.literal('REDIRECT', { error: 'alipay takes redirect payments only' }))
    .length(1)
    .default(['REDIRECT']),
});

export const gatewaySettings = z.discriminatedUnion('adapter', [
  httpV1Settings,
  epayMd5Settings,
  epayRsaSettings,
  stripeSettings,
  signedWebhookSettings,
  alipaySettings,
]);
