import type { GatewaySettings as StoredSettings, SecretRef } from '../../domain/catalog/events';
import type { GatewaySettings } from './registry';

/** Every secret that an account names. */
export function secretRefsOf(settings: StoredSettings): readonly SecretRef[] {
  switch (settings.adapter) {
    case 'http-v1':
      return [settings.apiKey, ...settings.webhookSecrets];
    case 'epay-md5':
      return settings.keys;
    case 'epay-rsa':
    case 'alipay':
      return [settings.privateKey, ...settings.platformKeys];
    case 'stripe':
      return [settings.secretKey, ...settings.webhookSecrets];
    case 'signed-webhook':
      return [...settings.webhookSecrets, ...[settings.linkSecret, settings.apiKey].filter((ref) => ref !== undefined)];
  }
}

/** The settings of an account as its adapter takes them. Throws what `secretOf` throws where a secret is not there. */
export function withSecrets(id: string, settings: StoredSettings, secretOf: (ref: SecretRef) => string): GatewaySettings {
  const offers = (flag: 'replay' | 'lookup' | 'cancel'): boolean => settings.flags.some((offered) => offered === flag);
  const flags = { replay: offers('replay'), lookup: offers('lookup'), cancel: offers('cancel') };
  switch (settings.adapter) {
    case 'http-v1': {
      const { apiKey, webhookSecrets, kinds } = settings;
      return {
        ...settings,
        id,
        flags,
        apiKey: secretOf(apiKey),
        webhookSecrets: webhookSecrets.map(secretOf),
        kinds: kinds.map((word) => (word === 'CHARGE' ? 'charge' : 'redirect')),
      };
    }
    case 'epay-md5': {
      const { kinds: _always, keys, ...account } = settings;
      return { ...account, id, flags, keys: keys.map(secretOf) };
    }
    case 'epay-rsa':
    case 'alipay': {
      const { kinds: _always, privateKey, platformKeys, ...account } = settings;
      return { ...account, id, flags, privateKey: secretOf(privateKey), platformKeys: platformKeys.map(secretOf) };
    }
    case 'stripe': {
      const { kinds: _always, secretKey, webhookSecrets, ...account } = settings;
      return { ...account, id, flags, secretKey: secretOf(secretKey), webhookSecrets: webhookSecrets.map(secretOf) };
    }
    case 'signed-webhook': {
      const { kinds: _always, linkSecret, webhookSecrets, apiKey, ...account } = settings;
      return {
        ...account,
        id,
        flags,
        webhookSecrets: webhookSecrets.map(secretOf),
        ...(linkSecret === undefined ? {} : { linkSecret: secretOf(linkSecret) }),
        ...(apiKey === undefined ? {} : { apiKey: secretOf(apiKey) }),
      };
    }
  }
}
