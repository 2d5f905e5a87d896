import { z } from 'zod';
import {
  alipaySettings,
  epayMd5Settings,
  epayRsaSettings,
  type gatewaySettings,
  httpV1Settings,
  stripeSettings,
} from '../../application/commands/gateway-settings';
import { catalogId } from '../../application/commands/input';
import { oneOrMoreSecrets } from '../../application/commands/secret-ref';
import { flagsOf, isCapped, NOT_CAPPED, signedWebhookShape } from '../../application/commands/signed-webhook-settings';
import type { GatewaySettings } from '../../domain/catalog/events';

const redirectOnly = (who: string) =>
  z
    .array(z.literal('redirect', { error: `${who} takes redirect payments only` }))
    .length(1)
    .transform(() => ['REDIRECT' as const])
    .default(['REDIRECT']);

const httpV1 = z
  .strictObject({
    ...httpV1Settings.omit({ webhookSecrets: true, kinds: true }).shape,
    id: catalogId,
    webhookSecret: oneOrMoreSecrets,
    kinds: z
      .array(z.enum(['redirect', 'charge']).transform((kind) => (kind === 'charge' ? ('CHARGE' as const) : ('REDIRECT' as const))))
      .min(1)
      .max(2),
  })
  .transform(({ id, webhookSecret, ...settings }) => ({ id, settings: { ...settings, webhookSecrets: webhookSecret } satisfies GatewaySettings }));

const epayMd5 = z
  .strictObject({
    ...epayMd5Settings.omit({ keys: true, kinds: true, checkout: true }).shape,
    id: catalogId,
    key: oneOrMoreSecrets,
    checkout: z
      .enum(['api', 'page'])
      .default('api')
      .transform((how) => (how === 'page' ? ('PAGE' as const) : ('API' as const))),
    kinds: redirectOnly('epay'),
  })
  .transform(({ id, key, ...settings }) => ({ id, settings: { ...settings, keys: key } satisfies GatewaySettings }));

const epayRsa = z
  .strictObject({
    ...epayRsaSettings.omit({ platformKeys: true, kinds: true }).shape,
    id: catalogId,
    platformKey: oneOrMoreSecrets,
    kinds: redirectOnly('epay'),
  })
  .transform(({ id, platformKey, ...settings }) => ({ id, settings: { ...settings, platformKeys: platformKey } satisfies GatewaySettings }));

const stripe = z
  .strictObject({
    ...stripeSettings.omit({ webhookSecrets: true, kinds: true }).shape,
    id: catalogId,
    webhookSecret: oneOrMoreSecrets,
    kinds: redirectOnly('stripe'),
  })
  .transform(({ id, webhookSecret, ...settings }) => ({ id, settings: { ...settings, webhookSecrets: webhookSecret } satisfies GatewaySettings }));

/** In the file, small letters as everywhere in it. */
const webhookWords = z
  .strictObject({
    paid: signedWebhookShape.words.shape.PAID,
    open: signedWebhookShape.words.shape.OPEN,
    declined: signedWebhookShape.words.shape.DECLINED,
    closed: signedWebhookShape.words.shape.CLOSED,
  })
  .transform(({ paid, open, declined, closed }) => ({
    PAID: paid,
    ...(open === undefined ? {} : { OPEN: open }),
    ...(declined === undefined ? {} : { DECLINED: declined }),
    ...(closed === undefined ? {} : { CLOSED: closed }),
  }))
  .pipe(signedWebhookShape.words);

const { webhookSecrets: _named, ...webhookShape } = signedWebhookShape;
const signedWebhook = z
  .strictObject({
    ...webhookShape,
    id: catalogId,
    webhookSecret: oneOrMoreSecrets,
    amounts: z
      .enum(['minor', 'decimal'])
      .default('minor')
      .transform((how) => (how === 'decimal' ? ('DECIMAL' as const) : ('MINOR' as const))),
    words: webhookWords,
    kinds: redirectOnly('signed-webhook'),
  })
  .refine(isCapped, NOT_CAPPED)
  .transform(({ id, webhookSecret, ...settings }) => ({
    id,
    settings: { ...settings, webhookSecrets: webhookSecret, flags: flagsOf(settings) } satisfies GatewaySettings,
  }));

const alipay = z
  .strictObject({
    ...alipaySettings.omit({ platformKeys: true, kinds: true, checkout: true }).shape,
    id: catalogId,
    platformKey: oneOrMoreSecrets,
    checkout: z
      .enum(['page', 'wap'])
      .default('page')
      .transform((how) => (how === 'wap' ? ('WAP' as const) : ('PAGE' as const))),
    kinds: redirectOnly('alipay'),
  })
  .transform(({ id, platformKey, ...settings }) => ({ id, settings: { ...settings, platformKeys: platformKey } satisfies GatewaySettings }));

export interface GatewayEntry {
  readonly id: string;
  readonly settings: z.output<typeof gatewaySettings>;
}

/** An entry under `gateways`: the settings of its adapter in the words of the file. */
export const gateway = z
  .discriminatedUnion('adapter', [httpV1, epayMd5, epayRsa, stripe, signedWebhook, alipay], {
    error: (issue) => (issue.code === 'invalid_union' ? 'must be http-v1, epay-md5, epay-rsa, stripe, signed-webhook or alipay' : undefined),
  })
  .transform((entry): GatewayEntry => entry);
