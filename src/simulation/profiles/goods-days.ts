import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { DOUBTING_ACTS } from '../people/operators';
import { anyChannels, channelSkus, peakSkus } from './channel-shops';
import { channelRates, storeRates } from './fault-rates';
import { orderly } from './habits';
import type { Profile } from './profile';
import { goodGateway, skuSettings, someNodes } from './shops';

export const restock: Profile = {
  name: 'restock',
  about: 'paid orders wait for cards that arrive at any time, also while their money is on its way back',
  nodes: someNodes,
  gateways: goodGateway,
  skus: () => [
    {
      id: 'waiting',
      settings: skuSettings({ oversell: true, deliverWithinSeconds: 1_200 }),
      stock: 0.2,
      restock: { afterMs: 20 * MINUTE_MS, share: 1.2 },
      demand: 1,
    },
  ],
  arrivals: { overMs: 15 * MINUTE_MS },
  habits: { ...orderly, neverPays: 0.02 },
  desk: () => ({ calls: 4, interventions: 6 }),
  rates: { 'gateway-silent': 0.1, 'refund-pending': 0.5 },
  mishaps: [],
  troubleAfterMs: HOUR_MS,
};

export const upstreams: Profile = {
  name: 'upstreams',
  about: 'upstreams with any combination of flags and every fault, products under every policy, top-ups and goods by hand',
  nodes: someNodes,
  gateways: goodGateway,
  channels: anyChannels,
  skus: channelSkus,
  arrivals: { overMs: 15 * MINUTE_MS },
  habits: { ...orderly, cancels: 0.1, reports: 0.1 },
  desk: () => ({ calls: 20, interventions: 6 }),
  rates: { ...channelRates, 'gateway-silent': 0.02, crash: 0.001, stall: 0.02 },
  mishaps: [
    { kind: 'channel-away', times: 3, lastsMs: [MINUTE_MS, 20 * MINUTE_MS] },
    { kind: 'channel-moves', times: 12, lastsMs: [MINUTE_MS, 20 * MINUTE_MS] },
    { kind: 'crash', times: 2, lastsMs: [0, 0] },
  ],
  troubleAfterMs: 40 * MINUTE_MS,
};

export const comingPeak: Profile = {
  name: 'coming-peak',
  about: 'what sold a week ago at this hour is bought ahead, from upstreams that fail, while operators pause them and processes die',
  nodes: someNodes,
  gateways: goodGateway,
  channels: anyChannels,
  skus: peakSkus,
  arrivals: { overMs: 55 * MINUTE_MS },
  lastWeek: { share: 0.6, opensAfterMs: 42 * MINUTE_MS },
  habits: { ...orderly, neverPays: 0.02 },
  worksBeside: ['health', 'trials', 'pre-warm'],
  desk: () => ({ calls: 4, interventions: 10, acts: DOUBTING_ACTS }),
  rates: { ...channelRates, ...storeRates, 'gateway-silent': 0.01, crash: 0.002 },
  mishaps: [
    { kind: 'channel-away', times: 4, lastsMs: [MINUTE_MS, 20 * MINUTE_MS] },
    { kind: 'channel-moves', times: 6, lastsMs: [MINUTE_MS, 20 * MINUTE_MS] },
    { kind: 'read-models-away', times: 1, lastsMs: [1_000, 5 * MINUTE_MS] },
    { kind: 'store-away', times: 1, lastsMs: [1_000, MINUTE_MS] },
    { kind: 'stall', times: 4, lastsMs: [1_000, 20_000] },
    { kind: 'crash', times: 4, lastsMs: [0, 0] },
  ],
  troubleAfterMs: 20 * MINUTE_MS,
};
