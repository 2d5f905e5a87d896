import { Args, Context, ID, Int, Query, Resolver } from '@nestjs/graphql';
import { DemandForecast } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { DemandForecast as DemandForecastType } from '../types/demand';

/** What is going to be wanted. */
@Resolver()
export class DemandQueries {
  constructor(private readonly door: Door) {}

  @Query(() => DemandForecastType, {
    nullable: true,
    description:
      'What a product is expected to sell, how wrong such forecasts were, and how long its stock lasts. Null for a product that is not there.',
  })
  async demandForecast(
    @Args('skuId', { type: () => ID, description: 'The product.' }) skuId: string,
    @Args('hours', { type: () => Int, defaultValue: 24, description: 'Hours to come, from 1 to 168.' }) hours: number,
    @Context() context: ApiContext,
  ): Promise<DemandForecastType | null> {
    return this.door.ask(context, new DemandForecast(context.caller, skuId, hours));
  }
}
