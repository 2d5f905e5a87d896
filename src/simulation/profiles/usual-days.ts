import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { goodChannels, saleSkus } from './channel-shops';
import { orderly } from './habits';
import type { Profile } from './profile';
import { goodGateway, manySkus, oneNode, plentySkus, someNodes } from './shops';

export const calmDay: Profile = {
  name: 'calm-day',
  about: 'an ordinary day: one machine, a good gateway, enough cards',
  nodes: oneNode,
  gateways: goodGateway,
  skus: plentySkus,
  arrivals: { overMs: 12 * HOUR_MS },
  habits: orderly,
  rates: { 'gateway-silent': 0.001, 'notice-late': 0.005 },
  mishaps: [],
  troubleAfterMs: HOUR_MS,
};

export const double11: Profile = {
  name: 'double-11',
  about: 'the great sale: 5,000 orders in a second at its height, notices 15 s late, four of five issuing calls hang',
  nodes: someNodes,
  gateways: goodGateway,
  channels: goodChannels,
  skus: saleSkus,
  arrivals: { overMs: 10 * MINUTE_MS, peakPerSecond: 5_000 },
  habits: { ...orderly, clicksAgain: 0.4, refreshes: 0.1 },
  rates: { 'channel-silent': 0.4, 'channel-lost': 0.4, 'gateway-silent': 0.05, 'notice-late': 0.3 },
  mishaps: [{ kind: 'stall', times: 2, lastsMs: [1_000, 8_000] }],
  troubleAfterMs: 30 * MINUTE_MS,
};

export const mayDay: Profile = {
  name: 'may-day',
  about: 'a long holiday: three machines that are replaced while it is busy, and a slow gateway',
  nodes: someNodes,
  gateways: goodGateway,
  skus: manySkus,
  arrivals: { overMs: 4 * HOUR_MS, peakPerSecond: 500 },
  habits: orderly,
  rates: { 'gateway-silent': 0.1, 'gateway-late': 0.1, 'notice-late': 0.1, 'notice-lost': 0.05 },
  mishaps: [
    { kind: 'drain', times: 3, lastsMs: [0, 0] },
    { kind: 'read-models-away', times: 1, lastsMs: [MINUTE_MS, 10 * MINUTE_MS] },
  ],
  troubleAfterMs: HOUR_MS,
};
