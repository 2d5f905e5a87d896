import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { OpenComplaint, ResolveComplaint } from '../../../application/commands';
import { BuyerHistory as AskBuyerHistory, type BuyerAsked } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { BuyerHistory, BuyerInQuestion } from '../types/buyer-history';
import { OpenComplaintInput, ResolveComplaintInput } from '../types/complaint';
import { OpenComplaintPayload, ResolveComplaintPayload } from '../types/support-payloads';
import { given } from './order-wish';
import { orderPayload } from './present';

/** What buyers are unhappy with, and what they were like so far. */
@Resolver()
export class Complaints {
  constructor(private readonly door: Door) {}

  @Mutation(() => OpenComplaintPayload, {
    description: 'The buyer complains; a person looks at it. A code that does not work is reported by `reportCard`.',
  })
  async openComplaint(
    @Args('input', { type: () => OpenComplaintInput }) input: OpenComplaintInput,
    @Context() context: ApiContext,
  ): Promise<OpenComplaintPayload> {
    return orderPayload(await this.door.runOnOrder(OpenComplaint, context, input), context, input.accessToken);
  }

  @Mutation(() => ResolveComplaintPayload, { description: 'Says how a complaint came out, of a code or of anything else. Its review is over.' })
  async resolveComplaint(
    @Args('input', { type: () => ResolveComplaintInput }) input: ResolveComplaintInput,
    @Context() context: ApiContext,
  ): Promise<ResolveComplaintPayload> {
    return orderPayload(await this.door.runOnOrder(ResolveComplaint, context, input), context, input.accessToken);
  }

  @Query(() => BuyerHistory, { nullable: true, description: 'What a buyer was like so far. Null when the order that is asked by is not there.' })
  async buyerHistory(
    @Args('by', { type: () => BuyerInQuestion, description: 'Whose.' }) by: BuyerInQuestion,
    @Context() context: ApiContext,
  ): Promise<BuyerHistory | null> {
    return this.door.ask(context, new AskBuyerHistory(context.caller, given<BuyerAsked>(by as BuyerAsked)));
  }
}
