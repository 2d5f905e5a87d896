import { comingPeak, restock, upstreams } from './goods-days';
import { goodsInParts, moneyBack, openPages } from './money-days';
import { bulkRepairs, policyTrials } from './operator-days';
import { deadUpstream, gatewayOutage, lostLeaders, quietNight } from './outage-days';
import type { Profile } from './profile';
import { calmDay, double11, mayDay } from './usual-days';
import { chaos, worstMoment } from './worst-days';

/** In the order in which they are listed to people. */
const profiles: readonly Profile[] = [
  calmDay,
  double11,
  mayDay,
  gatewayOutage,
  deadUpstream,
  restock,
  lostLeaders,
  openPages,
  upstreams,
  policyTrials,
  comingPeak,
  quietNight,
  bulkRepairs,
  worstMoment,
  chaos,
  moneyBack,
  goodsInParts,
];

export const PROFILE_NAMES = profiles.map(({ name }) => name);

/** Throws RangeError for a name that is not there. */
export function profileNamed(name: string): Profile {
  const profile = profiles.find((one) => one.name === name);
  if (profile === undefined) throw new RangeError(`there is no profile ${name}; there are ${PROFILE_NAMES.join(', ')}`);
  return profile;
}
