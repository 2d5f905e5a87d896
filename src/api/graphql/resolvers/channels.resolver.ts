import { Args, Context, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DrainChannel, OverrideChannelHealth, PauseChannel, ResumeChannel } from '../../../application/commands';
import { AskChannel, GetChannel, GetKnownSupply, type KnownSupply, ListChannelNotices, ListChannels } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { DateTimeScalar } from '../scalars';
import { Channel, ChannelBalance, ChannelStock, ChannelSupply } from '../types/channel';
import { ChannelNotice, ChannelNoticeConnection } from '../types/channel-notice';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { DrainChannelInput, OverrideChannelHealthInput, PauseChannelInput, ResumeChannelInput } from '../types/operator-inputs';
import { DrainChannelPayload, OverrideChannelHealthPayload, PauseChannelPayload, ResumeChannelPayload } from '../types/payloads';
import { given } from './order-wish';
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

  @Query(() => ChannelNoticeConnection, { description: 'Well-signed callbacks of channels that fit no purchase, newest first.' })
  async channelNotices(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('channelId', { type: () => ID, nullable: true, description: 'Of this channel.' }) channelId: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<ChannelNotice>> {
    const page = await this.door.ask(context, new ListChannelNotices(context.caller, this.door.page(first, after), given({ channelId })));
    const unread = { requestId: null, claimedStatus: null, claimedCards: null, claimedUnitCostMinor: null, currency: null };
    return connectionOf(page, (notice): ChannelNotice => ({ ...unread, ...notice }));
  }

  @ResolveField(() => ChannelBalance, {
    nullable: true,
    description: "What is left of the shop's deposit, as last told; null when the channel never told it, and for whoever may not see costs.",
  })
  async balance(@Parent() { id }: Channel, @Context() context: ApiContext): Promise<ChannelBalance | null> {
    return (await this.known(id, context)).balance;
  }

  @ResolveField(() => [ChannelStock], { description: 'What some SKU buys there, by name, as last told.' })
  async stock(@Parent() { id }: Channel, @Context() context: ApiContext): Promise<readonly ChannelStock[]> {
    return (await this.known(id, context)).stock;
  }

  @ResolveField(() => DateTimeScalar, {
    nullable: true,
    description: 'It has not said what it has since then, so balance and stock are old; null while it answers.',
  })
  async staleSince(@Parent() { id }: Channel, @Context() context: ApiContext): Promise<string | null> {
    return (await this.known(id, context)).staleSince;
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

  @Mutation(() => OverrideChannelHealthPayload, {
    description: 'An operator knows better how the channel is than what was measured: see OverriddenHealth.',
  })
  async overrideChannelHealth(
    @Args('input', { type: () => OverrideChannelHealthInput }) input: OverrideChannelHealthInput,
    @Context() context: ApiContext,
  ): Promise<OverrideChannelHealthPayload> {
    return settingPayload(await this.door.run(OverrideChannelHealth, context, input), context);
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

  private known(channelId: string, context: ApiContext): Promise<KnownSupply> {
    return this.door.ask(context, new GetKnownSupply(context.caller, channelId));
  }
}
