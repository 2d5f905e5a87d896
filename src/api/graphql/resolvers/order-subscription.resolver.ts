import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Resolver, Subscription } from '@nestjs/graphql';
import { isStaff } from '../../../application/authorise';
import type { OrderStep } from '../../../application/queries/order-feed';
import { GetOrder, orderTimeline } from '../../../application/queries';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import { ApiError } from '../../errors/api-error';
import type { ApiContext } from '../../request/api-context';
import { live, LiveSeats } from '../live';
import { refuseIfShed } from '../shed';
import { Door } from '../door';
import { OrderUpdate } from '../types/order-update';
import { orderSource } from './present';

@Resolver()
export class OrderSubscription {
  constructor(
    private readonly door: Door,
    private readonly seats: LiveSeats,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Subscription(() => OrderUpdate, {
    description:
      'What happens to an order: what was missed since `afterRevision`, then live. Does not complete at an end, since late money may continue an order; ends when the token or key is revoked.',
  })
  async orderUpdated(
    @Args('orderId', { type: () => ID, description: 'The order.' }) orderId: string,
    @Args('accessToken', { type: () => String, nullable: true, description: 'The order token, unless it came with the connection.' })
    accessToken: string | null | undefined,
    @Args('afterRevision', {
      type: () => Int,
      nullable: true,
      description: 'The last revision seen; without it the feed begins with the order as it is now.',
    })
    afterRevision: number | null | undefined,
    @Context() context: ApiContext,
  ): Promise<AsyncIterableIterator<{ readonly orderUpdated: OrderUpdate }>> {
    const token = this.door.tokenFor(context, accessToken);
    refuseIfShed(this.options, 'LIVE_UPDATES', context, orderId);
    const { order } = await this.door.askForOrder(context, new GetOrder(context.caller, orderId, token));
    if (order === null) throw new ApiError('NOT_FOUND', 'There is no such order, or it is not yours to see.');
    const giveBack = this.seats.take('order');
    const stop = new AbortController();
    const { caller, isStillValid } = context;
    const steps = this.options.feed.follow({
      ...{ orderId, accessToken: token, afterRevision: afterRevision ?? undefined, caller, isStillValid },
      signal: stop.signal,
    });
    return live(steps, (step) => ({ orderUpdated: this.present(step, token, context) }), stop, giveBack);
  }

  private present({ state, revision, event }: OrderStep, accessToken: string | undefined, { caller }: ApiContext): OrderUpdate {
    const inside = isStaff(caller.role);
    const entry = event === undefined ? undefined : orderTimeline([event], { locale: caller.locale, inside })[0];
    return { revision, order: orderSource({ state, revision }, accessToken), event: entry ?? null };
  }
}
