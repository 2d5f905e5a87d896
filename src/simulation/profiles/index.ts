import type { FaultRates } from '../world/faults';
import { anyChannels, channelSkus } from './channel-shops';
import type { Habits, Profile } from './profile';
import { anyGateways, goodGateway, manySkus, oneNode, openGateways, plentySkus, skuSettings, someNodes } from './shops';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const orderly: Habits = {
  clicksAgain: 0.1,
  refreshes: 0.03,
  cancels: 0.02,
  changesMethod: 0.02,
  neverPays: 0.05,
  paysLate: 0.01,
  paysTwice: 0.005,
  misusesKey: 0,
};

const wild: Habits = {
  clicksAgain: 0.4,
  refreshes: 0.2,
  cancels: 0.15,
  changesMethod: 0.2,
  neverPays: 0.08,
  paysLate: 0.12,
  paysTwice: 0.15,
  misusesKey: 0.05,
};

/** Three calls in ten and more go wrong one way or another. */
const chaosRates: FaultRates = {
  crash: 0.002,
  'append-unknown-written': 0.03,
  'append-unknown-not-written': 0.03,
  'append-never-answers': 0.01,
  'append-fails-repeatedly': 0.005,
  'gateway-silent': 0.12,
  'gateway-lost': 0.08,
  'gateway-late': 0.06,
  'gateway-refuses': 0.05,
  'gateway-unreachable': 0.08,
  'gateway-appears-late': 0.3,
  'gateway-stale': 0.3,
  'gateway-declines': 0.08,
  'refund-pending': 0.3,
  'notice-lost': 0.2,
  'notice-late': 0.2,
  'notice-repeated': 0.15,
  'notice-foreign': 0.03,
  'notice-false': 0.1,
  'wrong-amount': 0.02,
  'crash-before-checkpoint': 0.002,
  'subscription-repeats': 0.03,
  'subscription-skips': 0.03,
  'subscription-dropped': 0.005,
  'consumer-slow': 0.001,
};

/** Upstreams at which every second purchase goes wrong one way or another. */
const channelRates: FaultRates = {
  'channel-silent': 0.12,
  'channel-lost': 0.08,
  'channel-late': 0.06,
  'channel-fails': 0.04,
  'channel-fails-after': 0.05,
  'channel-unreachable': 0.06,
  'channel-refuses': 0.04,
  'channel-declines': 0.06,
  'channel-appears-late': 0.3,
  'channel-stale': 0.2,
  'channel-pending': 0.15,
  'channel-partial': 0.15,
  'channel-over-price': 0.06,
  'channel-malformed': 0.06,
  'channel-same-card': 0.08,
  'channel-cancels-late': 0.3,
  'notice-lost': 0.2,
  'notice-late': 0.15,
  'notice-repeated': 0.1,
  'notice-foreign': 0.03,
  'notice-false': 0.1,
  'notice-forged': 0.05,
};

