import type { ChannelSettings as StoredSettings } from '../../domain/catalog/channel';
import type { SecretRef } from '../../domain/catalog/events';
import type { ChannelSettings } from './registry';

/** Every secret that an account names. */
export const secretRefsOf = ({ apiKey, webhookSecrets }: StoredSettings): readonly SecretRef[] => [apiKey, ...webhookSecrets];

/** The settings of an account as its adapter takes them. Throws what `secretOf` throws where a secret is not there. */
export function withSecrets(id: string, settings: StoredSettings, secretOf: (ref: SecretRef) => string): ChannelSettings {
  const { adapter, baseUrl, apiKey, webhookSecrets, notFoundFinalAfterSeconds } = settings;
  const has = (flag: (typeof settings.flags)[number]): boolean => settings.flags.includes(flag);
  return {
    id,
    adapter,
    baseUrl,
    apiKey: secretOf(apiKey),
    webhookSecrets: webhookSecrets.map(secretOf),
    flags: { replay: has('replay'), lookup: has('lookup'), cancel: has('cancel'), partialFill: has('partialFill') },
    notFoundFinalAfterSeconds,
  };
}
