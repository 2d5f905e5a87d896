import type { AlipayAccountOptions } from './alipay-calls';

/** The Alipay application that the environment describes; undefined without one. Throws when only a part of it is there. */
export function alipayFrom({
  GATEWAY_ALIPAY_APP: appId = '2026000000000001',
  GATEWAY_ALIPAY_PLATFORM_KEY: platform,
  GATEWAY_ALIPAY_APP_KEY: app,
}: NodeJS.ProcessEnv): AlipayAccountOptions | undefined {
  if (!platform && !app) return undefined;
  if (!platform || !app) throw new Error('GATEWAY_ALIPAY_PLATFORM_KEY and GATEWAY_ALIPAY_APP_KEY have to be set both, or neither');
  return { appId, platformPrivateKey: platform, appPublicKey: app };
}
