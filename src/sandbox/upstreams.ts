import type { ChannelOptions } from './start-channel';

/** One of the channels that come with the sandbox, without what every start brings along. */
export interface Upstream extends Pick<ChannelOptions, 'flags' | 'products' | 'balanceMinor' | 'currency'> {
  readonly id: string;
  /** Names of the environment variables that hold its API key and its webhook secret. */
  readonly keyName: string;
  readonly webhookName: string;
  readonly port: number;
}

const currency = 'CNY';
const PLENTY = 1_000_000;
const DEPOSIT_MINOR = 100_000_000_000;

/** Three channels that differ in what they sell, what they ask for it, and what they can do when an outcome is unknown. */
export const UPSTREAMS: readonly Upstream[] = [
  {
    id: 'upstream-a',
    keyName: 'CHANNEL_A_KEY',
    webhookName: 'CHANNEL_A_WEBHOOK',
    port: 4_201,
    flags: ['replay', 'lookup', 'cancel'],
    products: [
      { product: 'STEAM50', kind: 'CARD', currency, unitCostMinor: 4_500, available: PLENTY },
      { product: 'PSN100', kind: 'CARD', currency, unitCostMinor: 9_400, available: PLENTY },
    ],
    balanceMinor: DEPOSIT_MINOR,
    currency,
  },
  {
    id: 'upstream-b',
    keyName: 'CHANNEL_B_KEY',
    webhookName: 'CHANNEL_B_WEBHOOK',
    port: 4_202,
    flags: ['lookup', 'cancel', 'partialFill'],
    products: [
      { product: 'steam-wallet-50', kind: 'CARD', currency, unitCostMinor: 4_550, available: PLENTY },
      { product: 'psn-100', kind: 'CARD', currency, unitCostMinor: 9_300, available: PLENTY },
    ],
    balanceMinor: DEPOSIT_MINOR,
    currency,
  },
  {
    id: 'upstream-c',
    keyName: 'CHANNEL_C_KEY',
    webhookName: 'CHANNEL_C_WEBHOOK',
    port: 4_203,
    flags: ['replay', 'lookup'],
    products: [{ product: 'mobile-100', kind: 'TOP_UP', fields: ['phone'], currency, unitCostMinor: 9_850, available: PLENTY }],
    balanceMinor: DEPOSIT_MINOR,
    currency,
  },
];
