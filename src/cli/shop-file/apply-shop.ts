import { aggregates, ROUTING_POLICY } from '../../application/aggregates';
import { CanaryTrials } from '../../application/canary-trials';
import type { Caller, UserRefusal } from '../../application/caller';
import { isChannel } from '../../application/commands/catalog';
import { ConfigureChannel, ConfigureChannelHandler } from '../../application/commands/configure-channel';
import { ConfigureGateway, ConfigureGatewayHandler } from '../../application/commands/configure-gateway';
import { ConfigureSku, ConfigureSkuHandler, missingChannel } from '../../application/commands/configure-sku';
import { isScopeOf } from '../../application/commands/scopes';
import { ApiKeyDesk } from '../../application/commands/api-key-desk';
import { IssueApiKey, IssueApiKeyHandler } from '../../application/commands/issue-api-key';
import type { SettingResult } from '../../application/commands/result';
import { PublishRoutingPolicy, PublishRoutingPolicyHandler } from '../../application/commands/publish-routing-policy';
import { RoutingDesk } from '../../application/commands/routing-desk';
import { SettingDesk, type SettingInput } from '../../application/commands/setting-desk';
import { BUILT_IN } from '../../domain/routing/policy';
import { refuse, wordsOf } from '../../application/refusals';
import type { ApiKeySettings, SkuSettings } from '../../domain/catalog/events';
import type { Setting } from '../../domain/catalog/setting';
import { canonicalJson, sha256Hex } from '../../domain/kernel/hash';
import { channelProblems, gatewayProblems, type Parts } from '../../parts';
import { WrongUse } from '../exit';
import { operator, readSettings } from '../session';
import type { ApiKeyEntry, ShopFile } from './shop-file';

export type SettingKind = 'gateway' | 'channel' | 'sku' | 'apiKey' | 'routingPolicy';

export interface Change {
  readonly kind: SettingKind;
  readonly id: string;
  /** missing: in the shop and not in the file; it stays. */
  readonly change: 'created' | 'changed' | 'unchanged' | 'missing' | 'refused';
  /** Why it was refused. */
  readonly why?: string;
}

export interface Applied {
  readonly changes: readonly Change[];
  /** Secrets that the settings name and that are not there on this machine, now, and purchases that may cost more than they bring. */
  readonly warnings: readonly string[];
}

export interface ApplyOptions {
  readonly dryRun: boolean;
  readonly reason: string;
}

/** One entry of the file: what it wants, what is there, and the command that makes it so. */
interface Entry {
  readonly kind: SettingKind;
  readonly id: string;
  readonly wanted: object;
  readonly current: () => Promise<Setting<object>>;
  readonly command: () => Promise<SettingResult>;
  /** Why the command would be refused, as far as the file and the shop can tell. */
  readonly obstacle?: () => Promise<UserRefusal | null>;
}

/** 43 URL-safe characters hold 256 bits. */
const KEY = /^[A-Za-z0-9._~-]{43,512}$/;

/** Makes the shop as the file says. A repeated call does nothing; one that was cut off is repeated. */
export async function applyShop(parts: Parts, shop: ShopFile, options: ApplyOptions): Promise<Applied> {
  const entries = entriesOf(parts, shop, operator(parts), options.reason);
  const changes: Change[] = [];
  for (const entry of entries) changes.push(await applyEntry(entry, options.dryRun));
  return { changes: [...changes, ...(await missing(parts, shop))], warnings: warningsOf(parts, shop) };
}

function entriesOf(parts: Parts, shop: ShopFile, caller: Caller, reason: string): readonly Entry[] {
  const { commands, keyring, runtime } = parts;
  const desk = new SettingDesk(commands, keyring);
  const [gateways, channels] = [new ConfigureGatewayHandler(desk), new ConfigureChannelHandler(desk)];
  const [skus, apiKeys] = [new ConfigureSkuHandler(desk, isChannel(commands)), new IssueApiKeyHandler(new ApiKeyDesk(desk, keyring), isScopeOf)];
  const keys = keyTexts(parts, shop);
  const input = { reason, idempotencyKey: runtime.newId() };
  const at = async <S extends object>(found: Promise<{ readonly state: Setting<S> }>): Promise<Setting<object>> => (await found).state;
  const gatewayEntries = shop.gateways.map(({ id, settings }): Entry => ({
    kind: 'gateway',
    id,
    wanted: settings,
    current: () => at(commands.load(aggregates.gateway, id, true)),
    command: () => gateways.execute(new ConfigureGateway(caller, { ...input, gatewayId: id, settings })),
  }));
  const channelEntries = shop.channels.map(({ id, settings }): Entry => ({
    kind: 'channel',
    id,
    wanted: settings,
    current: () => at(commands.load(aggregates.channel, id, true)),
    command: () => channels.execute(new ConfigureChannel(caller, { ...input, channelId: id, settings })),
  }));
  const skuEntries = shop.skus.map(({ id, settings }): Entry => ({
    kind: 'sku',
    id,
    wanted: settings,
    current: () => at(commands.load(aggregates.sku, id, true)),
    command: () => skus.execute(new ConfigureSku(caller, { ...input, skuId: id, settings })),
    obstacle: () => unknownChannel(parts, shop, settings),
  }));
  const keyEntries = shop.apiKeys.map((entry): Entry => {
    const settings = hashed(entry, keys.get(entry.id) ?? '');
    return {
      kind: 'apiKey',
      id: entry.id,
      wanted: settings,
      current: () => at(commands.load(aggregates.apiKey, entry.id, true)),
      command: () => apiKeys.execute(new IssueApiKey(caller, { ...input, keyId: entry.id, ...settings })),
    };
  });
  return [...gatewayEntries, ...channelEntries, ...skuEntries, ...keyEntries, ...policyEntries(parts, shop, desk, caller, input)];
}

