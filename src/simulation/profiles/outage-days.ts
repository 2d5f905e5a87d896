import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { NIGHT_ACTS } from '../people/operators';
import { goodChannels, nightSkus, upstreamSkus } from './channel-shops';
import { orderly } from './habits';
import type { Profile } from './profile';
import { anyGateways, goodGateway, manySkus, oneNode, plentySkus, someNodes } from './shops';

export const gatewayOutage: Profile = {
  name: 'gateway-outage-1h',
  about: 'the payment gateway is away for an hour in the middle of the day',
  nodes: oneNode,
  gateways: goodGateway,
  skus: plentySkus,
  arrivals: { overMs: 3 * HOUR_MS },
  habits: orderly,
  rates: {},
  mishaps: [{ kind: 'gateway-away', times: 1, lastsMs: [HOUR_MS, HOUR_MS] }],
  troubleAfterMs: HOUR_MS,
};

export const deadUpstream: Profile = {
  name: 'dead-upstream',
  about: 'an upstream is away for two hours, its products have another one, or a shelf, or nothing; and more is sold than there is',
  nodes: oneNode,
  gateways: goodGateway,
  channels: goodChannels,
  skus: upstreamSkus,
  arrivals: { overMs: 2 * HOUR_MS },
  habits: orderly,
  desk: () => ({ calls: 2, interventions: 2 }),
  rates: { 'gateway-silent': 0.01, 'channel-silent': 0.01 },
  mishaps: [{ kind: 'channel-away', times: 1, lastsMs: [2 * HOUR_MS, 2 * HOUR_MS] }],
  troubleAfterMs: HOUR_MS,
};

export const lostLeaders: Profile = {
  name: 'lost-leaders',
  about: 'the leader of the event store is lost again and again, with appends that stand nowhere else, and every other append is in doubt',
  nodes: someNodes,
  gateways: anyGateways,
  skus: manySkus,
  arrivals: { overMs: 20 * MINUTE_MS },
  habits: { ...orderly, clicksAgain: 0.3, cancels: 0.1, paysLate: 0.1 },
  rates: {
    'append-not-replicated': 0.1,
    'leader-loses-tail': 0.5,
    'append-unknown-written': 0.1,
    'append-unknown-not-written': 0.1,
    'append-never-answers': 0.05,
    'append-fails-repeatedly': 0.02,
    'subscription-dropped': 0.02,
    'subscription-repeats': 0.03,
    'gateway-silent': 0.05,
    'notice-repeated': 0.15,
  },
  mishaps: [
    { kind: 'appends-in-flight-fail', times: 20, lastsMs: [0, 0] },
    { kind: 'store-away', times: 4, lastsMs: [1_000, MINUTE_MS] },
    { kind: 'store-read-only', times: 2, lastsMs: [1_000, 20_000] },
  ],
  troubleAfterMs: HOUR_MS,
};

export const quietNight: Profile = {
  name: 'quiet-night',
  about: 'few buyers come; gateways and upstreams go away while nobody uses them, cards run out, operators pause and processes die',
  nodes: someNodes,
  gateways: goodGateway,
  channels: goodChannels,
  skus: nightSkus,
  arrivals: { overMs: 2 * HOUR_MS },
  habits: { ...orderly, clicksAgain: 0 },
  worksBeside: ['health', 'idle-probes', 'incidents'],
  desk: () => ({ calls: 0, interventions: 8, acts: NIGHT_ACTS }),
  rates: { crash: 0.0005, 'subscription-dropped': 0.001, 'notice-lost': 0.05 },
  mishaps: [
    { kind: 'gateway-away', times: 4, lastsMs: [5 * MINUTE_MS, 20 * MINUTE_MS] },
    { kind: 'channel-away', times: 4, lastsMs: [5 * MINUTE_MS, 20 * MINUTE_MS] },
    { kind: 'read-models-away', times: 1, lastsMs: [1_000, 2 * MINUTE_MS] },
    { kind: 'store-away', times: 1, lastsMs: [1_000, MINUTE_MS] },
    { kind: 'stall', times: 3, lastsMs: [1_000, 8_000] },
    { kind: 'crash', times: 3, lastsMs: [0, 0] },
  ],
  troubleAfterMs: HOUR_MS / 2,
};
