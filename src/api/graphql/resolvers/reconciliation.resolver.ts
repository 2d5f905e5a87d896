import { Args, Context, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ExplainDiscrepancy, SettleDiscrepancy } from '../../../application/commands';
import { GetReconciliation, ListDiscrepancies } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { DateScalar } from '../scalars';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { ExplainDiscrepancyPayload, SettleDiscrepancyPayload } from '../types/payloads';
import {
  type Discrepancy,
  DiscrepancyConnection,
  DiscrepancyFilter,
  ExplainDiscrepancyInput,
  Reconciliation as ReconciliationType,
  SettleDiscrepancyInput,
} from '../types/reconciliation';
import { given } from './order-wish';
import { settingPayload } from './present';

/** What gateways and channels say of the same money. */
@Resolver()
export class Reconciliation {
  constructor(private readonly door: Door) {}

  @Query(() => ReconciliationType, { description: 'Statements that were held against the books of a day, and what came of it.' })
  async reconciliation(
    @Args('day', { type: () => DateScalar, description: 'By the calendar of the shop.' }) day: string,
    @Context() context: ApiContext,
  ): Promise<ReconciliationType> {
    return this.door.ask(context, new GetReconciliation(context.caller, day));
  }

  @Query(() => DiscrepancyConnection, { description: 'On what the books and the statements differ, newest first.' })
  async discrepancies(
    @Args('filter', { type: () => DiscrepancyFilter, nullable: true, description: 'Which.' }) filter: DiscrepancyFilter | null | undefined,
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Discrepancy>> {
    const query = new ListDiscrepancies(context.caller, this.door.page(first, after), given<DiscrepancyFilter>(filter ?? {}));
    return connectionOf(await this.door.ask(context, query), (node): Discrepancy => node);
  }

  @Mutation(() => ExplainDiscrepancyPayload, { description: 'Says why the books and a statement differ.' })
  async explainDiscrepancy(
    @Args('input', { type: () => ExplainDiscrepancyInput }) input: ExplainDiscrepancyInput,
    @Context() context: ApiContext,
  ): Promise<ExplainDiscrepancyPayload> {
    return settingPayload(await this.door.run(ExplainDiscrepancy, context, input), context);
  }

  @Mutation(() => SettleDiscrepancyPayload, { description: 'Settles a difference for good, unless its figures change.' })
  async settleDiscrepancy(
    @Args('input', { type: () => SettleDiscrepancyInput }) input: SettleDiscrepancyInput,
    @Context() context: ApiContext,
  ): Promise<SettleDiscrepancyPayload> {
    return settingPayload(await this.door.run(SettleDiscrepancy, context, input), context);
  }
}
