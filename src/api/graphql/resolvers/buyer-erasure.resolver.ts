import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { EraseBuyer } from '../../../application/commands';
import { buyerErasureView, GetBuyerErasure } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { BuyerErasure, EraseBuyerInput, EraseBuyerPayload } from '../types/buyer-erasure';
import { userErrorOf } from '../types/user-error';

/** What the shop holds of one buyer, and its end. */
@Resolver()
export class BuyerErasures {
  constructor(private readonly door: Door) {}

  @Query(() => BuyerErasure, { nullable: true, description: 'How far the erasure of a buyer is; null when nobody ordered one.' })
  async buyerErasure(
    @Args('clientId', { type: () => ID, description: 'Whose buyer it is.' }) clientId: string,
    @Args('buyerRef', { type: () => ID, description: "The client's own id of the buyer." }) buyerRef: string,
    @Context() context: ApiContext,
  ): Promise<BuyerErasure | null> {
    return this.door.ask(context, new GetBuyerErasure(context.caller, clientId, buyerRef));
  }

  @Mutation(() => EraseBuyerPayload, {
    description:
      'Erases what the shop holds of a buyer: contacts, fields, instruments and receipts can never be read again. It needs a second person, and cannot be undone.',
  })
  async eraseBuyer(
    @Args('input', { type: () => EraseBuyerInput }) input: EraseBuyerInput,
    @Context() context: ApiContext,
  ): Promise<EraseBuyerPayload> {
    const result = await this.door.run(EraseBuyer, context, input);
    if (!result.ok) return { erasure: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    return { erasure: buyerErasureView(result.subject), replayed: result.replayed, userErrors: [] };
  }
}
