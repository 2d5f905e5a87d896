import type { StoredEvent } from '../../domain/kernel/event';
import { toIso } from '../../domain/kernel/time';
import { policyDiff, type PolicyChange, type RoutingPolicy } from '../../domain/routing/policy';
import { routingPolicy, type RoutingPolicyState } from '../../domain/routing/policy-decider';
import type { RoutingPolicyEvent } from '../../domain/routing/policy-events';
import { ROUTING_POLICY } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { readStream } from './get-order-history';
import { Query, type QueryHandler } from './query';

/** One step in the history of routing policies. */
export interface PolicyStep {
  readonly revision: number;
  readonly type: RoutingPolicyEvent['type'];
  /** ISO-8601 UTC. */
  readonly occurredAt: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason: string | null;
  /** The policy that it is about. */
  readonly version: string;
  /** What that policy says otherwise than the one in use before. */
  readonly changes: readonly PolicyChange[];
  /** By what a canary was worse that was rolled back by itself. */
  readonly worseBy: readonly string[];
}

export interface RoutingPolicyView extends RoutingPolicy {
  readonly canary: { readonly policy: RoutingPolicy; readonly percent: number; readonly startedAt: string } | null;
  /** Newest first. */
  readonly history: readonly PolicyStep[];
}

/** Steps that are told. */
const STEPS_MAX = 100;

/** How orders choose where to buy, and how it came to be so. */
export class GetRoutingPolicy extends Query<RoutingPolicyView> {
  static readonly operation = 'routingPolicy';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export class GetRoutingPolicyHandler implements QueryHandler<GetRoutingPolicy> {
  readonly query = GetRoutingPolicy;
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly codec: EventCodec,
  ) {}

  /** From the stream itself: whoever has just published sees it. */
  async execute({ caller }: GetRoutingPolicy): Promise<RoutingPolicyView> {
    requireRole(GetRoutingPolicy, caller);
    let state = routingPolicy.initial(ROUTING_POLICY);
    const history: PolicyStep[] = [];
    for (const stored of await readStream(this.store, this.codec, `routing-${ROUTING_POLICY}`)) {
      const event = stored as unknown as RoutingPolicyEvent & StoredEvent;
      history.push(stepOf(event, state));
      state = routingPolicy.evolve(state, event);
    }
    const { active, canary } = state;
    const tried = canary === undefined ? null : { policy: canary.policy, percent: canary.percent, startedAt: toIso(canary.startedAt) };
    return { ...active, canary: tried, history: history.slice(-STEPS_MAX).reverse() };
  }
}

function stepOf(event: RoutingPolicyEvent & StoredEvent, { active, canary }: RoutingPolicyState): PolicyStep {
  const { revision, occurredAt, metadata } = event;
  const { actor, reason = null } = metadata;
  const step = { revision, type: event.type, occurredAt, actor: { kind: actor.kind, id: actor.id }, reason, worseBy: [] };
  switch (event.type) {
    case 'RoutingPolicyPublished':
      return { ...step, version: event.data.policy.version, changes: policyDiff(active, event.data.policy) };
    case 'CanaryStarted': {
      const percent = { path: 'percent', after: String(event.data.percent) };
      return { ...step, version: event.data.policy.version, changes: [percent, ...policyDiff(active, event.data.policy)] };
    }
    case 'CanaryPercentChanged': {
      const { version, percent } = event.data;
      const before = canary === undefined ? {} : { before: String(canary.percent) };
      return { ...step, version, changes: [{ path: 'percent', ...before, after: String(percent) }] };
    }
    case 'CanaryPromoted':
      return { ...step, version: event.data.version, changes: canary === undefined ? [] : policyDiff(active, canary.policy) };
    case 'CanaryRolledBack':
      return { ...step, version: event.data.version, changes: [], worseBy: event.data.worseBy };
  }
}
