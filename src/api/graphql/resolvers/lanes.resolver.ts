import { Inject } from '@nestjs/common';
import { Context, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { laneFeed, lineView, ListLanes } from '../../../application/queries';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { live, LiveSeats } from '../live';
import { Channel } from '../types/channel';
import { Lane, WaitingLine } from '../types/lane';

/** Who waits for the shop, and how long that takes. */
@Resolver(() => Channel)
export class Lanes {
  constructor(
    private readonly door: Door,
    private readonly seats: LiveSeats,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Query(() => [Lane], { description: 'The lanes that orders are served in.' })
  async lanes(@Context() context: ApiContext): Promise<readonly Lane[]> {
    return this.door.ask(context, new ListLanes(context.caller));
  }

  @Subscription(() => Lane, {
    description:
      'How lanes stand: each as it is now, then each that has changed, at most once a second. For those who may ask for `lanes`; ends when the key is revoked.',
  })
  async laneUpdated(@Context() context: ApiContext): Promise<AsyncIterableIterator<{ readonly laneUpdated: Lane }>> {
    const look = (): Promise<readonly Lane[]> => this.lanes(context);
    const first = await look();
    const giveBack = this.seats.take('lanes');
    const stop = new AbortController();
    const { isStillValid } = context;
    const steps = laneFeed({ first, look, isStillValid, runtime: this.options.runtime, signal: stop.signal });
    return live(steps, (laneUpdated) => ({ laneUpdated }), stop, giveBack);
  }

  @ResolveField(() => WaitingLine, { description: 'Purchases requested there that are not over.' })
  queue(@Parent() { id }: Channel): WaitingLine {
    return lineView(this.options.lineAtChannel(id));
  }
}
