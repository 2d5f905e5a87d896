import type { AlipaySettings } from '../../src/infrastructure/gateways/alipay/settings';
import type { AlipayAccountOptions } from '../../src/sandbox/alipay/alipay-calls';
import { merchantPair, platformPair } from './epay';

export const ALIPAY_APP = '2026000000000001';
export const ALIPAY_SELLER = '2088000000000001';

/** The same keys of this run as for epay: of the shop, and of the platform. */
export const alipaySandboxAccount: AlipayAccountOptions = {
  appId: ALIPAY_APP,
  sellerId: ALIPAY_SELLER,
  platformPrivateKey: platformPair.privateKey,
  appPublicKey: merchantPair.publicKey,
};

export const alipaySettings = (baseUrl: string, changes: Partial<AlipaySettings> = {}): AlipaySettings & { readonly id: string } => ({
  id: 'alipay',
  adapter: 'alipay',
  baseUrl,
  merchantId: ALIPAY_APP,
  sellerId: ALIPAY_SELLER,
  privateKey: merchantPair.privateKey,
  platformKeys: [platformPair.publicKey],
  checkout: 'PAGE',
  productName: '数字商品',
  flags: { replay: false, lookup: true, cancel: false },
  notFoundFinalAfterSeconds: 60,
  ...changes,
});
