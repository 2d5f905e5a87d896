import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { ImportCards, OverrideGatewayHealth, PauseGateway, PauseSku, ResumeGateway, ResumeSku } from '../../../application/commands';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  ImportCardsInput,
  OverrideGatewayHealthInput,
  PauseGatewayInput,
  PauseSkuInput,
  ResumeGatewayInput,
  ResumeSkuInput,
} from '../types/operator-inputs';
import {
  ImportCardsPayload,
  OverrideGatewayHealthPayload,
  PauseGatewayPayload,
  PauseSkuPayload,
  ResumeGatewayPayload,
  ResumeSkuPayload,
} from '../types/payloads';
import { userErrorOf } from '../types/user-error';
import { presentProblems, settingPayload } from './present';

/** What operators do to the shop. */
@Resolver()
export class OperatorMutations {
  constructor(private readonly door: Door) {}

  @Mutation(() => ImportCardsPayload, {
    description: 'Puts up to 500 codes into the pool. Answers when all are stored; duplicates and bad rows are counted.',
  })
  async importCards(
    @Args('input', { type: () => ImportCardsInput }) input: ImportCardsInput,
    @Context() context: ApiContext,
  ): Promise<ImportCardsPayload> {
    const result = await this.door.run(ImportCards, context, input);
    if (!result.ok) return { batch: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const { batchId, problems, ...batch } = result.batch;
    return { batch: { id: batchId, ...batch, problems: presentProblems(problems) }, replayed: result.replayed, userErrors: [] };
  }

  @Mutation(() => PauseSkuPayload, { description: 'New orders for the SKU are refused; those that are there go on.' })
  async pauseSku(@Args('input', { type: () => PauseSkuInput }) input: PauseSkuInput, @Context() context: ApiContext): Promise<PauseSkuPayload> {
    return settingPayload(await this.door.run(PauseSku, context, input), context);
  }

  @Mutation(() => ResumeSkuPayload, { description: 'Puts the SKU on sale again.' })
  async resumeSku(@Args('input', { type: () => ResumeSkuInput }) input: ResumeSkuInput, @Context() context: ApiContext): Promise<ResumeSkuPayload> {
    return settingPayload(await this.door.run(ResumeSku, context, input), context);
  }

  @Mutation(() => OverrideGatewayHealthPayload, {
    description: 'An operator knows better how the gateway is than what was measured: see OverriddenHealth.',
  })
  async overrideGatewayHealth(
    @Args('input', { type: () => OverrideGatewayHealthInput }) input: OverrideGatewayHealthInput,
    @Context() context: ApiContext,
  ): Promise<OverrideGatewayHealthPayload> {
    return settingPayload(await this.door.run(OverrideGatewayHealth, context, input), context);
  }

  @Mutation(() => PauseGatewayPayload, { description: 'No new payment is requested from the gateway; what is open there is still followed.' })
  async pauseGateway(
    @Args('input', { type: () => PauseGatewayInput }) input: PauseGatewayInput,
    @Context() context: ApiContext,
  ): Promise<PauseGatewayPayload> {
    return settingPayload(await this.door.run(PauseGateway, context, input), context);
  }

  @Mutation(() => ResumeGatewayPayload, { description: 'Payments may be requested from the gateway again.' })
  async resumeGateway(
    @Args('input', { type: () => ResumeGatewayInput }) input: ResumeGatewayInput,
    @Context() context: ApiContext,
  ): Promise<ResumeGatewayPayload> {
    return settingPayload(await this.door.run(ResumeGateway, context, input), context);
  }
}