const profiles: readonly Profile[] = [
  {
    name: 'calm-day',
    about: 'an ordinary day: one machine, a good gateway, enough cards',
    nodes: oneNode,
    gateways: goodGateway,
    skus: plentySkus,
    arrivals: { overMs: 12 * HOUR },
    habits: orderly,
    rates: { 'gateway-silent': 0.001, 'notice-late': 0.005 },
    mishaps: [],
    troubleAfterMs: HOUR,
  },
  {
    name: 'double-11',
    about: 'the great sale: 5,000 orders in a second at its height, notices 15 s late, four of five gateway calls hang',
    nodes: someNodes,
    gateways: goodGateway,
    skus: plentySkus,
    arrivals: { overMs: 10 * MINUTE, peakPerSecond: 5_000 },
    habits: { ...orderly, clicksAgain: 0.4, refreshes: 0.1 },
    rates: { 'gateway-silent': 0.4, 'gateway-lost': 0.4, 'notice-late': 0.3 },
    mishaps: [{ kind: 'stall', times: 2, lastsMs: [1_000, 8_000] }],
    troubleAfterMs: 30 * MINUTE,
  },
  {
    name: 'may-day',
    about: 'a long holiday: three machines that are replaced while it is busy, and a slow gateway',
    nodes: someNodes,
    gateways: goodGateway,
    skus: manySkus,
    arrivals: { overMs: 4 * HOUR, peakPerSecond: 500 },
    habits: orderly,
    rates: { 'gateway-silent': 0.1, 'gateway-late': 0.1, 'notice-late': 0.1, 'notice-lost': 0.05 },
    mishaps: [
      { kind: 'drain', times: 3, lastsMs: [0, 0] },
      { kind: 'read-models-away', times: 1, lastsMs: [MINUTE, 10 * MINUTE] },
    ],
    troubleAfterMs: HOUR,
  },
  {
    name: 'gateway-outage-1h',
    about: 'the payment gateway is away for an hour in the middle of the day',
    nodes: oneNode,
    gateways: goodGateway,
    skus: plentySkus,
    arrivals: { overMs: 3 * HOUR },
    habits: orderly,
    rates: {},
    mishaps: [{ kind: 'gateway-away', times: 1, lastsMs: [HOUR, HOUR] }],
    troubleAfterMs: HOUR,
  },
  {
    name: 'dead-upstream',
    about: 'no cards come any more: more is sold than there is',
    nodes: oneNode,
    gateways: goodGateway,
    skus: () => [{ id: 'empty', settings: skuSettings({ oversell: true }), stock: 0.3, demand: 1 }],
    arrivals: { overMs: 2 * HOUR },
    habits: orderly,
    rates: { 'gateway-silent': 0.01 },
    mishaps: [],
    troubleAfterMs: HOUR,
  },
  {
    name: 'restock',
    about: 'paid orders wait for cards that arrive in the middle',
    nodes: someNodes,
    gateways: goodGateway,
    skus: () => [{ id: 'waiting', settings: skuSettings({ oversell: true }), stock: 0.2, restock: { afterMs: 20 * MINUTE, share: 1.2 }, demand: 1 }],
    arrivals: { overMs: 15 * MINUTE },
    habits: { ...orderly, neverPays: 0.02 },
    rates: { 'gateway-silent': 0.01 },
    mishaps: [],
    troubleAfterMs: HOUR,
  },
  {
    name: 'open-pages',
    about: 'gateways that cannot close a page, and buyers who change their minds, pay late and pay twice',
    nodes: someNodes,
    gateways: openGateways,
    skus: plentySkus,
    arrivals: { overMs: 20 * MINUTE },
    habits: { ...wild, changesMethod: 0.7, paysLate: 0.3, neverPays: 0, cancels: 0.1 },
    rates: { ...chaosRates, crash: 0, 'wrong-amount': 0, 'append-never-answers': 0 },
    mishaps: [],
    troubleAfterMs: HOUR,
  },
  {
    name: 'upstreams',
    about: 'upstreams with any combination of flags and every fault, products under every policy, top-ups and goods by hand',
    nodes: someNodes,
    gateways: goodGateway,
    channels: anyChannels,
    skus: channelSkus,
    arrivals: { overMs: 30 * MINUTE },
    habits: { ...orderly, cancels: 0.1, reports: 0.1 },
    desk: { calls: 8, interventions: 6 },
    rates: { ...channelRates, 'gateway-silent': 0.02, crash: 0.001 },
    mishaps: [
      { kind: 'channel-away', times: 3, lastsMs: [MINUTE, 30 * MINUTE] },
      { kind: 'channel-moves', times: 12, lastsMs: [MINUTE, 30 * MINUTE] },
      { kind: 'crash', times: 2, lastsMs: [0, 0] },
    ],
    troubleAfterMs: HOUR,
  },
  {
    name: 'chaos',
    about: 'three of ten calls go wrong, processes die, clocks jump, and buyers do everything that buyers do',
    nodes: someNodes,
    gateways: anyGateways,
    skus: manySkus,
    arrivals: { overMs: 40 * MINUTE },
    habits: wild,
    rates: chaosRates,
    mishaps: [
      { kind: 'store-away', times: 2, lastsMs: [1_000, 5 * MINUTE] },
      { kind: 'store-read-only', times: 1, lastsMs: [1_000, MINUTE] },
      { kind: 'appends-in-flight-fail', times: 6, lastsMs: [0, 0] },
      { kind: 'clock-jumps', times: 3, lastsMs: [MINUTE, 30 * MINUTE] },
      { kind: 'read-models-away', times: 2, lastsMs: [1_000, 10 * MINUTE] },
      { kind: 'read-models-old', times: 1, lastsMs: [0, 0] },
      { kind: 'key-missing', times: 1, lastsMs: [MINUTE, 10 * MINUTE] },
      { kind: 'drain', times: 2, lastsMs: [0, 0] },
      { kind: 'stall', times: 6, lastsMs: [1_000, 4 * MINUTE] },
      { kind: 'crash', times: 6, lastsMs: [0, 0] },
      { kind: 'gateway-away', times: 2, lastsMs: [MINUTE, 30 * MINUTE] },
    ],
    troubleAfterMs: HOUR,
  },
];

export const PROFILE_NAMES = profiles.map(({ name }) => name);

/** Throws RangeError for a name that is not there. */
export function profileNamed(name: string): Profile {
  const profile = profiles.find((one) => one.name === name);
  if (profile === undefined) throw new RangeError(`there is no profile ${name}; there are ${PROFILE_NAMES.join(', ')}`);
  return profile;
}
