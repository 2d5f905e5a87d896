import { parseDocument } from 'yaml';
import { z } from 'zod';
import { catalogId, id, NAMES_MAX, origin, scopes, time } from '../../application/commands/input';
import { routingPolicyInput } from '../../application/commands/routing-policy-input';
import { secretRef } from '../../application/commands/secret-ref';
import { channelOffer, skuShape, SOURCES_MAX, wholeSku } from '../../application/commands/sku-settings';
import type { SecretRef, SkuSettings } from '../../domain/catalog/events';
import type { Source } from '../../domain/order/events';
import { issueWords, yamlFlaw } from '../../config/issue-words';
import { WrongUse } from '../exit';
import { channel } from './channel-entry';
import { gateway } from './gateway-entry';

/** A shop as one file describes it. Secrets are references in it, never values. */
const ENTRIES_MAX = 10_000;
const TEXT_CHARACTERS_MAX = 8 * 1_024 * 1_024;
/** "Billion laughs": names for what stands elsewhere are no use in a file like this. */
const ALIASES_MAX = 100;

const source = z
  .union([z.strictObject({ pool: z.literal(true) }), z.strictObject({ channel: catalogId, ...channelOffer })], {
    error: 'must be { pool: true } or { channel: ID, product: NAME, maxUnitCost: { amountMinor: N, currency: CNY } }',
  })
  .transform((one): Source =>
    'pool' in one ? { kind: 'POOL' } : { kind: 'CHANNEL', channelId: one.channel, product: one.product, maxUnitCost: one.maxUnitCost },
  );

const sku = wholeSku(z.strictObject({ ...skuShape, id: catalogId, sources: z.array(source).max(SOURCES_MAX).optional() })).transform(
  ({ id: skuId, ...settings }) => ({ id: skuId, settings: settings satisfies SkuSettings }),
);

const apiKey = z
  .strictObject({
    id: catalogId,
    clientId: id,
    role: z.enum(['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN']),
    key: secretRef,
    expiresAt: time.optional(),
    /** Browser origins that it may be used from. */
    origins: z.array(origin).max(NAMES_MAX).readonly().optional(),
    /** Operations that it may be used for. */
    scopes: scopes.optional(),
  })
  .transform(({ id: keyId, ...settings }) => ({ id: keyId, settings }));

const entries = <T extends z.ZodType<{ readonly id: string }>>(entry: T): z.ZodDefault<z.ZodArray<T>> =>
  z
    .array(entry)
    .max(ENTRIES_MAX)
    .refine((list) => new Set(list.map(({ id: one }) => one)).size === list.length, 'an id stands twice')
    .default([]);

/** Who hears of every buyer, and of what goes wrong, is not for a shop file to say. */
const elsewhere = (setting: string) => z.array(z.unknown()).max(0, `stand in the file that ${setting} names, not here`).default([]);

const shopFile = z
  .strictObject({
    gateways: entries(gateway),
    skus: entries(sku),
    apiKeys: entries(apiKey),
    channels: entries(channel),
    webhooks: elsewhere('CARDRAIL_WEBHOOKS'),
    notifiers: elsewhere('CARDRAIL_NOTIFIERS'),
    routingPolicy: routingPolicyInput.optional(),
  })
  .transform(({ webhooks: _webhooks, notifiers: _notifiers, ...shop }) => shop);

export type ShopFile = z.output<typeof shopFile>;
export type ApiKeyEntry = ShopFile['apiKeys'][number];
export type { SecretRef };

/** The settings in a YAML text. Throws WrongUse with every problem at once; no word of it comes from a value. */
export function parseShopFile(text: string, name: string): ShopFile {
  if (text.length > TEXT_CHARACTERS_MAX) throw new WrongUse('SHOP_FILE_TOO_LONG', { file: name, max: TEXT_CHARACTERS_MAX });
  const parsed = shopFile.safeParse(parseYaml(text, name) ?? {}, { error: issueWords });
  if (parsed.success) return parsed.data;
  throw wrong(
    name,
    parsed.error.issues.map((issue) => `${placeOf(issue.path)}: ${issue.message}`),
  );
}

function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false });
  const problems = document.errors.map(({ code, pos }) => `line ${text.slice(0, pos[0]).split('\n').length} ${yamlFlaw(code)}`);
  if (problems.length > 0) throw wrong(name, problems);
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch {
    throw wrong(name, ['too many aliases']);
  }
}

function wrong(file: string, problems: readonly string[]): WrongUse {
  const count = problems.length;
  const counted = `${count} problem${count === 1 ? '' : 's'}`;
  return new WrongUse('SHOP_FILE_WRONG', { file, count, counted, problems: problems.map((problem) => `  ${problem}`).join('\n') });
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((place, part) => (typeof part === 'number' ? `${place}[${part}]` : `${place}${place === '' ? '' : '.'}${String(part)}`), '') ||
  'the file';
