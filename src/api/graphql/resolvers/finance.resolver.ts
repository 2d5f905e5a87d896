import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { BookMoney, CloseDay, RecordChargeback } from '../../../application/commands';
import { GetLedger } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { DateScalar } from '../scalars';
import { BookMoneyInput, CloseDayInput, CloseDayPayload, LedgerDay, RecordChargebackInput } from '../types/finance';
import { BookMoneyPayload, RecordChargebackPayload } from '../types/payloads';
import { userErrorOf } from '../types/user-error';
import { settingPayload } from './present';

/** Money that adds up. */
@Resolver()
export class Finance {
  constructor(private readonly door: Door) {}

  @Query(() => LedgerDay, { description: 'The double-entry ledger of one day, by account.' })
  async ledger(
    @Args('day', { type: () => DateScalar, description: 'By the calendar of the shop.' }) day: string,
    @Context() context: ApiContext,
  ): Promise<LedgerDay> {
    return this.door.ask(context, new GetLedger(context.caller, day));
  }

  @Mutation(() => CloseDayPayload, { description: 'Closes a day of the ledger for good. Twice changes nothing.' })
  async closeDay(@Args('input', { type: () => CloseDayInput }) input: CloseDayInput, @Context() context: ApiContext): Promise<CloseDayPayload> {
    const result = await this.door.run(CloseDay, context, input);
    if (!result.ok) return { ledger: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    return { ledger: result.ledger, replayed: result.replayed, userErrors: [] };
  }

  @Mutation(() => RecordChargebackPayload, { description: "Books what a gateway says of money that a buyer's bank takes back." })
  async recordChargeback(
    @Args('input', { type: () => RecordChargebackInput }) input: RecordChargebackInput,
    @Context() context: ApiContext,
  ): Promise<RecordChargebackPayload> {
    return settingPayload(await this.door.run(RecordChargeback, context, input), context);
  }

  @Mutation(() => BookMoneyPayload, { description: 'Books money that moved outside of orders: top-ups, pay-outs, fees.' })
  async bookMoney(@Args('input', { type: () => BookMoneyInput }) input: BookMoneyInput, @Context() context: ApiContext): Promise<BookMoneyPayload> {
    return settingPayload(await this.door.run(BookMoney, context, input), context);
  }
}
