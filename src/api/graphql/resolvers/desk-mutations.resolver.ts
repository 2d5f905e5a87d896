import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { ConfirmRefund, ConfirmSurplus, MatchNotice, ReissueCard } from '../../../application/commands';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { ConfirmRefundInput, ConfirmSurplusInput, MatchNoticeInput, ReissueCardInput } from '../types/desk-inputs';
import { ConfirmRefundPayload, ConfirmSurplusPayload, MatchNoticePayload, ReissueCardPayload } from '../types/desk-payloads';
import { orderPayload } from './present';

/** What people at the desk put right. Each needs a reason, and keeps it. */
@Resolver()
export class DeskMutations {
  constructor(private readonly door: Door) {}

  @Mutation(() => ReissueCardPayload, { description: 'Another card for a reported one, which can no longer be viewed from then on.' })
  async reissueCard(
    @Args('input', { type: () => ReissueCardInput }) input: ReissueCardInput,
    @Context() context: ApiContext,
  ): Promise<ReissueCardPayload> {
    return orderPayload(await this.door.runOnOrder(ReissueCard, context, input), context, input.accessToken);
  }

  @Mutation(() => ConfirmRefundPayload, { description: 'Says what became of a refund that nobody can ask the gateway about.' })
  async confirmRefund(
    @Args('input', { type: () => ConfirmRefundInput }) input: ConfirmRefundInput,
    @Context() context: ApiContext,
  ): Promise<ConfirmRefundPayload> {
    return orderPayload(await this.door.runOnOrder(ConfirmRefund, context, input), context, input.accessToken);
  }

  @Mutation(() => ConfirmSurplusPayload, { description: 'Says that a gateway took money once more on a confirmed payment. It goes back at once.' })
  async confirmSurplus(
    @Args('input', { type: () => ConfirmSurplusInput }) input: ConfirmSurplusInput,
    @Context() context: ApiContext,
  ): Promise<ConfirmSurplusPayload> {
    return orderPayload(await this.door.runOnOrder(ConfirmSurplus, context, input), context, input.accessToken);
  }

  @Mutation(() => MatchNoticePayload, {
    description: 'Says which payment a quarantined notice is about. The gateway is asked about it before anything is credited.',
  })
  async matchNotice(
    @Args('input', { type: () => MatchNoticeInput }) input: MatchNoticeInput,
    @Context() context: ApiContext,
  ): Promise<MatchNoticePayload> {
    return orderPayload(await this.door.runOnOrder(MatchNotice, context, input), context, input.accessToken);
  }
}
