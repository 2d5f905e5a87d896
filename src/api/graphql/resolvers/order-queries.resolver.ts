import { Inject } from '@nestjs/common';
import { Args, Context, ID, Int, Query, Resolver } from '@nestjs/graphql';
import { GetOrder, GetOrderByNumber, ListOrders, type OrderView, SearchOrders } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { API_OPTIONS, type ApiOptions } from '../../api-options';
import { refuseIfShed } from '../shed';
import { Door } from '../door';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { Order, OrderConnection, type OrderSource } from '../types/order';
import { OrderFilter, OrderOrder } from '../types/order-filter';
import { wishOf } from './order-wish';

const asIs = (view: OrderView): OrderSource => view;

@Resolver()
export class OrderQueries {
  constructor(
    private readonly door: Door,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Query(() => Order, {
    nullable: true,
    description: 'One order, never behind what was acknowledged. Null when there is none, or none that the caller may see.',
  })
  async order(
    @Args('id', { type: () => ID, description: 'The order.' }) id: string,
    @Args('accessToken', { type: () => String, nullable: true, description: 'The order token, unless it stands in the header X-Order-Token.' })
    accessToken: string | null | undefined,
    @Args('minRevision', {
      type: () => Int,
      nullable: true,
      description: 'Wait a bounded time for this revision, then answer with what there is; `extensions.meta.lagging` says whether it came.',
    })
    minRevision: number | null | undefined,
    @Context() context: ApiContext,
  ): Promise<OrderSource | null> {
    const token = this.door.tokenFor(context, accessToken);
    const { order, lagging } = await this.door.askForOrder(context, new GetOrder(context.caller, id, token, minRevision ?? undefined));
    if (minRevision != null) context.meta = { lagging };
    return order === null ? null : { ...order, accessToken: token };
  }

  @Query(() => Order, { nullable: true, description: 'One order by the number that a person reads out.' })
  async orderByNumber(
    @Args('number', { type: () => String, description: 'As typed: case, blanks and look-alike letters do not matter.' }) number: string,
    @Args('accessToken', { type: () => String, description: 'The order token.' }) accessToken: string,
    @Context() context: ApiContext,
  ): Promise<OrderSource | null> {
    const order = await this.door.askForOrder(context, new GetOrderByNumber(context.caller, number, accessToken));
    return order === null ? null : { ...order, accessToken };
  }

  @Query(() => OrderConnection, { description: 'Orders, newest first unless told. A STOREFRONT key sees those of its own client.' })
  async orders(
    @Args('filter', { type: () => OrderFilter, nullable: true, description: 'Which.' }) filter: OrderFilter | null | undefined,
    @Args('orderBy', { type: () => OrderOrder, nullable: true, description: 'In which order.' }) orderBy: OrderOrder | null | undefined,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<OrderSource>> {
    const page = await this.door.ask(context, new ListOrders(context.caller, this.door.page(first, after), wishOf(filter), orderBy ?? undefined));
    return connectionOf(page, asIs);
  }

  @Query(() => OrderConnection, {
    description: "Orders by what a person has in hand: an order number, an order id, a payment reference, or the shop's own buyer id.",
  })
  async searchOrders(
    @Args('text', { type: () => String, description: 'What to look for; at most 128 characters.' }) text: string,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<OrderSource>> {
    refuseIfShed(this.options, 'SEARCH', context);
    return connectionOf(await this.door.ask(context, new SearchOrders(context.caller, text, this.door.page(first, after))), asIs);
  }
}
