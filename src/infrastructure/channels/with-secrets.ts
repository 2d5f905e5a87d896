import type { ChannelSettings as StoredSettings } from '../../domain/catalog/channel';
import type { SecretRef } from '../../domain/catalog/events';
import type { ChannelSettings } from './registry';

/** Every secret that an account names. */
export function secretRefsOf(settings: StoredSettings): readonly SecretRef[] {
  switch (settings.adapter) {
    case 'http-v1':
      return [settings.apiKey, ...settings.webhookSecrets];
    case 'dujiao-next':
      return [settings.apiKey, ...settings.apiSecrets];
    case 'folder':
      return settings.webhookSecrets;
  }
}

/** The settings of an account as its adapter takes them. Throws what `secretOf` throws where a secret is not there. */
export function withSecrets(id: string, settings: StoredSettings, secretOf: (ref: SecretRef) => string): ChannelSettings {
  const has = (flag: 'replay' | 'lookup' | 'cancel' | 'partialFill'): boolean => settings.flags.some((offered) => offered === flag);
  const flags = { replay: has('replay'), lookup: has('lookup'), cancel: has('cancel'), partialFill: has('partialFill') };
  const { notFoundFinalAfterSeconds } = settings;
  switch (settings.adapter) {
    case 'http-v1': {
      const { adapter, baseUrl, apiKey, webhookSecrets } = settings;
      return { id, adapter, baseUrl, apiKey: secretOf(apiKey), webhookSecrets: webhookSecrets.map(secretOf), flags, notFoundFinalAfterSeconds };
    }
    case 'dujiao-next': {
      const { adapter, baseUrl, apiKey, apiSecrets, currency } = settings;
      return { id, adapter, baseUrl, apiKey: secretOf(apiKey), apiSecrets: apiSecrets.map(secretOf), currency, flags, notFoundFinalAfterSeconds };
    }
    case 'folder': {
      const { adapter, webhookSecrets, currency, waitSeconds } = settings;
      return { id, adapter, webhookSecrets: webhookSecrets.map(secretOf), currency, waitSeconds, flags, notFoundFinalAfterSeconds };
    }
  }
}
