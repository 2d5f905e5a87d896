import { randomBytes } from 'node:crypto';

/** What a trial shop's settings name: the gateway's secrets and one key per role. */
export interface TrialKeys {
  readonly GATEWAY_MAIN_KEY: string;
  readonly GATEWAY_MAIN_WEBHOOK: string;
  readonly STOREFRONT_KEY: string;
  readonly SUPPORT_KEY: string;
  readonly ADMIN_KEY: string;
}

const KEY_BYTES = 32;
const key = (): string => randomBytes(KEY_BYTES).toString('base64url');

export const newTrialKeys = (): TrialKeys => ({
  GATEWAY_MAIN_KEY: key(),
  GATEWAY_MAIN_WEBHOOK: `whsec_${randomBytes(KEY_BYTES).toString('base64')}`,
  STOREFRONT_KEY: key(),
  SUPPORT_KEY: key(),
  ADMIN_KEY: key(),
});
