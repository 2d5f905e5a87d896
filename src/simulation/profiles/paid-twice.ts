import type { Profile } from './profile';
import { everySku } from './channel-shops';
import { openGateways, skuSettings } from './shops';

const MINUTE = 60_000;
const threeEngines: Profile['nodes'] = () => [['api', 'engine', 'projector', 'outbox'], ['engine'], ['engine']];

/** Days on which money goes both ways: worst moments, or pages that nobody can close, with buyers of whom most pay twice. */
export const paidTwice = (worst: Profile, pages: Profile): readonly Profile[] => [
  {
    ...pages,
    name: 'money-back',
    about: 'goods are nowhere, so all money goes back, while pages that were left are paid and others are paid twice',
    everywhere: true,
    skus: () => [{ id: 'none', settings: skuSettings({ oversell: true, deliverWithinSeconds: 30 }), stock: 0, demand: 1 }],
    habits: { ...pages.habits, changesMethod: 0.9, paysTwice: 0.8 },
    mishaps: [{ kind: 'gateway-away', times: 4, lastsMs: [5 * MINUTE, 10 * MINUTE] }],
    rates: { ...pages.rates, 'refund-pending': 0.5 },
  },
  {
    ...worst,
    name: 'goods-in-parts',
    about: 'goods come in parts, people give some of the price back, and buyers pay the same page again, at the worst moments',
    nodes: threeEngines,
    gateways: openGateways,
    skus: (chance) => everySku(chance).filter(({ id }) => id === 'half-bought'),
    habits: { ...pages.habits, paysTwice: 0.8 },
    rates: { ...worst.rates, 'channel-partial': 0.9, 'channel-silent': 0.4, 'channel-lost': 0.2, 'channel-declines': 0.2 },
  },
];
