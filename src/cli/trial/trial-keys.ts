import { randomBytes } from 'node:crypto';

/** What a trial shop's settings name: the secrets of the gateway and the channels, and one key per role. */
export interface TrialKeys {
  readonly GATEWAY_MAIN_KEY: string;
  readonly GATEWAY_MAIN_WEBHOOK: string;
  readonly CHANNEL_A_KEY: string;
  readonly CHANNEL_A_WEBHOOK: string;
  readonly CHANNEL_B_KEY: string;
  readonly CHANNEL_B_WEBHOOK: string;
  readonly CHANNEL_C_KEY: string;
  readonly CHANNEL_C_WEBHOOK: string;
  readonly STOREFRONT_KEY: string;
  readonly SUPPORT_KEY: string;
  readonly ADMIN_KEY: string;
}

const KEY_BYTES = 32;
const key = (): string => randomBytes(KEY_BYTES).toString('base64url');
const webhook = (): string => `whsec_${randomBytes(KEY_BYTES).toString('base64')}`;

export const newTrialKeys = (): TrialKeys => ({
  GATEWAY_MAIN_KEY: key(),
  GATEWAY_MAIN_WEBHOOK: webhook(),
  CHANNEL_A_KEY: key(),
  CHANNEL_A_WEBHOOK: webhook(),
  CHANNEL_B_KEY: key(),
  CHANNEL_B_WEBHOOK: webhook(),
  CHANNEL_C_KEY: key(),
  CHANNEL_C_WEBHOOK: webhook(),
  STOREFRONT_KEY: key(),
  SUPPORT_KEY: key(),
  ADMIN_KEY: key(),
});
