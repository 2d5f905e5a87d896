import { Args, Context, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AssignOrder, RevealFields, TagOrder, UnassignOrder, UntagOrder } from '../../../application/commands';
import { ListTaggedOrders, type OrderView } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { OrderConnection, type OrderSource } from '../types/order';
import { OrderFilter } from '../types/order-filter';
import { AssignOrderInput, RevealFieldsInput, TagOrderInput, UnassignOrderInput, UntagOrderInput } from '../types/support-inputs';
import { AssignOrderPayload, RevealFieldsPayload, TagOrderPayload, UnassignOrderPayload, UntagOrderPayload } from '../types/support-payloads';
import { wishOf } from './order-wish';
import { orderPayload } from './present';

/** How the desk keeps its orders apart. */
@Resolver()
export class SupportDesk {
  constructor(private readonly door: Door) {}

  @Mutation(() => AssignOrderPayload, { description: 'Says whose order it is at the desk.' })
  async assignOrder(
    @Args('input', { type: () => AssignOrderInput }) input: AssignOrderInput,
    @Context() context: ApiContext,
  ): Promise<AssignOrderPayload> {
    return orderPayload(await this.door.runOnOrder(AssignOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => UnassignOrderPayload, { description: 'Says that nobody has it any more.' })
  async unassignOrder(
    @Args('input', { type: () => UnassignOrderInput }) input: UnassignOrderInput,
    @Context() context: ApiContext,
  ): Promise<UnassignOrderPayload> {
    return orderPayload(await this.door.runOnOrder(UnassignOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => TagOrderPayload, { description: 'Puts a tag on an order.' })
  async tagOrder(@Args('input', { type: () => TagOrderInput }) input: TagOrderInput, @Context() context: ApiContext): Promise<TagOrderPayload> {
    return orderPayload(await this.door.runOnOrder(TagOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => UntagOrderPayload, { description: 'Takes a tag off an order.' })
  async untagOrder(
    @Args('input', { type: () => UntagOrderInput }) input: UntagOrderInput,
    @Context() context: ApiContext,
  ): Promise<UntagOrderPayload> {
    return orderPayload(await this.door.runOnOrder(UntagOrder, context, input), context, input.accessToken);
  }

  @Mutation(() => RevealFieldsPayload, { description: 'What the buyer filled in, in plain text. The look is stored before anything is shown.' })
  async revealFields(
    @Args('input', { type: () => RevealFieldsInput }) input: RevealFieldsInput,
    @Context() context: ApiContext,
  ): Promise<RevealFieldsPayload> {
    const result = await this.door.runOnOrder(RevealFields, context, input);
    const fields = result.ok ? Object.entries(result.fields).map(([name, value]) => ({ name, value })) : [];
    return { ...orderPayload(result, context, input.accessToken), fields };
  }

  @Query(() => OrderConnection, {
    description: 'Orders with a tag, last tagged first. Those that the filter leaves out are missing from their page, so a page may be short.',
  })
  async taggedOrders(
    @Args('tag', { type: () => String, description: 'As it stands on the orders.' }) tag: string,
    @Args('filter', { type: () => OrderFilter, nullable: true, description: 'Which of them.' }) filter: OrderFilter | null | undefined,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<OrderSource>> {
    const query = new ListTaggedOrders(context.caller, tag, this.door.page(first, after), wishOf(filter));
    return connectionOf(await this.door.ask(context, query), (view: OrderView): OrderSource => view);
  }
}
