import { z } from 'zod';
import { amountMinor, count, id, money, nothing, ordinal, sha256, text, time } from '../shapes';
import { promises } from './order-schemas';
import { paymentKind } from './payment-schemas';

const secretRef = z.union([z.strictObject({ env: id }), z.strictObject({ file: text })]);

const waitThresholds = { waitingOrders: ordinal.exactOptional(), waitingMinutes: ordinal.exactOptional() };

export const skuSchemas = {
  SkuConfigured: z.strictObject({
    ...promises,
    name: z.strictObject({ 'zh-CN': text, en: text }),
    price: money,
    delivery: z.enum(['auto', 'manual']),
    maxPerOrder: ordinal,
    reusable: z.boolean(),
    oneOpenOrderPerBuyer: z.boolean(),
    fields: z.array(id).max(100),
    minMargin: z.strictObject({ amountMinor: count.exactOptional(), percent: z.number().min(0).max(100).exactOptional() }).exactOptional(),
    preWarm: z.strictObject({ share: z.number().min(0).max(1), budget: money, shelfLifeHours: ordinal }).exactOptional(),
    incidents: z.strictObject({ ...waitThresholds, failurePercent: ordinal.exactOptional() }).exactOptional(),
    lowStock: z.strictObject({ units: ordinal.exactOptional(), days: z.number().min(0).max(60).exactOptional() }).exactOptional(),
  }),
  SkuPaused: nothing,
  SkuResumed: nothing,
};

const notFoundFinalAfterSeconds = z.int().min(0).max(604_800);
const gatewayUse = { notFoundFinalAfterSeconds, maxInFlight: ordinal.exactOptional() };
const secretRefs = z.array(secretRef).max(10);
const epayAccount = {
  baseUrl: text,
  merchantId: id,
  payTypes: z.array(id).max(20),
  productName: text,
  clientIp: id,
  ...gatewayUse,
  kinds: z.array(z.literal('REDIRECT')).max(10),
};

const healthWord = z.enum(['HEALTHY', 'SUB_HEALTHY', 'ISOLATED', 'PROBING']);
const healthChanged = z.strictObject({
  from: healthWord,
  to: healthWord,
  cause: z.enum(['ERRORS', 'TIMEOUTS', 'SLOW', 'RECOVERED', 'QUIET', 'RESTED', 'RAMPED_UP', 'PERSON']),
  window: z
    .strictObject({ attempts: count, timedOut: count, failed: count, suspects: count, meanMs: count, probes: count.exactOptional() })
    .exactOptional(),
});

const statusWords = z.array(id).max(20);
const signedWebhookAccount = z.strictObject({
  adapter: z.literal('signed-webhook'),
  baseUrl: text,
  merchantId: id,
  payPage: text,
  linkSecret: secretRef.exactOptional(),
  webhookSecrets: secretRefs,
  statusPath: text.exactOptional(),
  refundsPath: text.exactOptional(),
  apiKey: secretRef.exactOptional(),
  currency: id,
  amounts: z.enum(['MINOR', 'DECIMAL']),
  fields: z.strictObject({
    inNotice: id.exactOptional(),
    inAnswer: id.exactOptional(),
    reference: id,
    status: id,
    amount: id,
    currency: id.exactOptional(),
    merchantId: id.exactOptional(),
    transactionId: id.exactOptional(),
    refunded: id.exactOptional(),
  }),
  words: z.strictObject({
    PAID: statusWords,
    OPEN: statusWords.exactOptional(),
    DECLINED: statusWords.exactOptional(),
    CLOSED: statusWords.exactOptional(),
  }),
  amountMaxMinor: amountMinor.exactOptional(),
  flags: z.array(z.literal('lookup')).max(10),
  ...gatewayUse,
  kinds: z.array(z.literal('REDIRECT')).max(10),
});

