import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { AddNote, ConfirmPayment, FreezeOrder, RefundOrder, ResolveReview, RetryOrder, UnfreezeOrder } from '../../../application/commands';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  AddNotePayload,
  ConfirmPaymentPayload,
  FreezeOrderPayload,
  RefundOrderPayload,
  ResolveReviewPayload,
  RetryOrderPayload,
  UnfreezeOrderPayload,
} from '../types/payloads';
import {
  AddNoteInput,
  ConfirmPaymentInput,
  FreezeOrderInput,
  RefundOrderInput,
  ResolveReviewInput,
  RetryOrderInput,
  UnfreezeOrderInput,
} from '../types/staff-inputs';
import { orderPayload } from './present';

/** What people at the desk do to one order. Each needs a reason, and keeps it. */
@Resolver()
export class StaffMutations {
  constructor(private readonly door: Door) {}

  @Mutation(() => RetryOrderPayload, { description: 'Gives a paid order without its cards its deliver-within time anew.' })
  async retryOrder(
    @Args('input', { type: () => RetryOrderInput }) input: RetryOrderInput,
    @Context() context: ApiContext,
  ): Promise<RetryOrderPayload> {
    return orderPayload(await this.door.runOnOrder(RetryOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => RefundOrderPayload, { description: 'Orders money back. The cards it takes back cannot be viewed from then on.' })
  async refundOrder(
    @Args('input', { type: () => RefundOrderInput }) input: RefundOrderInput,
    @Context() context: ApiContext,
  ): Promise<RefundOrderPayload> {
    return orderPayload(await this.door.runOnOrder(RefundOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => ConfirmPaymentPayload, { description: 'Vouches for money that the gateway cannot tell about.' })
  async confirmPayment(
    @Args('input', { type: () => ConfirmPaymentInput }) input: ConfirmPaymentInput,
    @Context() context: ApiContext,
  ): Promise<ConfirmPaymentPayload> {
    return orderPayload(await this.door.runOnOrder(ConfirmPayment, context, input), context, input.accessToken);
  }

  @Mutation(() => ResolveReviewPayload, { description: 'Closes one review of an order.' })
  async resolveReview(
    @Args('input', { type: () => ResolveReviewInput }) input: ResolveReviewInput,
    @Context() context: ApiContext,
  ): Promise<ResolveReviewPayload> {
    return orderPayload(await this.door.runOnOrder(ResolveReview, context, input), context, input.accessToken);
  }

  @Mutation(() => FreezeOrderPayload, { description: 'From here on nothing happens to the order but what people do.' })
  async freezeOrder(
    @Args('input', { type: () => FreezeOrderInput }) input: FreezeOrderInput,
    @Context() context: ApiContext,
  ): Promise<FreezeOrderPayload> {
    return orderPayload(await this.door.runOnOrder(FreezeOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => UnfreezeOrderPayload, { description: 'Lets a frozen order go on where it stood.' })
  async unfreezeOrder(
    @Args('input', { type: () => UnfreezeOrderInput }) input: UnfreezeOrderInput,
    @Context() context: ApiContext,
  ): Promise<UnfreezeOrderPayload> {
    return orderPayload(await this.door.runOnOrder(UnfreezeOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => AddNotePayload, { description: 'Adds a remark for whoever looks at the order next.' })
  async addNote(@Args('input', { type: () => AddNoteInput }) input: AddNoteInput, @Context() context: ApiContext): Promise<AddNotePayload> {
    return orderPayload(await this.door.runOnOrder(AddNote, context, input), context, input.accessToken);
  }
}
