import type { SkuSettings } from '../../domain/catalog/events';
import type { NodeRole } from '../node/shop-node';
import type { SimulatedGatewayOptions } from '../ports/simulated-gateway';
import type { Chance } from '../world/chance';
import type { SimulatedSku } from './profile';

const ALL_ROLES: readonly NodeRole[] = ['api', 'engine', 'projector', 'outbox'];

export const oneNode = (): readonly (readonly NodeRole[])[] => [ALL_ROLES];
export const someNodes = (chance: Chance): readonly (readonly NodeRole[])[] =>
  chance.of<readonly (readonly NodeRole[])[]>([
    [ALL_ROLES],
    [ALL_ROLES, ['api', 'engine', 'projector']],
    [
      ['api', 'outbox'],
      ['api', 'engine', 'projector'],
      ['engine', 'projector'],
    ],
    [ALL_ROLES, ['engine'], ['api', 'engine']],
  ]);

export const skuSettings = (settings: Partial<SkuSettings> = {}): SkuSettings => ({
  name: { 'zh-CN': '游戏点卡', en: 'game card' },
  price: { amountMinor: 4_800, currency: 'CNY' },
  delivery: 'auto',
  reserve: 'AT_PAYMENT',
  partial: 'WAIT',
  compensation: 'REFUND',
  onDoubt: 'WAIT',
  sources: [{ kind: 'POOL' }],
  payWithinSeconds: 900,
  deliverWithinSeconds: 1_800,
  maxPerOrder: 5,
  oversell: false,
  reusable: false,
  oneOpenOrderPerBuyer: false,
  fields: [],
  ...settings,
});

export const plentySkus = (): readonly SimulatedSku[] => [{ id: 'plenty', settings: skuSettings(), stock: 1.5, demand: 1 }];

/** Every policy there is, with too few cards of some. */
export function manySkus(chance: Chance): readonly SimulatedSku[] {
  const soon = { afterMs: chance.between(5, 60) * 60_000, share: 0.5 };
  return [
    ...plentySkus(),
    { id: 'scarce', settings: skuSettings({ oversell: true, payWithinSeconds: 600 }), stock: 0.3, restock: soon, demand: 0.4 },
    { id: 'held', settings: skuSettings({ reserve: 'AT_SUBMIT' }), stock: 0.6, demand: 0.4 },
    {
      id: 'split',
      settings: skuSettings({ partial: 'SPLIT', oversell: true, deliverWithinSeconds: 900 }),
      stock: 0.4,
      demand: 0.3,
    },
    {
      id: 'again',
      settings: skuSettings({ compensation: 'REISSUE', oversell: true, deliverWithinSeconds: 600 }),
      stock: 0.3,
      restock: soon,
      demand: 0.2,
    },
    { id: 'desk', settings: skuSettings({ compensation: 'REVIEW', oversell: true, deliverWithinSeconds: 600 }), stock: 0.5, demand: 0.2 },
    { id: 'single', settings: skuSettings({ oneOpenOrderPerBuyer: true }), stock: 1.2, demand: 0.3 },
  ];
}

const ALL_FLAGS = { replay: true, lookup: true, cancel: true } as const;

export const goodGateway = (): readonly SimulatedGatewayOptions[] => [
  { id: 'main', flags: ALL_FLAGS, notFoundFinalAfterSeconds: 60, declines: 0.03 },
  { id: 'other', flags: ALL_FLAGS, notFoundFinalAfterSeconds: 60, declines: 0.03 },
];

/** One gateway that can do everything, and others with any combination of flags. */
export const anyGateways = (chance: Chance): readonly SimulatedGatewayOptions[] => [
  { id: 'main', flags: ALL_FLAGS, notFoundFinalAfterSeconds: 60, declines: 0.1 },
  ...['second', 'third'].map((id) => ({
    id,
    flags: { replay: chance.hit(0.6), lookup: chance.hit(0.7), cancel: chance.hit(0.6) },
    notFoundFinalAfterSeconds: 60,
    declines: 0.1,
  })),
];

/** Pages that nobody can close: they can only be asked about. */
export const openGateways = (chance: Chance): readonly SimulatedGatewayOptions[] =>
  ['main', 'second'].map((id) => ({
    id,
    flags: { replay: chance.hit(0.5), lookup: true, cancel: false },
    notFoundFinalAfterSeconds: 60,
    declines: 0.05,
  }));
