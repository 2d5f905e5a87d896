import { HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { everySku } from './channel-shops';
import { chaosRates } from './fault-rates';
import { wild } from './habits';
import type { Profile } from './profile';
import { openGateways, plentySkus, skuSettings, someNodes } from './shops';
import { worstMoment } from './worst-days';

export const openPages: Profile = {
  name: 'open-pages',
  about: 'gateways that cannot close a page, and buyers who change their minds, pay late and pay twice',
  nodes: someNodes,
  gateways: openGateways,
  skus: plentySkus,
  arrivals: { overMs: 20 * MINUTE_MS },
  habits: { ...wild, changesMethod: 0.7, paysLate: 0.3, neverPays: 0, cancels: 0.1 },
  rates: { ...chaosRates, crash: 0, 'wrong-amount': 0, 'append-never-answers': 0 },
  mishaps: [],
  troubleAfterMs: HOUR_MS,
};

export const moneyBack: Profile = {
  ...openPages,
  name: 'money-back',
  about: 'goods are nowhere, so all money goes back, while pages that were left are paid and others are paid twice',
  everywhere: true,
  skus: () => [{ id: 'none', settings: skuSettings({ oversell: true, deliverWithinSeconds: 30 }), stock: 0, demand: 1 }],
  habits: { ...openPages.habits, changesMethod: 0.9, paysTwice: 0.8 },
  mishaps: [{ kind: 'gateway-away', times: 4, lastsMs: [5 * MINUTE_MS, 10 * MINUTE_MS] }],
  rates: { ...openPages.rates, 'refund-pending': 0.5 },
};

const threeEngines: Profile['nodes'] = () => [['api', 'engine', 'projector', 'outbox'], ['engine'], ['engine']];

export const goodsInParts: Profile = {
  ...worstMoment,
  name: 'goods-in-parts',
  about: 'goods come in parts, people give some of the price back, and buyers pay the same page again, at the worst moments',
  nodes: threeEngines,
  gateways: openGateways,
  skus: (chance) => everySku(chance).filter(({ id }) => id === 'half-bought'),
  habits: { ...openPages.habits, paysTwice: 0.8 },
  rates: { ...worstMoment.rates, 'channel-partial': 0.9, 'channel-silent': 0.4, 'channel-lost': 0.2, 'channel-declines': 0.2 },
};
