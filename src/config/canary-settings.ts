import { z } from 'zod';
import { defaultCanaryRule, type CanaryRule } from '../domain/routing/canary-report';
import { setting } from './setting';
import { count, wholeMs } from './shapes';

const rule = defaultCanaryRule;

/** When the trial of a routing policy says something; see `CanaryRule`. */
export const canarySettings = {
  CARDRAIL_CANARY_ORDERS_MIN: setting(count.min(10), `${rule.ordersMin}`, 'orders that each side of a trial needs before anything is concluded'),
  CARDRAIL_CANARY_LOOK_EVERY_MS: setting(wholeMs.min(100), '5000', 'how often a running trial of a routing policy is judged'),
  CARDRAIL_CANARY_SUCCESS_MARGIN_PERCENT: setting(
    z.coerce.number().min(0).max(100),
    `${rule.successMargin * 100}`,
    'a canary is not rolled back for a share of success that is lower by less than so many points',
  ),
  CARDRAIL_CANARY_TIME_RATIO: setting(z.coerce.number().min(1).max(100), `${rule.timeRatio}`, 'nor for taking less than so many times as long'),
  CARDRAIL_CANARY_COST_RATIO: setting(
    z.coerce.number().min(1).max(100),
    `${rule.costRatio}`,
    'a canary whose cards cost more than so many times as much is not promoted',
  ),
} as const;

type Values = { readonly [Name in keyof typeof canarySettings]: z.output<(typeof canarySettings)[Name]['schema']> };

export const canaryRuleOf = (values: Values): CanaryRule => ({
  ...rule,
  ordersMin: values.CARDRAIL_CANARY_ORDERS_MIN,
  successMargin: values.CARDRAIL_CANARY_SUCCESS_MARGIN_PERCENT / 100,
  timeRatio: values.CARDRAIL_CANARY_TIME_RATIO,
  costRatio: values.CARDRAIL_CANARY_COST_RATIO,
});
