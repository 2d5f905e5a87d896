import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { ChargebackStep } from '../../../application/commands';
import type { Day } from '../../../domain/closing/day';
import type { Account, AccountClass } from '../../../domain/ledger/accounts';
import type { VoucherKind } from '../../../domain/voucher/events';
import { graphqlEnum } from '../enums';
import { BigIntScalar, CurrencyScalar, DateScalar, DateTimeScalar } from '../scalars';
import { Money } from './money';
import { MoneyInput, OperatorInput } from './operator-inputs';
import { Payload } from './payloads';

const AccountEnum = graphqlEnum<Account>('LedgerAccount', 'An account of the ledger.', {
  gateway: 'Taken by a gateway and not paid out to the shop yet.',
  channel: 'Paid to a channel beforehand and not used up yet; below zero it is owed to the channel.',
  transit: 'Sold by a channel and not on a card of its own yet.',
  disputed: 'Paid to a channel for goods that never came, or came twice.',
  chargebacks: "Taken back by a buyer's bank while the case is open.",
  stock: 'Cards that no order holds, at what they cost.',
  bank: "The shop's own money outside of gateways and channels.",
  buyerMoney: 'Paid by buyers for what is not delivered yet.',
  surplus: 'Paid once too often: owed back.',
  suppliers: 'Owed to whoever delivered cards for the pool.',
  riskProvision: 'What purchases of unknown outcome may still cost.',
  revenue: 'Price of what was delivered.',
  refunds: 'Given back after delivery.',
  gatewayFees: 'What gateways charged for their work.',
  cardCosts: 'Cost of cards that orders hold, and of top-ups.',
  writeOffs: 'Cost of cards that nobody can be given any more.',
  costAtRisk: 'Purchases that nobody waits for any more, and whose outcome is unknown.',
  chargebackLosses: "Lost to buyers' banks.",
});

const AccountClassEnum = graphqlEnum<AccountClass>('LedgerAccountClass', 'What an account is.', {
  ASSET: 'The shop has it; grows by debits.',
  LIABILITY: 'The shop owes it; grows by credits.',
  INCOME: 'Earned; grows by credits.',
  EXPENSE: 'Spent or lost; grows by debits.',
});

const LedgerStateEnum = graphqlEnum<'OPEN' | 'CLOSED'>('LedgerState', 'Whether a day can still change.', {
  OPEN: 'More may come.',
  CLOSED: 'For good: what comes late belongs to a later day.',
});

const VoucherKindEnum = graphqlEnum<VoucherKind>('VoucherKind', 'What money moved outside of orders.', {
  CHANNEL_TOPPED_UP: 'The shop paid a channel beforehand.',
  GATEWAY_PAID_OUT: 'A gateway paid out what it had taken.',
  GATEWAY_FEE: 'A gateway charged for its work.',
  SUPPLIER_PAID: 'The shop paid whoever delivered cards for the pool.',
  DISPUTE_REPAID: 'A channel gave back what was disputed.',
});

const ChargebackStepEnum = graphqlEnum<ChargebackStep>('ChargebackStep', 'What happened in a case of a chargeback.', {
  OPENED: "The buyer's bank takes the money back; the gateway withholds it.",
  EVIDENCE_SENT: 'The shop has sent what it knows.',
  WON: 'The money is given back to the shop.',
  LOST: 'The money is gone.',
});

@ObjectType({ description: 'An account on one day, in one currency. All amounts in minor units.' })
export class LedgerLine {
  @Field(() => AccountEnum, { description: 'The account.' })
  readonly account!: Account;

  @Field(() => AccountClassEnum, { description: 'What it is.' })
  readonly class!: AccountClass;

  @Field(() => ID, { nullable: true, description: 'The gateway or channel, where the account has one for each.' })
  readonly party?: string | null;

  @Field(() => CurrencyScalar, { description: 'ISO-4217 code. Nothing is ever converted.' })
  readonly currency!: string;

  @Field(() => BigIntScalar, { description: 'Debits of the day.' })
  readonly debitMinor!: number;

  @Field(() => BigIntScalar, { description: 'Credits of the day.' })
  readonly creditMinor!: number;

  @Field(() => BigIntScalar, { description: 'Debits less credits of all days up to the end of this one.' })
  readonly balanceMinor!: number;
}

@ObjectType({ description: 'The ledger of one day. Debits and credits are equal in every currency.' })
export class LedgerDay {
  @Field(() => DateScalar, { description: 'The day, by the calendar of the shop.' })
  readonly day!: Day;

  @Field(() => LedgerStateEnum, { description: 'Whether it can still change.' })
  readonly state!: 'OPEN' | 'CLOSED';

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was closed.' })
  readonly closedAt!: string | null;

  @Field(() => Int, { description: 'Events that moved money on that day.' })
  readonly entries!: number;

  @Field(() => Int, { description: 'Of these, the ones that happened on a day that was closed before they came.' })
  readonly late!: number;

  @Field(() => [LedgerLine], { description: 'Every account that moved or holds something.' })
  readonly accounts!: readonly LedgerLine[];

  @Field(() => [Money], { description: 'Revenue less refunds, fees, cost and losses of the day, by currency.' })
  readonly margin!: readonly Money[];

  @Field(() => Int, {
    description: 'Streams missing here because an event of theirs could not be read; see `parkedEvents`. Above 0 nothing here is whole.',
  })
  readonly parked!: number;
}

@InputType({ description: 'A day that is to be closed.' })
export class CloseDayInput extends OperatorInput {
  @Field(() => DateScalar, { description: 'The day after the last closed one; the first close of a shop takes in all that was before it.' })
  readonly day!: Day;
}

@ObjectType({ description: 'The day as it was closed.' })
export class CloseDayPayload extends Payload {
  @Field(() => LedgerDay, { nullable: true, description: 'The day; null after a refusal.' })
  readonly ledger!: LedgerDay | null;
}

@InputType({ description: 'Money that moved outside of orders, by the paper that says so.' })
export class BookMoneyInput extends OperatorInput {
  @Field(() => VoucherKindEnum, { description: 'What moved.' })
  readonly kind!: VoucherKind;

  @Field(() => ID, { description: 'The gateway or channel; of a supplier its name.' })
  readonly party!: string;

  @Field(() => MoneyInput, { description: 'How much.' })
  readonly amount!: MoneyInput;

  @Field(() => ID, { description: 'Number of the paper. One number of one party is booked once.' })
  readonly document!: string;
}

@InputType({ description: "Money that a buyer's bank takes back, as the gateway tells it." })
export class RecordChargebackInput extends OperatorInput {
  @Field(() => ID, { description: 'The gateway.' })
  readonly gatewayId!: string;

  @Field(() => ID, { description: 'What the gateway calls the case.' })
  readonly caseId!: string;

  @Field(() => ChargebackStepEnum, { description: 'What happened.' })
  readonly step!: ChargebackStep;

  @Field(() => ID, { nullable: true, description: 'OPENED: the order.' })
  readonly orderId?: string;

  @Field(() => ID, { nullable: true, description: 'OPENED: the payment that is taken back.' })
  readonly reference?: string;

  @Field(() => BigIntScalar, { nullable: true, description: 'OPENED: how much, in minor units of the payment.' })
  readonly amountMinor?: number;

  @Field(() => String, { nullable: true, description: 'EVIDENCE_SENT: SHA-256 of what was sent, lower-case hex.' })
  readonly evidenceHash?: string;
}
