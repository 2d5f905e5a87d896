import type { DujiaoNextSettings } from '../../src/infrastructure/channels/dujiao-next/settings';
import type { DujiaoNextAccountOptions } from '../../src/sandbox/dujiao-next/dujiao-next-calls';
import { CARD_PRODUCT, startTestChannel, TOP_UP_PRODUCT, type TestChannel } from './sandbox-channel';

export const dujiaoNextAccount: DujiaoNextAccountOptions = { apiKey: 'dj_key_of_the_tests', apiSecret: 'dj_secret_only_used_in_tests_0123456789' };

/** Product 7 with SKU 12, a card; and 8 with SKU 13, a top-up. */
export const DUJIAO_CARD = '7/12';
export const DUJIAO_TOP_UP = '8/13';

export const startDujiaoNextShop = (): Promise<TestChannel> =>
  startTestChannel({
    dujiaoNext: dujiaoNextAccount,
    products: [
      { ...CARD_PRODUCT, product: DUJIAO_CARD },
      { ...TOP_UP_PRODUCT, product: DUJIAO_TOP_UP },
    ],
  });

export const dujiaoNextSettings = (baseUrl: string, changes: Partial<DujiaoNextSettings> = {}): DujiaoNextSettings & { readonly id: string } => ({
  id: 'neighbour',
  adapter: 'dujiao-next',
  baseUrl,
  apiKey: dujiaoNextAccount.apiKey,
  apiSecrets: [dujiaoNextAccount.apiSecret],
  currency: 'CNY',
  flags: { replay: true, lookup: false, cancel: false, partialFill: false },
  notFoundFinalAfterSeconds: 60,
  ...changes,
});
