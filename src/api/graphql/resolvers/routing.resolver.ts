import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { PromoteCanary, PublishRoutingPolicy, RollBackCanary, StartCanary } from '../../../application/commands';
import { ExplainRoute, GetCanaryReport, GetRoutingPolicy } from '../../../application/queries';
import type { SourceExplained } from '../../../domain/order/explain-route';
import type { ArmReport } from '../../../domain/routing/canary-report';
import type { RoutingPolicy as Policy } from '../../../domain/routing/policy';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  CanaryReport,
  type PolicyText,
  PromoteCanaryInput,
  PromoteCanaryPayload,
  PublishRoutingPolicyInput,
  PublishRoutingPolicyPayload,
  RollBackCanaryInput,
  RollBackCanaryPayload,
  RoutingPolicy,
  StartCanaryInput,
  StartCanaryPayload,
  type TrialArm,
} from '../types/routing-policy';
import { ExplainRouteInput, RouteExplanation, type RouteSource } from '../types/route-explanation';
import { given } from './order-wish';
import { settingPayload } from './present';

const policyText = ({ version, weights, diversion, channels, lanes = [] }: Policy): PolicyText => ({
  version,
  weights,
  diversion: { timeoutPercent: null, errorPercent: null, slowMs: null, ...diversion },
  channels: channels.map((channel) => ({ weight: null, priority: null, ...channel })),
  lanes,
});

const routeSource = ({ kind, channelId, product, why, score }: SourceExplained): RouteSource => ({
  kind,
  channelId: channelId ?? null,
  product: product ?? null,
  eligible: why === undefined,
  why: why ?? null,
  score: score ?? null,
});

const trialArm = ({ orders, good, delivered, meanMs, p50Ms, p95Ms, p99Ms, unitCostMinor }: ArmReport): TrialArm => ({
  orders,
  good,
  delivered,
  success: orders === 0 ? null : good / orders,
  meanSecondsPerCard: meanMs / 1_000,
  p50SecondsPerCard: p50Ms / 1_000,
  p95SecondsPerCard: p95Ms / 1_000,
  p99SecondsPerCard: p99Ms / 1_000,
  unitCostMinor: unitCostMinor ?? null,
});

/** How orders choose where to buy, and what is being tried. */
@Resolver()
export class Routing {
  constructor(private readonly door: Door) {}

  @Query(() => RoutingPolicy, { description: 'How orders choose where to buy, with its history.' })
  async routingPolicy(@Context() context: ApiContext): Promise<RoutingPolicy> {
    const { canary, history, ...active } = await this.door.ask(context, new GetRoutingPolicy(context.caller));
    const steps = history.map(({ actor, changes, ...step }) => ({
      ...step,
      actor: `${actor.kind} ${actor.id}`,
      changes: changes.map((change) => ({ before: null, after: null, ...change })),
    }));
    return { ...policyText(active), canary: canary === null ? null : { ...canary, policy: policyText(canary.policy) }, history: steps };
  }

  @Query(() => CanaryReport, { nullable: true, description: 'The trial that runs, or the one of a version, side by side; null when none runs.' })
  async canaryReport(
    @Args('version', { type: () => ID, nullable: true, description: 'Of this version, also when its trial is over.' })
    version: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<CanaryReport | null> {
    const report = await this.door.ask(context, new GetCanaryReport(context.caller, version ?? undefined));
    return report === null ? null : { ...report, canary: trialArm(report.canary), control: trialArm(report.control) };
  }

  @Query(() => RouteExplanation, {
    nullable: true,
    description:
      'Where an order would get its goods, and why: the very function that chooses for it. Changes nothing; null when there is no such order or SKU.',
  })
  async explainRoute(
    @Args('input', { type: () => ExplainRouteInput }) input: ExplainRouteInput,
    @Context() context: ApiContext,
  ): Promise<RouteExplanation | null> {
    const explained = await this.door.ask(context, new ExplainRoute(context.caller, given({ ...input })));
    if (explained === null) return null;
    const { trial = null, sources, chosen, ...rest } = explained;
    return { ...rest, trial, sources: sources.map(routeSource), chosen: chosen === undefined ? null : routeSource(chosen) };
  }

  @Mutation(() => PublishRoutingPolicyPayload, { description: 'The policy counts for every purchase from here on.' })
  async publishRoutingPolicy(
    @Args('input', { type: () => PublishRoutingPolicyInput }) input: PublishRoutingPolicyInput,
    @Context() context: ApiContext,
  ): Promise<PublishRoutingPolicyPayload> {
    return settingPayload(await this.door.run(PublishRoutingPolicy, context, input), context);
  }

  @Mutation(() => StartCanaryPayload, {
    description: 'Tries a policy on a share of the orders. A canary that is clearly worse is rolled back by itself.',
  })
  async startCanary(
    @Args('input', { type: () => StartCanaryInput }) input: StartCanaryInput,
    @Context() context: ApiContext,
  ): Promise<StartCanaryPayload> {
    return settingPayload(await this.door.run(StartCanary, context, input), context);
  }

  @Mutation(() => PromoteCanaryPayload, {
    description: 'The canary counts for every purchase from here on; refused while its trial shows too little, or that it is worse.',
  })
  async promoteCanary(
    @Args('input', { type: () => PromoteCanaryInput }) input: PromoteCanaryInput,
    @Context() context: ApiContext,
  ): Promise<PromoteCanaryPayload> {
    return settingPayload(await this.door.run(PromoteCanary, context, input), context);
  }

  @Mutation(() => RollBackCanaryPayload, { description: 'Ends the trial: every order follows the policy in use again.' })
  async rollBackCanary(
    @Args('input', { type: () => RollBackCanaryInput }) input: RollBackCanaryInput,
    @Context() context: ApiContext,
  ): Promise<RollBackCanaryPayload> {
    return settingPayload(await this.door.run(RollBackCanary, context, input), context);
  }
}
