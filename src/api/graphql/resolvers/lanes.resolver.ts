import { Inject } from '@nestjs/common';
import { Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { lineView, ListLanes } from '../../../application/queries';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { Channel } from '../types/channel';
import { Lane, WaitingLine } from '../types/lane';

/** Who waits for the shop, and how long that takes. */
@Resolver(() => Channel)
export class Lanes {
  constructor(
    private readonly door: Door,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Query(() => [Lane], { description: 'The lanes that orders are served in.' })
  async lanes(@Context() context: ApiContext): Promise<readonly Lane[]> {
    return this.door.ask(context, new ListLanes(context.caller));
  }

  @ResolveField(() => WaitingLine, { description: 'Purchases requested there that are not over.' })
  queue(@Parent() { id }: Channel): WaitingLine {
    return lineView(this.options.lineAtChannel(id));
  }
}
