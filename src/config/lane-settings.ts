import { z } from 'zod';
import { defaultPaceRule, type PaceRule } from '../domain/routing/lane-pace';
import { defaultLanePolicy, LANES, isLane, type LaneLimits, type LanePolicy } from '../domain/routing/lanes';
import { setting } from './setting';
import { list } from './shapes';

/** As it would stand in the environment. */
export const lanesText = (lanes: LanePolicy['lanes']): string =>
  LANES.map((lane) => `${lane}=${lanes[lane].weight}:${lanes[lane].concurrency}`).join(',');

/** `vip=3:64`: weight, then slots at once. A lane that is not named keeps its default. */
const lanes = list.transform((words, context): LanePolicy['lanes'] => {
  const named: Partial<Record<(typeof LANES)[number], LaneLimits>> = {};
  for (const word of words) {
    const [, lane = '', weight, concurrency] = /^([a-z]+)=(\d{1,3}):(\d{1,6})$/.exec(word) ?? [];
    const limits = { weight: Number(weight), concurrency: Number(concurrency) };
    if (isLane(lane) && limits.weight > 0 && limits.concurrency > 0) named[lane] = limits;
    else context.addIssue(`must be lane=weight:slots, comma-separated, of the lanes ${LANES.join(', ')}`);
  }
  return { ...defaultLanePolicy.lanes, ...named };
});

export const laneSettings = {
  CARDRAIL_LANES: setting(
    lanes,
    lanesText(defaultLanePolicy.lanes),
    'share of the engine of each lane and its outside calls at once: lane=weight:slots',
  ),
  CARDRAIL_OVERFLOW_ABOVE_PERCENT: setting(
    z.coerce.number().min(1).max(100),
    `${defaultLanePolicy.overflowAbove * 100}`,
    'load of an engine above which new orders that are not VIP go to the lane overflow',
  ),
  CARDRAIL_LANE_FLOOR_PERCENT: setting(
    z.coerce.number().min(1).max(100),
    `${defaultPaceRule.floorShare * 100}`,
    'of its slots, what a lane keeps however slowly its calls are answered; 100 = its slots do not follow latency',
  ),
  CARDRAIL_LANE_SLOW_FACTOR: setting(
    z.coerce.number().min(1.1).max(100),
    `${defaultPaceRule.shrinkFrom}`,
    'a lane gives up slots when its calls take so many times as long as usual',
  ),
} as const;

export const paceRuleOf = (values: Values): PaceRule => ({
  ...defaultPaceRule,
  floorShare: values.CARDRAIL_LANE_FLOOR_PERCENT / 100,
  shrinkFrom: values.CARDRAIL_LANE_SLOW_FACTOR,
  growBelow: Math.min(defaultPaceRule.growBelow, values.CARDRAIL_LANE_SLOW_FACTOR),
});

type Values = { readonly [Name in keyof typeof laneSettings]: z.output<(typeof laneSettings)[Name]['schema']> };

export const lanePolicyOf = (values: Values): LanePolicy => ({
  version: defaultLanePolicy.version,
  lanes: values.CARDRAIL_LANES,
  overflowAbove: values.CARDRAIL_OVERFLOW_ABOVE_PERCENT / 100,
});