/** The one policy that counts, where the file says it. */
function policyEntries(
  { commands, readModels, config }: Parts,
  { routingPolicy: policy }: ShopFile,
  desk: SettingDesk,
  caller: Caller,
  input: SettingInput,
): readonly Entry[] {
  if (policy === undefined) return [];
  const routing = new PublishRoutingPolicyHandler(new RoutingDesk(commands, desk, new CanaryTrials(readModels), config.canary));
  return [
    {
      kind: 'routingPolicy',
      id: policy.version,
      wanted: policy,
      current: async () => {
        const { active } = (await commands.load(aggregates.routing, ROUTING_POLICY, true)).state;
        return { id: active.version, active: true, ...(active.version === BUILT_IN.version ? {} : { settings: active }) };
      },
      command: () => routing.execute(new PublishRoutingPolicy(caller, { ...input, policy })),
    },
  ];
}

/** A channel that stands neither in the file nor in the shop. */
async function unknownChannel({ commands }: Parts, { channels }: ShopFile, { sources }: SkuSettings): Promise<UserRefusal | null> {
  const isThere = async (id: string): Promise<boolean> => channels.some((entry) => entry.id === id) || isChannel(commands)(id);
  const channelId = await missingChannel(sources, isThere);
  return channelId === undefined ? null : refuse('CHANNEL_NOT_FOUND', { details: { channelId } });
}

/** Every API key of the file as it was given here. Throws WrongUse with each that is not there or too weak, by its entry, never with a key. */
function keyTexts({ config }: Parts, { apiKeys }: ShopFile): ReadonlyMap<string, string> {
  const problems: string[] = [];
  const texts = new Map<string, string>();
  for (const { id, settings } of apiKeys) {
    try {
      const text = config.secretOf(settings.key).reveal();
      if (KEY.test(text)) texts.set(id, text);
      else problems.push(`apiKeys ${id}: its key is not 43 to 512 URL-safe characters`);
    } catch (error) {
      problems.push(`apiKeys ${id}: ${error instanceof Error ? error.message : 'its key cannot be read'}`);
    }
  }
  if (problems.length > 0) throw new WrongUse('API_KEYS_UNREADABLE', { problems: problems.map((problem) => `  ${problem}`).join('\n') });
  return texts;
}

/** The log holds only the digest of a key. */
function hashed({ settings: { key: _ref, expiresAt, origins, scopes, ...settings } }: ApiKeyEntry, key: string): ApiKeySettings {
  return {
    ...settings,
    keyHash: sha256Hex(key),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(origins === undefined ? {} : { origins }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

async function applyEntry({ kind, id, wanted, current, command, obstacle }: Entry, dryRun: boolean): Promise<Change> {
  const { settings } = await current();
  const change = settings === undefined ? 'created' : canonicalJson(settings) === canonicalJson(wanted) ? 'unchanged' : 'changed';
  if (change === 'unchanged') return { kind, id, change };
  const refusal = dryRun ? ((await obstacle?.()) ?? null) : null;
  if (refusal !== null) return { kind, id, change: 'refused', why: wordsOf(refusal, 'en') };
  if (dryRun) return { kind, id, change };
  const result = await command();
  return result.ok ? { kind, id, change } : { kind, id, change: 'refused', why: wordsOf(result.refusal, 'en') };
}

async function missing(parts: Parts, shop: ShopFile): Promise<readonly Change[]> {
  const { settings } = parts;
  await readSettings(parts);
  const absent = (kind: SettingKind, there: readonly Setting<unknown>[], listed: readonly { readonly id: string }[]): readonly Change[] =>
    there.filter(({ id }) => !listed.some((entry) => entry.id === id)).map(({ id }) => ({ kind, id, change: 'missing' }));
  return [
    ...absent('gateway', settings.allGateways(), shop.gateways),
    ...absent('channel', settings.allChannels(), shop.channels),
    ...absent('sku', settings.allSkus(), shop.skus),
    ...absent(
      'apiKey',
      settings.allApiKeys().filter(({ active }) => active),
      shop.apiKeys,
    ),
  ];
}

function warningsOf({ config }: Parts, { gateways, channels, skus }: ShopFile): readonly string[] {
  const unusable = (kind: 'gateway' | 'channel', id: string, problems: readonly string[]): readonly string[] =>
    problems.map((problem) => `${kind} ${id} cannot be used where this is so: ${problem}`);
  return [
    ...gateways.flatMap(({ id, settings }) => unusable('gateway', id, gatewayProblems(id, settings, config))),
    ...channels.flatMap(({ id, settings }) => unusable('channel', id, channelProblems(id, settings, config))),
    ...skus.flatMap(lossesOf),
  ];
}

/** Purchases that may cost more than the buyer pays: allowed, but seldom meant. Costs in another currency cannot be compared here. */
function lossesOf({ id, settings: { price, sources } }: ShopFile['skus'][number]): readonly string[] {
  return sources.flatMap((source) =>
    source.kind === 'CHANNEL' && source.maxUnitCost.currency === price.currency && source.maxUnitCost.amountMinor > price.amountMinor
      ? [`sku ${id} may be sold at a loss: channel ${source.channelId} may cost ${source.maxUnitCost.amountMinor}, the price is ${price.amountMinor}`]
      : [],
  );
}
