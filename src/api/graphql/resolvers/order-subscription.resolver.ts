import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Resolver, Subscription } from '@nestjs/graphql';
import { isStaff } from '../../../application/authorise';
import type { OrderStep } from '../../../application/queries/order-feed';
import { GetOrder, orderTimeline, orderView } from '../../../application/queries';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import { ApiError } from '../../errors/api-error';
import type { ApiContext } from '../../request/api-context';
import { refuseIfShed } from '../shed';
import { Door } from '../door';
import { OrderUpdate } from '../types/order-update';

@Resolver()
export class OrderSubscription {
  private open = 0;

  constructor(
    private readonly door: Door,
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
    const { order } = await this.door.askForOrder(new GetOrder(context.caller, orderId, token));
    if (order === null) throw new ApiError('NOT_FOUND', 'There is no such order, or it is not yours to see.');
    if (this.open >= this.options.subscriptionsMax)
      throw new ApiError('SERVICE_UNAVAILABLE', 'Too many live subscriptions. Ask again with `order` meanwhile.', { retryAfterMs: 5_000 });
    return this.updates(orderId, token, afterRevision ?? undefined, context);
  }

  /** The feed in the words of the schema. `return()` also ends it while it waits, as a generator alone would not. */
  private updates(
    orderId: string,
    accessToken: string | undefined,
    afterRevision: number | undefined,
    context: ApiContext,
  ): AsyncIterableIterator<{ readonly orderUpdated: OrderUpdate }> {
    const stop = new AbortController();
    const steps = this.options.feed.follow({
      orderId,
      accessToken,
      afterRevision,
      caller: context.caller,
      isStillValid: context.isStillValid,
      signal: stop.signal,
    });
    this.open++;
    let counted = true;
    const end = (): { readonly done: true; readonly value: undefined } => {
      if (counted) this.open--;
      counted = false;
      stop.abort();
      return { done: true, value: undefined };
    };
    const iterator: AsyncIterableIterator<{ readonly orderUpdated: OrderUpdate }> = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => {
        try {
          const step = await steps.next();
          return step.done === true ? end() : { done: false, value: { orderUpdated: this.present(step.value, accessToken, context) } };
        } catch (error) {
          end();
          throw error;
        }
      },
      return: async () => {
        const ended = end();
        await steps.return();
        return ended;
      },
    };
    return iterator;
  }

  private present({ state, revision, event }: OrderStep, accessToken: string | undefined, { caller }: ApiContext): OrderUpdate {
    const inside = isStaff(caller.role);
    const entry = event === undefined ? undefined : orderTimeline([event], { locale: caller.locale, inside })[0];
    return { revision, order: { ...orderView(state, revision), accessToken }, event: entry ?? null };
  }
}