export const gatewaySchemas = {
  GatewayConfigured: z.discriminatedUnion('adapter', [
    z.strictObject({
      adapter: z.literal('http-v1'),
      baseUrl: text,
      merchantId: id,
      apiKey: secretRef,
      webhookSecrets: secretRefs,
      flags: z.array(z.enum(['replay', 'lookup', 'cancel'])).max(10),
      ...gatewayUse,
      kinds: z.array(paymentKind).max(10),
    }),
    z.strictObject({
      ...epayAccount,
      adapter: z.literal('epay-md5'),
      keys: secretRefs,
      checkout: z.enum(['API', 'PAGE']),
      flags: z.array(z.literal('lookup')).max(10),
    }),
    z.strictObject({
      ...epayAccount,
      adapter: z.literal('epay-rsa'),
      privateKey: secretRef,
      platformKeys: secretRefs,
      flags: z.array(z.enum(['lookup', 'cancel'])).max(10),
    }),
    z.strictObject({
      adapter: z.literal('stripe'),
      baseUrl: text,
      merchantId: id,
      secretKey: secretRef,
      webhookSecrets: secretRefs,
      productName: text,
      returnUrl: text,
      flags: z.array(z.enum(['replay', 'lookup', 'cancel'])).max(10),
      ...gatewayUse,
      kinds: z.array(z.literal('REDIRECT')).max(10),
    }),
    signedWebhookAccount,
    z.strictObject({
      adapter: z.literal('alipay'),
      baseUrl: text,
      merchantId: id,
      sellerId: id.exactOptional(),
      privateKey: secretRef,
      platformKeys: secretRefs,
      checkout: z.enum(['PAGE', 'WAP']),
      productName: text,
      flags: z.array(z.enum(['lookup', 'cancel'])).max(10),
      ...gatewayUse,
      kinds: z.array(z.literal('REDIRECT')).max(10),
    }),
  ]),
  GatewayPaused: nothing,
  GatewayResumed: nothing,
  HealthChanged: healthChanged,
};

const upstream = {
  notFoundFinalAfterSeconds,
  weight: count,
  priority: count,
  ratePerSecond: ordinal,
  maxInFlight: ordinal,
  balanceMin: money.exactOptional(),
  incidents: z.strictObject(waitThresholds).exactOptional(),
};

export const channelSchemas = {
  ChannelConfigured: z.discriminatedUnion('adapter', [
    z.strictObject({
      ...upstream,
      adapter: z.literal('http-v1'),
      baseUrl: text,
      apiKey: secretRef,
      webhookSecrets: secretRefs,
      flags: z.array(z.enum(['replay', 'lookup', 'cancel', 'partialFill'])).max(10),
    }),
    z.strictObject({
      ...upstream,
      adapter: z.literal('dujiao-next'),
      baseUrl: text,
      apiKey: secretRef,
      apiSecrets: secretRefs,
      currency: id,
      flags: z.array(z.literal('replay')).max(10),
    }),
    z.strictObject({
      ...upstream,
      adapter: z.literal('folder'),
      currency: id,
      waitSeconds: z.int().min(0).max(60),
      webhookSecrets: secretRefs,
      flags: z.array(z.enum(['replay', 'lookup', 'partialFill'])).max(10),
    }),
  ]),
  ChannelPaused: nothing,
  ChannelResumed: nothing,
  ChannelDrainStarted: nothing,
  HealthChanged: healthChanged,
};

export const apiKeySchemas = {
  ApiKeyIssued: z.strictObject({
    clientId: id,
    role: z.enum(['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN']),
    keyHash: sha256,
    expiresAt: time.exactOptional(),
    origins: z.array(id).max(50).exactOptional(),
    scopes: z.array(id).max(500).exactOptional(),
  }),
  ApiKeyRotated: z.strictObject({ keyHash: sha256, previousUntil: time.exactOptional() }),
  ApiKeyUsed: z.strictObject({ text: z.enum(['CURRENT', 'PREVIOUS']) }),
  ApiKeyRevoked: nothing,
};
