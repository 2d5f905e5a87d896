import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { anyChannels, channelSkus, trialSkus, unequalChannels } from './channel-shops';
import { channelRates, storeRates } from './fault-rates';
import { orderly } from './habits';
import type { Profile } from './profile';
import { goodGateway, someNodes } from './shops';

export const policyTrials: Profile = {
  name: 'policy-trials',
  about: 'routing policies are tried on a share of the orders, better ones and worse ones, while processes die and read models are away',
  nodes: someNodes,
  gateways: goodGateway,
  channels: unequalChannels,
  skus: trialSkus,
  arrivals: { overMs: 50 * MINUTE_MS },
  habits: { ...orderly, neverPays: 0.02 },
  worksBeside: ['health', 'trials', 'pre-warm'],
  triesPolicies: true,
  rates: {
    ...storeRates,
    'channel-silent': 0.02,
    'channel-lost': 0.02,
    'channel-declines': 0.02,
    'channel-pending': 0.05,
    'notice-lost': 0.1,
    'gateway-silent': 0.01,
    crash: 0.0005,
  },
  mishaps: [
    { kind: 'read-models-away', times: 2, lastsMs: [1_000, 10 * MINUTE_MS] },
    { kind: 'read-models-old', times: 1, lastsMs: [0, 0] },
    { kind: 'store-away', times: 2, lastsMs: [1_000, 2 * MINUTE_MS] },
    { kind: 'stall', times: 4, lastsMs: [1_000, 20_000] },
    { kind: 'crash', times: 4, lastsMs: [0, 0] },
  ],
  troubleAfterMs: 20 * MINUTE_MS,
};

export const bulkRepairs: Profile = {
  name: 'bulk-repairs',
  about: 'upstreams fail, and people put many orders right at once, again and again, while processes die',
  nodes: someNodes,
  gateways: goodGateway,
  channels: anyChannels,
  skus: channelSkus,
  arrivals: { overMs: 30 * MINUTE_MS },
  habits: { ...orderly, cancels: 0.05 },
  worksBeside: ['repairs'],
  repairs: 20,
  desk: () => ({ calls: 4, interventions: 4 }),
  rates: { ...channelRates, ...storeRates, 'gateway-silent': 0.01, crash: 0.002, stall: 0.002 },
  mishaps: [
    { kind: 'crash', times: 10, lastsMs: [0, 0] },
    { kind: 'drain', times: 3, lastsMs: [0, 0] },
    { kind: 'stall', times: 4, lastsMs: [1_000, MINUTE_MS] },
    { kind: 'store-away', times: 2, lastsMs: [1_000, 2 * MINUTE_MS] },
    { kind: 'read-models-away', times: 2, lastsMs: [1_000, 5 * MINUTE_MS] },
    { kind: 'read-models-old', times: 1, lastsMs: [0, 0] },
  ],
  troubleAfterMs: HOUR_MS / 2,
};
