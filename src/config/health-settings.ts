import { z } from 'zod';
import type { IdleProbePolicy } from '../application/run-idle-probes';
import { defaultHealthPolicy, type HealthPolicy } from '../domain/routing/health';
import { setting } from './setting';
import { count, list, wholeMs } from './shapes';

const percent = z.coerce.number().min(0).max(100);
const percents = list.transform((words) => words.map(Number)).pipe(z.array(z.number().min(0).max(100)).min(1).max(20));
const asPercent = (share: number): string => `${share * 100}`;
const ms = (value: number, about: string) => setting(wholeMs.min(100), `${value}`, about);
const policy = defaultHealthPolicy;

/** How gateways and channels are judged; see `HealthPolicy`. */
export const healthSettings = {
  CARDRAIL_HEALTH_WINDOW_MS: ms(policy.windowMs, 'how far back requests count for the health of a gateway or channel'),
  CARDRAIL_HEALTH_ATTEMPTS_MIN: setting(count.min(1), `${policy.attemptsMin}`, 'requests in the window that say anything about health'),
  CARDRAIL_HEALTH_PROBES_MIN: setting(count.min(1), `${policy.probesMin}`, 'the same while it is probed with a few'),
  CARDRAIL_HEALTH_DIVERT_TIMEOUT_PERCENT: setting(percent, asPercent(policy.divertTimeoutShare), 'new orders are diverted above so many time-outs'),
  CARDRAIL_HEALTH_ISOLATE_ERROR_PERCENT: setting(percent.min(1), asPercent(policy.isolateErrorShare), 'nothing new is sent from so many errors on'),
  CARDRAIL_HEALTH_SLOW_MS: ms(policy.slowMs, 'new orders are diverted when answers take longer in the mean'),
  CARDRAIL_HEALTH_SUSPECT_AFTER_MS: ms(policy.suspectAfterMs, 'a request under way longer counts as an error'),
  CARDRAIL_HEALTH_ISOLATE_FOR_MS: ms(policy.isolateForMs, 'how long a first isolation lasts; each next one doubles'),
  CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS: ms(policy.isolateForMaxMs, 'how long an isolation lasts at most'),
  CARDRAIL_HEALTH_RAMP_PERCENT: setting(
    percents,
    policy.rampShares.map(asPercent).join(','),
    'share let in while probing, step by step: of orders that could go elsewhere, and for the others of what may be under way',
  ),
  CARDRAIL_HEALTH_RAMP_STEP_MS: ms(policy.rampStepMs, 'how long each of these steps lasts'),
  CARDRAIL_HEALTH_TRICKLE_PERCENT: setting(percent, asPercent(policy.trickleShare), 'share of orders that still go to a diverted channel first'),
  CARDRAIL_HEALTH_QUIET_MS: ms(policy.quietMs, 'diverted and hardly used for so long counts as recovered'),
  CARDRAIL_HEALTH_HOPELESS_AFTER_MS: ms(policy.hopelessAfterMs, 'isolated for so long, a channel is not counted on by orders that have not paid yet'),
  CARDRAIL_HEALTH_IDLE_MS: ms(30_000, 'a gateway or channel that nothing was sent to for so long is asked whether it is there'),
  CARDRAIL_HEALTH_IDLE_ASK_MS: ms(10_000, 'how often it is asked then, a quarter more or less; once it does not answer, every second'),
} as const;

type Values = { readonly [Name in keyof typeof healthSettings]: z.output<(typeof healthSettings)[Name]['schema']> };

export const healthPolicyOf = (values: Values): HealthPolicy => ({
  windowMs: values.CARDRAIL_HEALTH_WINDOW_MS,
  attemptsMin: values.CARDRAIL_HEALTH_ATTEMPTS_MIN,
  probesMin: values.CARDRAIL_HEALTH_PROBES_MIN,
  divertTimeoutShare: values.CARDRAIL_HEALTH_DIVERT_TIMEOUT_PERCENT / 100,
  isolateErrorShare: values.CARDRAIL_HEALTH_ISOLATE_ERROR_PERCENT / 100,
  slowMs: values.CARDRAIL_HEALTH_SLOW_MS,
  suspectAfterMs: values.CARDRAIL_HEALTH_SUSPECT_AFTER_MS,
  isolateForMs: values.CARDRAIL_HEALTH_ISOLATE_FOR_MS,
  isolateForMaxMs: values.CARDRAIL_HEALTH_ISOLATE_FOR_MAX_MS,
  rampShares: values.CARDRAIL_HEALTH_RAMP_PERCENT.map((share) => share / 100),
  rampStepMs: values.CARDRAIL_HEALTH_RAMP_STEP_MS,
  trickleShare: values.CARDRAIL_HEALTH_TRICKLE_PERCENT / 100,
  quietMs: values.CARDRAIL_HEALTH_QUIET_MS,
  hopelessAfterMs: values.CARDRAIL_HEALTH_HOPELESS_AFTER_MS,
});

export const idleProbePolicyOf = (values: Values): IdleProbePolicy => ({
  idleAfterMs: values.CARDRAIL_HEALTH_IDLE_MS,
  askEveryMs: values.CARDRAIL_HEALTH_IDLE_ASK_MS,
});
