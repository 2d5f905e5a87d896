import { Args, Context, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DrainChannel, PauseChannel, ResumeChannel } from '../../../application/commands';
import { AskChannel, GetChannel, ListChannels } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { Channel, ChannelSupply } from '../types/channel';
import { DrainChannelInput, PauseChannelInput, ResumeChannelInput } from '../types/operator-inputs';
import { DrainChannelPayload, PauseChannelPayload, ResumeChannelPayload } from '../types/payloads';
import { settingPayload } from './present';

/** Where the shop buys what its own pool does not have. */
@Resolver(() => Channel)
export class Channels {
  constructor(private readonly door: Door) {}

  @Query(() => [Channel], { description: 'Every channel, by id.' })
  async channels(@Context() context: ApiContext): Promise<readonly Channel[]> {
    return this.door.ask(context, new ListChannels(context.caller));
  }

  @Query(() => Channel, { nullable: true, description: 'One channel.' })
  async channel(@Args('id', { type: () => ID, description: 'The channel.' }) id: string, @Context() context: ApiContext): Promise<Channel | null> {
    return this.door.ask(context, new GetChannel(context.caller, id));
  }

  @ResolveField(() => ChannelSupply, {
    description: 'Stock, prices and balance, asked at the channel now; takes as long as its answer, 3 s at most.',
  })
  async supply(@Parent() { id }: Channel, @Context() context: ApiContext): Promise<ChannelSupply> {
    return this.door.ask(context, new AskChannel(context.caller, id));
  }

  @Mutation(() => PauseChannelPayload, {
    description: 'Nothing new is bought from the channel; purchases that are open there are followed to their end.',
  })
  async pauseChannel(
    @Args('input', { type: () => PauseChannelInput }) input: PauseChannelInput,
    @Context() context: ApiContext,
  ): Promise<PauseChannelPayload> {
    return settingPayload(await this.door.run(PauseChannel, context, input), context);
  }

  @Mutation(() => ResumeChannelPayload, { description: 'The channel may be bought from again, after a pause or a drain.' })
  async resumeChannel(
    @Args('input', { type: () => ResumeChannelInput }) input: ResumeChannelInput,
    @Context() context: ApiContext,
  ): Promise<ResumeChannelPayload> {
    return settingPayload(await this.door.run(ResumeChannel, context, input), context);
  }

  @Mutation(() => DrainChannelPayload, {
    description: 'Orders that are there still buy from the channel; those submitted from now on do without it.',
  })
  async drainChannel(
    @Args('input', { type: () => DrainChannelInput }) input: DrainChannelInput,
    @Context() context: ApiContext,
  ): Promise<DrainChannelPayload> {
    return settingPayload(await this.door.run(DrainChannel, context, input), context);
  }
}
