import { z } from 'zod';
import { id, money, nothing, ordinal, sha256, text, time } from '../shapes';
import { promises } from './order-schemas';
import { paymentKind } from './payment-schemas';

const secretRef = z.union([z.strictObject({ env: id }), z.strictObject({ file: text })]);

export const skuSchemas = {
  SkuConfigured: z.strictObject({
    ...promises,
    name: z.strictObject({ 'zh-CN': text, en: text }),
    price: money,
    delivery: z.literal('auto'),
    maxPerOrder: ordinal,
    reusable: z.boolean(),
    oneOpenOrderPerBuyer: z.boolean(),
    fields: z.array(id).max(100),
  }),
  SkuPaused: nothing,
  SkuResumed: nothing,
};

export const gatewaySchemas = {
  GatewayConfigured: z.strictObject({
    adapter: z.literal('http-v1'),
    baseUrl: text,
    merchantId: id,
    apiKey: secretRef,
    webhookSecrets: z.array(secretRef).max(10),
    flags: z.array(z.enum(['replay', 'lookup', 'cancel'])).max(10),
    notFoundFinalAfterSeconds: z.int().min(0).max(604_800),
    kinds: z.array(paymentKind).max(10),
  }),
  GatewayPaused: nothing,
  GatewayResumed: nothing,
};

export const apiKeySchemas = {
  ApiKeyIssued: z.strictObject({
    clientId: id,
    role: z.enum(['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN']),
    keyHash: sha256,
    expiresAt: time.exactOptional(),
    origins: z.array(id).max(50).exactOptional(),
  }),
  ApiKeyRevoked: nothing,
};
