import { Args, Context, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { BlockBuyer, UnblockBuyer } from '../../../application/commands';
import { ListBlocks } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { Block, BlockBuyerInput, BlockBuyerPayload, BlockConnection, BlockFilter, UnblockBuyerInput, UnblockBuyerPayload } from '../types/block';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { userErrorOf } from '../types/user-error';
import { given } from './order-wish';
import { settingPayload } from './present';

/** By what the shop takes no orders. */
@Resolver()
export class Blocks {
  constructor(private readonly door: Door) {}

  @Query(() => BlockConnection, { description: 'By what the shop takes no orders, or took none for a time; newest first.' })
  async blocks(
    @Args('filter', { type: () => BlockFilter, nullable: true, description: 'Which.' }) filter: BlockFilter | null | undefined,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Block>> {
    const query = new ListBlocks(context.caller, this.door.page(first, after), given<BlockFilter>(filter ?? {}));
    return connectionOf(await this.door.ask(context, query), (node): Block => node);
  }

  @Mutation(() => BlockBuyerPayload, { description: 'From now until a time the shop takes no new orders by this. Orders that are there go on.' })
  async blockBuyer(
    @Args('input', { type: () => BlockBuyerInput }) input: BlockBuyerInput,
    @Context() context: ApiContext,
  ): Promise<BlockBuyerPayload> {
    const result = await this.door.run(BlockBuyer, context, input);
    if (!result.ok) return { blockIds: [], replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    return { blockIds: result.blockIds, replayed: result.replayed, userErrors: [] };
  }

  @Mutation(() => UnblockBuyerPayload, { description: 'Ends a block before its time.' })
  async unblockBuyer(
    @Args('input', { type: () => UnblockBuyerInput }) input: UnblockBuyerInput,
    @Context() context: ApiContext,
  ): Promise<UnblockBuyerPayload> {
    return settingPayload(await this.door.run(UnblockBuyer, context, input), context);
  }
}
