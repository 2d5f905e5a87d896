import type { SkuSettings } from '../../domain/catalog/events';
import type { BesideWork } from '../node/beside';
import type { NodeRole } from '../node/shop-node';
import type { SimulatedChannelOptions } from '../ports/simulated-channel';
import type { SimulatedGatewayOptions } from '../ports/simulated-gateway';
import type { Chance } from '../world/chance';
import type { FaultKind, FaultRates } from '../world/faults';

/** How often, of all buyers, somebody behaves like this. Shares in [0, 1]. */
export interface Habits {
  /** Clicks two or three times on the same order. */
  readonly clicksAgain: number;
  /** Loads the page anew and submits once more under a fresh key. */
  readonly refreshes: number;
  readonly cancels: number;
  readonly changesMethod: number;
  readonly neverPays: number;
  /** Pays around or after the end of the time to pay. */
  readonly paysLate: number;
  readonly paysTwice: number;
  /** Sends another order under a key that was used. */
  readonly misusesKey: number;
  /** Says that a code does not work. */
  readonly reports?: number;
}

/** A product of the simulated shop: its settings, the cards it begins with per expected unit, and what comes later. */
export interface SimulatedSku {
  readonly id: string;
  readonly settings: SkuSettings;
  /** Cards at the beginning, as a share of all that could be wanted of it. */
  readonly stock: number;
  /** The same again so long after the beginning, for a SKU that is restocked. Milliseconds. */
  readonly restock?: { readonly afterMs: number; readonly share: number };
  /** The most that a buyer orders at once; three when absent. */
  readonly quantityMost?: number;
  /** Weight among all products. */
  readonly demand: number;
}

/** Something that goes wrong at a time of its own: how many times in a run, and for how long. */
export interface Mishap {
  readonly kind: FaultKind;
  readonly times: number;
  readonly lastsMs: readonly [least: number, most: number];
}

/** What an operator may do of a sudden. */
export type OperatorAct = 'stock' | 'pause-channel' | 'drain-channel' | 'pause-sku' | 'isolate-channel' | 'pause-gateway';

/** How often a buyer rings up, and how often an operator intervenes. */
export interface DeskHabits {
  readonly calls: number;
  readonly interventions: number;
  /** What operators do, each as often as it stands here; what they usually do when absent. */
  readonly acts?: readonly [OperatorAct, ...OperatorAct[]];
}

/** A day in the life of a shop. */
export interface Profile {
  readonly name: string;
  readonly about: string;
  nodes(chance: Chance): readonly (readonly NodeRole[])[];
  gateways(chance: Chance): readonly SimulatedGatewayOptions[];
  /** Upstreams; drawn by a chance of their own. None when absent. */
  channels?(chance: Chance, orders: number): readonly SimulatedChannelOptions[];
  /** `hasChannels`: this shop has upstreams to buy from. */
  skus(chance: Chance, hasChannels: boolean): readonly SimulatedSku[];
  /** Orders arrive over so long; `peakPerSecond` is the height of the rush in the middle, where there is one. */
  readonly arrivals: { readonly overMs: number; readonly peakPerSecond?: number };
  /**
   * So large a share of the buyers came a week before, at the same hours; then the machines were off. Their sales are what the shop knows of
   * its demand. `opensAfterMs`: later than other days, so that the rush begins with an hour. Milliseconds.
   */
  readonly lastWeek?: { readonly share: number; readonly opensAfterMs: number };
  readonly habits: Habits;
  /** People of support and operators besides those who answer what has to do with money; without them nobody says that a code is bad. */
  desk?(hasChannels: boolean): DeskHabits | undefined;
  /** What engines do beside their orders. Nothing when absent: each costs time. */
  readonly worksBeside?: readonly BesideWork[];
  /** How often people put many orders right at once. */
  readonly repairs?: number;
  /** People try routing policies on a share of the orders. */
  readonly triesPolicies?: boolean;
  readonly rates: FaultRates;
  /** Besides by chance, and at times of their own, faults and mishaps strike once at every place where an order can stand. */
  readonly everywhere?: boolean;
  readonly mishaps: readonly Mishap[];
  /** Gateways and channels that are away from the first to the last order. */
  readonly down?: readonly string[];
  /** Trouble ends so long after the last order arrived. Milliseconds. */
  readonly troubleAfterMs: number;
}
