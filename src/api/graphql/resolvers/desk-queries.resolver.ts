import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import { CompensationQueue, InDoubtExposure, ListReviews } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { InDoubtExposure as InDoubtExposureType, OwingOrder, OwingOrderConnection, ReviewFilter } from '../types/desk';
import { ReviewedOrder, ReviewedOrderConnection } from '../types/operations';
import { given } from './order-wish';

/** What waits for people. */
@Resolver()
export class DeskQueries {
  constructor(private readonly door: Door) {}

  @Query(() => ReviewedOrderConnection, { description: 'What waits for a person, the most overdue first; a line for each question.' })
  async reviews(
    @Args('filter', { type: () => ReviewFilter, nullable: true, description: 'Which.' }) filter: ReviewFilter | null | undefined,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<ReviewedOrder>> {
    const query = new ListReviews(context.caller, this.door.page(first, after), given<ReviewFilter>(filter ?? {}));
    return connectionOf(await this.door.ask(context, query), (node): ReviewedOrder => node);
  }

  @Query(() => OwingOrderConnection, { description: 'Orders whose money is to go back and is not back yet, the longest waiting first.' })
  async compensationQueue(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<OwingOrder>> {
    const page = await this.door.ask(context, new CompensationQueue(context.caller, this.door.page(first, after)));
    return connectionOf(page, (node): OwingOrder => node);
  }

  @Query(() => InDoubtExposureType, { description: 'How many calls have no known outcome, and how much money hangs on them.' })
  async inDoubtExposure(@Context() context: ApiContext): Promise<InDoubtExposureType> {
    return this.door.ask(context, new InDoubtExposure(context.caller));
  }
}
