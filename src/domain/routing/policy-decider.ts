import { exhaustive, type Decider } from '../kernel/decider';
import { canonicalJson, sha256Hex } from '../kernel/hash';
import { reject, type Rejection } from '../kernel/rejection';
import { fromIso, type Instant } from '../kernel/time';
import { clearlyWorse, hasEnough, seemsWorse, type CanaryReport, type CanaryRule } from './canary-report';
import { BUILT_IN, type Canary, type RoutingPolicies, type RoutingPolicy } from './policy';
import type { RoutingPolicyEvent } from './policy-events';

export interface RoutingPolicyState extends RoutingPolicies {
  readonly canary?: Canary & { readonly startedAt: Instant };
  /** A digest of every policy that ever had a version: two policies never share one. */
  readonly digests: ReadonlyMap<string, string>;
}

export type RoutingPolicyCommand =
  | { readonly type: 'PublishRoutingPolicy'; readonly policy: RoutingPolicy }
  | { readonly type: 'StartCanary'; readonly policy: RoutingPolicy; readonly percent: number }
  | { readonly type: 'PromoteCanary'; readonly version: string; readonly report: CanaryReport; readonly rule: CanaryRule }
  | { readonly type: 'RollBackCanary'; readonly version: string; readonly report?: CanaryReport }
  /** A machine looked. */
  | { readonly type: 'JudgeCanary'; readonly version: string; readonly report: CanaryReport; readonly rule: CanaryRule };

export type RoutingPolicyRejection = Rejection<
  'CANARY_RUNNING' | 'NO_SUCH_CANARY' | 'POLICY_VERSION_TAKEN' | 'CANARY_NOT_ENOUGH_DATA' | 'CANARY_IS_WORSE'
>;
type Decision = readonly RoutingPolicyEvent[] | RoutingPolicyRejection;

const digestOf = (policy: RoutingPolicy): string => sha256Hex(canonicalJson(policy));

function isTaken({ digests }: RoutingPolicyState, policy: RoutingPolicy): boolean {
  const known = policy.version === BUILT_IN.version ? digestOf(BUILT_IN) : digests.get(policy.version);
  return known !== undefined && known !== digestOf(policy);
}

/**
 * GIVEN the policies as they stand
 * WHEN  one is published
 * THEN  it counts for every purchase from here on. One that counted before may come back
 * REJECTED CANARY_RUNNING while another is tried against it · POLICY_VERSION_TAKEN by another policy · ALREADY SO when it is this one
 */
function publish(policy: RoutingPolicy, state: RoutingPolicyState): Decision {
  if (isTaken(state, policy)) return reject('POLICY_VERSION_TAKEN', { version: policy.version });
  if (digestOf(state.active) === digestOf(policy)) return [];
  if (state.canary !== undefined) return reject('CANARY_RUNNING', { version: state.canary.policy.version });
  return [{ type: 'RoutingPolicyPublished', data: { policy } }];
}

/**
 * GIVEN an active policy
 * WHEN  another one is to be tried on a share of the orders
 * THEN  these follow it from their next purchase on; asked again with another share, whoever was in stays in as it rises
 * REJECTED CANARY_RUNNING when a third one is being tried · POLICY_VERSION_TAKEN by another policy, or by the active one
 */
function startCanary(policy: RoutingPolicy, percent: number, state: RoutingPolicyState): Decision {
  const { active, canary } = state;
  const { version } = policy;
  if (isTaken(state, policy) || version === active.version) return reject('POLICY_VERSION_TAKEN', { version });
  if (canary === undefined) return [{ type: 'CanaryStarted', data: { policy, percent, against: active.version } }];
  if (canary.policy.version !== version) return reject('CANARY_RUNNING', { version: canary.policy.version });
  return canary.percent === percent ? [] : [{ type: 'CanaryPercentChanged', data: { version, percent } }];
}

/**
 * GIVEN a canary and the report of its trial
 * WHEN  a person wants it to count for everybody
 * THEN  it does · REJECTED CANARY_NOT_ENOUGH_DATA on few orders, CANARY_IS_WORSE, which says by what, NO_SUCH_CANARY
 */
function promote({ version, report, rule }: Extract<RoutingPolicyCommand, { type: 'PromoteCanary' }>, { canary }: RoutingPolicyState): Decision {
  if (canary?.policy.version !== version) return reject('NO_SUCH_CANARY');
  if (!hasEnough(report, rule))
    return reject('CANARY_NOT_ENOUGH_DATA', { canaryOrders: report.canary.orders, controlOrders: report.control.orders, needed: rule.ordersMin });
  const by = seemsWorse(report, rule);
  return by.length > 0 ? reject('CANARY_IS_WORSE', { by: by.join(', ') }) : [{ type: 'CanaryPromoted', data: { version, report } }];
}

/** A person ends the trial, whatever it shows. REJECTED NO_SUCH_CANARY. */
function rollBack(version: string, report: CanaryReport | undefined, { canary }: RoutingPolicyState): Decision {
  if (canary?.policy.version !== version) return reject('NO_SUCH_CANARY');
  return [{ type: 'CanaryRolledBack', data: { version, cause: 'PERSON', worseBy: [], ...(report === undefined ? {} : { report }) } }];
}

/** The trial ends by itself when the canary is clearly worse. ALREADY SO when it is not, or is gone. */
function judge({ version, report, rule }: Extract<RoutingPolicyCommand, { type: 'JudgeCanary' }>, { canary }: RoutingPolicyState): Decision {
  const worseBy = canary?.policy.version === version ? clearlyWorse(report, rule) : [];
  return worseBy.length === 0 ? [] : [{ type: 'CanaryRolledBack', data: { version, cause: 'WORSE', worseBy, report } }];
}

const withDigest = ({ digests }: RoutingPolicyState, policy: RoutingPolicy): RoutingPolicyState['digests'] =>
  new Map(digests).set(policy.version, digestOf(policy));

export const routingPolicy: Decider<RoutingPolicyCommand, RoutingPolicyEvent, RoutingPolicyState, RoutingPolicyRejection> = {
  initial: () => ({ active: BUILT_IN, digests: new Map() }),
  evolve: (state, event) => {
    const { active, canary, digests } = state;
    switch (event.type) {
      case 'RoutingPolicyPublished':
        return { active: event.data.policy, digests: withDigest(state, event.data.policy) };
      case 'CanaryStarted': {
        const { policy, percent } = event.data;
        return { active, canary: { policy, percent, startedAt: fromIso(event.occurredAt) }, digests: withDigest(state, policy) };
      }
      case 'CanaryPercentChanged':
        return canary === undefined ? state : { ...state, canary: { ...canary, percent: event.data.percent } };
      case 'CanaryPromoted':
        return { active: canary?.policy ?? active, digests };
      case 'CanaryRolledBack':
        return { active, digests };
      default:
        return exhaustive(event, state);
    }
  },
  decide: (command, state) => {
    switch (command.type) {
      case 'PublishRoutingPolicy':
        return publish(command.policy, state);
      case 'StartCanary':
        return startCanary(command.policy, command.percent, state);
      case 'PromoteCanary':
        return promote(command, state);
      case 'RollBackCanary':
        return rollBack(command.version, command.report, state);
      case 'JudgeCanary':
        return judge(command, state);
    }
  },
};
