import type { FaultRates } from '../world/faults';

/** Three calls in ten and more go wrong one way or another. */
export const chaosRates: FaultRates = {
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
export const channelRates: FaultRates = {
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
  'channel-same-card': 0.15,
  'channel-cancels-late': 0.3,
  'notice-lost': 0.2,
  'notice-late': 0.15,
  'notice-repeated': 0.1,
  'notice-foreign': 0.03,
  'notice-false': 0.1,
  'notice-forged': 0.05,
};

/** A store and its subscriptions that fail now and then. */
export const storeRates: FaultRates = {
  'append-unknown-written': 0.02,
  'append-unknown-not-written': 0.02,
  'append-never-answers': 0.005,
  'subscription-repeats': 0.02,
  'subscription-skips': 0.02,
  'subscription-dropped': 0.005,
  'consumer-slow': 0.0005,
};
