import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import type { FaultKind } from '../world/faults';
import { anyChannels, channelSkus, everySku, someChannels } from './channel-shops';
import { channelRates, chaosRates } from './fault-rates';
import { wild } from './habits';
import type { Profile } from './profile';
import { anyGateways, manySkus, someNodes } from './shops';

/** Whatever befalls the shop as a whole. */
const ALL_MISHAPS = [
  'store-away',
  'store-read-only',
  'appends-in-flight-fail',
  'clock-jumps',
  'read-models-away',
  'read-models-old',
  'key-missing',
  'drain',
  'stall',
  'crash',
  'gateway-away',
  'channel-away',
  'channel-moves',
] as const satisfies readonly FaultKind[];

export const worstMoment: Profile = {
  name: 'worst-moment',
  about: 'whatever can go wrong goes wrong just when an order stands where it hurts: once for each fault and each place where an order can stand',
  nodes: someNodes,
  gateways: anyGateways,
  channels: anyChannels,
  skus: everySku,
  desk: () => ({ calls: 10, interventions: 6 }),
  arrivals: { overMs: 40 * MINUTE_MS },
  habits: { ...wild, paysTwice: 0.4, paysLate: 0.2, reports: 0.1 },
  rates: { ...channelRates, ...chaosRates, 'append-not-replicated': 0.005, 'leader-loses-tail': 0.3, stall: 0.005 },
  everywhere: true,
  mishaps: ALL_MISHAPS.map((kind) => ({ kind, times: 0, lastsMs: [0, 0] })),
  troubleAfterMs: HOUR_MS,
};

export const chaos: Profile = {
  name: 'chaos',
  about: 'three of ten calls go wrong, processes die, clocks jump, and buyers do everything that buyers do; every third shop has upstreams',
  nodes: someNodes,
  gateways: anyGateways,
  channels: someChannels,
  skus: (chance, hasChannels) => [...manySkus(chance), ...(hasChannels ? channelSkus() : [])],
  desk: (hasChannels) => (hasChannels ? { calls: 6, interventions: 6 } : undefined),
  arrivals: { overMs: 40 * MINUTE_MS },
  habits: { ...wild, reports: 0.1 },
  rates: { ...channelRates, ...chaosRates },
  mishaps: [
    { kind: 'store-away', times: 2, lastsMs: [1_000, 5 * MINUTE_MS] },
    { kind: 'store-read-only', times: 1, lastsMs: [1_000, MINUTE_MS] },
    { kind: 'appends-in-flight-fail', times: 6, lastsMs: [0, 0] },
    { kind: 'clock-jumps', times: 3, lastsMs: [MINUTE_MS, 30 * MINUTE_MS] },
    { kind: 'read-models-away', times: 2, lastsMs: [1_000, 10 * MINUTE_MS] },
    { kind: 'read-models-old', times: 1, lastsMs: [0, 0] },
    { kind: 'key-missing', times: 1, lastsMs: [MINUTE_MS, 10 * MINUTE_MS] },
    { kind: 'drain', times: 2, lastsMs: [0, 0] },
    { kind: 'stall', times: 6, lastsMs: [1_000, 4 * MINUTE_MS] },
    { kind: 'crash', times: 6, lastsMs: [0, 0] },
    { kind: 'gateway-away', times: 2, lastsMs: [MINUTE_MS, 30 * MINUTE_MS] },
    { kind: 'channel-away', times: 2, lastsMs: [MINUTE_MS, 30 * MINUTE_MS] },
    { kind: 'channel-moves', times: 6, lastsMs: [MINUTE_MS, 30 * MINUTE_MS] },
  ],
  troubleAfterMs: HOUR_MS,
};
