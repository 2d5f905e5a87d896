import { DAY_MS } from '../../domain/kernel/time';
import type { SimulatedGateway } from '../ports/simulated-gateway';
import type { Profile, SimulatedSku } from '../profiles/profile';
import { drawnUnit } from '../world/chance';
import { buyerPlan, type BuyerPlan } from './buyer-plan';

export interface CrowdOptions {
  readonly seed: number;
  readonly orders: number;
  readonly profile: Profile;
  readonly skus: readonly SimulatedSku[];
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  /** Somebody is there to whom a buyer can say that a code is bad. */
  readonly hasDesk: boolean;
  /** Only these come. */
  readonly only?: ReadonlySet<number>;
}

/** From the sale of the week before to this one. */
export const WEEK_MS = 7 * DAY_MS;

/** Everybody who comes to buy on such a day, when, and what each is going to do. */
export function crowdOf(options: CrowdOptions): readonly BuyerPlan[] {
  const { seed, orders, profile, skus, gateways, hasDesk, only } = options;
  const kinds = new Map(
    [...gateways.values()].flatMap((gateway) => (gateway.options.kinds === undefined ? [] : [[gateway.options.id, gateway.options.kinds] as const])),
  );
  const gatewayIds = [...gateways.keys()] as [string, ...string[]];
  const crowd = { seed, kinds, habits: { ...profile.habits, ...(hasDesk ? {} : { reports: 0 }) }, skus, gatewayIds };
  return Array.from({ length: orders }, (_, index) => buyerPlan(crowd, index, arrivalOf(options, index))).filter(
    ({ index }) => only?.has(index) ?? true,
  );
}

/** Milliseconds after the day begins. */
function arrivalOf({ seed, orders, profile: { arrivals, lastWeek } }: CrowdOptions, index: number): number {
  const unit = drawnUnit(seed, `arrival ${index}`);
  if (lastWeek !== undefined && drawnUnit(seed, `week ${index}`) >= lastWeek.share) return WEEK_MS + unit * arrivals.overMs;
  if (arrivals.peakPerSecond === undefined || index % 2 === 0) return unit * arrivals.overMs;
  const rushMs = (orders / 2 / arrivals.peakPerSecond) * 1_000;
  return arrivals.overMs / 2 + unit * rushMs;
}
