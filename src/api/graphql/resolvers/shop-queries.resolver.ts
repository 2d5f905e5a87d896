import { Args, Context, ID, Int, Query, Resolver } from '@nestjs/graphql';
import type { Locale } from '../../../application/caller';
import { GetProjections, GetSku, GetSystem, ListGateways, ListNotices, ListSkus, type SkuView } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { Gateway, Sku } from '../types/catalog';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { Notice, NoticeConnection, ProjectionInfo, SystemInfo } from '../types/operations';
import { given } from './order-wish';

function presentSku({ settings, ...sku }: SkuView, locale: Locale): Sku {
  const { name, price, maxPerOrder, fields, payWithinSeconds, deliverWithinSeconds } = settings;
  return { ...sku, name: name[locale], price, maxPerOrder, fields, payWithinSeconds, deliverWithinSeconds };
}

/** What the shop is made of, and how it runs. */
@Resolver()
export class ShopQueries {
  constructor(private readonly door: Door) {}

  @Query(() => [Sku], { description: 'Everything for sale, by id. Storefronts do not see what is paused.' })
  async skus(@Context() context: ApiContext): Promise<readonly Sku[]> {
    const skus = await this.door.ask(context, new ListSkus(context.caller));
    return skus.map((sku) => presentSku(sku, context.caller.locale));
  }

  @Query(() => Sku, { nullable: true, description: 'One SKU.' })
  async sku(@Args('id', { type: () => ID, description: 'The SKU.' }) id: string, @Context() context: ApiContext): Promise<Sku | null> {
    const sku = await this.door.ask(context, new GetSku(context.caller, id));
    return sku === null ? null : presentSku(sku, context.caller.locale);
  }

  @Query(() => [Gateway], { description: 'Every way to pay, by id.' })
  async gateways(@Context() context: ApiContext): Promise<readonly Gateway[]> {
    return this.door.ask(context, new ListGateways(context.caller));
  }

  @Query(() => NoticeConnection, { description: 'Well-signed callbacks that fit no order, newest first.' })
  async notices(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('gatewayId', { type: () => ID, nullable: true, description: 'Of this gateway.' }) gatewayId: string | null | undefined,
    @Args('matched', { type: () => Boolean, nullable: true, description: 'Whether a person has said which payment it is about.' })
    matched: boolean | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Notice>> {
    const page = await this.door.ask(context, new ListNotices(context.caller, this.door.page(first, after), given({ gatewayId, matched })));
    return connectionOf(page, (notice): Notice => ({ reference: null, claimedStatus: null, claimedCapturedMinor: null, currency: null, ...notice }));
  }

  @Query(() => [ProjectionInfo], { description: 'How every read model stands.' })
  async projections(@Context() context: ApiContext): Promise<readonly ProjectionInfo[]> {
    const statuses = await this.door.ask(context, new GetProjections(context.caller));
    return statuses.map((status) => ({ problem: null, progress: null, ...status }));
  }

  @Query(() => SystemInfo, { description: 'How this process stands.' })
  async system(@Context() context: ApiContext): Promise<SystemInfo> {
    const { lag, ...system } = await this.door.ask(context, new GetSystem(context.caller));
    return { ...system, ...lag };
  }
}
