import type { EpayAccountOptions } from './account';

/** Names of what the epay account of the sandbox needs. */
export const EPAY_VARIABLES = ['GATEWAY_EPAY_KEY', 'GATEWAY_EPAY_PLATFORM_KEY', 'GATEWAY_EPAY_MERCHANT_KEY'] as const;

/** Undefined when nobody wants one. Throws when only some of it is there. */
export function epayFrom(environment: NodeJS.ProcessEnv): EpayAccountOptions | undefined {
  const {
    GATEWAY_EPAY_PID: pid = '1001',
    GATEWAY_EPAY_KEY: key,
    GATEWAY_EPAY_PLATFORM_KEY: platform,
    GATEWAY_EPAY_MERCHANT_KEY: merchant,
  } = environment;
  if (!key && !platform && !merchant) return undefined;
  if (!key || !platform || !merchant) throw new Error(`${EPAY_VARIABLES.join(', ')} have to be set together`);
  return { pid, key, platformPrivateKey: platform, merchantPublicKey: merchant };
}
