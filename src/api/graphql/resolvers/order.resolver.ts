import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import {
  GetOrderActions,
  GetOrderAsOf,
  GetOrderHistory,
  holdWords,
  type Moment,
  nextStepWords,
  riskWords,
  spoken,
} from '../../../application/queries';
import { type RefusalCode, wordsOf } from '../../../application/refusals';
import type { Locale } from '../../../application/caller';
import { fromIso } from '../../../domain/kernel/time';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import { ApiError } from '../../errors/api-error';
import { type ApiContext, inLocale } from '../../request/api-context';
import { Door } from '../door';
import { DateTimeScalar, LocaleScalar } from '../scalars';
import { refuseIfShed } from '../shed';
import { OrderedSku } from '../types/catalog';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { OrderAction } from '../types/desk';
import { Order, type OrderSource } from '../types/order';
import { OrderCard, type OrderEvent, OrderEventConnection, OrderQueue, OrderRefusal, RiskSignal } from '../types/order-parts';

/** Fields of an order that need a caller, words or the log. */
@Resolver(() => Order)
export class OrderResolver {
  constructor(
    private readonly door: Door,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ResolveField(() => OrderedSku, { description: 'What it is for.' })
  sku(@Parent() { skuId }: OrderSource, @Context() { caller }: ApiContext): OrderedSku {
    return { id: skuId, name: this.options.skuById(skuId)?.settings?.name[caller.locale] ?? skuId };
  }

  @ResolveField(() => OrderRefusal, { nullable: true, description: 'Why it failed; null when it did not.' })
  refusal(@Parent() { refusal }: OrderSource, @Context() { caller }: ApiContext): OrderRefusal | null {
    return refusal === null ? null : { ...refusal, message: wordsOf(refusal, caller.locale), retryAfterMs: null };
  }

  @ResolveField(() => ID, {
    nullable: true,
    description: 'The channel that its cards are bought from; null for cards of the pool, and for all but staff.',
  })
  channelId(@Parent() { channelId }: OrderSource): string | null {
    return channelId;
  }

  @ResolveField(() => [OrderCard], { description: 'The cards it holds. Never the codes.' })
  cards(@Parent() { cards }: OrderSource): readonly OrderCard[] {
    return cards;
  }

  @ResolveField(() => String, { description: 'What happens next, in plain words.' })
  nextStepText(
    @Parent() order: OrderSource,
    @Args('locale', { type: () => LocaleScalar, nullable: true, description: 'Language; that of the request unless told.' })
    locale: Locale | null | undefined,
    @Context() { caller }: ApiContext,
  ): string {
    return spoken(nextStepWords(order), inLocale(caller, locale));
  }

  @ResolveField(() => String, {
    nullable: true,
    description:
      'Why nothing is bought for it although channels have it: too little would be left. Null for all but staff, and while nothing of the kind holds it up.',
  })
  holdText(@Parent() order: OrderSource, @Context() { caller }: ApiContext): string | null {
    const held = holdWords(order);
    return held === null ? null : spoken(held, caller);
  }

  @ResolveField(() => [OrderAction], { description: 'What the reader may do to orders, and whether this one would take it now; why not, where not.' })
  async availableActions(@Parent() order: OrderSource, @Context() context: ApiContext): Promise<readonly OrderAction[]> {
    const token = this.door.tokenFor(context, order.accessToken);
    const actions = (await this.door.askForOrder(context, new GetOrderActions(context.caller, order.id, token))) ?? [];
    return actions.map(({ action, allowed, refusal, targets }): OrderAction => ({
      action,
      allowed,
      targets,
      code: (refusal?.code ?? null) as RefusalCode | null,
      reason: refusal === null ? null : wordsOf(refusal, context.caller.locale),
    }));
  }

  @ResolveField(() => OrderQueue, { nullable: true, description: 'Its place among those who wait; null while it does not wait for the shop.' })
  queue(@Parent() { id }: OrderSource): OrderQueue | null {
    const place = this.options.placeOf(id);
    if (place === null) return null;
    const seconds = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms / 1_000));
    return { position: place.position, etaSeconds: seconds(place.etaMs), etaErrorSeconds: seconds(place.etaErrorMs) };
  }

  @ResolveField(() => [RiskSignal], { description: 'What was worth a second look when it was submitted; empty for all but staff.' })
  risk(@Parent() { risk }: OrderSource, @Context() { caller }: ApiContext): readonly RiskSignal[] {
    return risk.map((signal) => ({ ...signal, message: riskWords(signal, caller.locale) }));
  }

  @ResolveField(() => OrderEventConnection, { description: 'Every event, oldest first.' })
  async history(
    @Parent() order: OrderSource,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('locale', { type: () => LocaleScalar, nullable: true, description: 'Language of the summaries; that of the request unless told.' })
    locale: Locale | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<OrderEvent>> {
    const token = this.door.tokenFor(context, order.accessToken);
    refuseIfShed(this.options, 'TIMELINES', context, order.id);
    const page = await this.door.askForOrder(
      context,
      new GetOrderHistory(inLocale(context.caller, locale), order.id, this.door.page(first, after), token),
    );
    return connectionOf(page ?? { edges: [], hasNextPage: false, totalCount: 0 }, (entry): OrderEvent => entry);
  }

  @ResolveField(() => Order, {
    nullable: true,
    description: 'The order as it was, at a revision or at a time (one of the two). Null when it did not exist then.',
  })
  async asOf(
    @Parent() order: OrderSource,
    @Args('revision', { type: () => Int, nullable: true, description: 'With the events up to this one.' }) revision: number | null | undefined,
    @Args('at', { type: () => DateTimeScalar, nullable: true, description: 'With what had happened by then.' }) at: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<OrderSource | null> {
    const accessToken = this.door.tokenFor(context, order.accessToken);
    const view = await this.door.askForOrder(context, new GetOrderAsOf(context.caller, order.id, momentOf(revision, at), accessToken));
    return view === null ? null : { ...view, accessToken };
  }
}

function momentOf(revision: number | null | undefined, at: string | null | undefined): Moment {
  if (revision != null && at == null) return { revision };
  if (at != null && revision == null) return { at: fromIso(at) };
  throw new ApiError('BAD_USER_INPUT', 'asOf takes either `revision` or `at`.', { field: ['asOf'] });
}
