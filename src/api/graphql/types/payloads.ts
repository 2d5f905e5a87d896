import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../scalars';
import { Order, type OrderSource } from './order';
import { UserError, type UserErrorSource } from './user-error';

@ObjectType({ isAbstract: true })
export abstract class Payload {
  @Field(() => [UserError], { description: 'Why nothing was changed; empty when it was done.' })
  readonly userErrors!: readonly UserErrorSource[];

  @Field(() => Boolean, { description: 'The key was used before for the same: this is how it stands now.' })
  readonly replayed!: boolean;
}

@ObjectType({ isAbstract: true })
export abstract class OrderPayload extends Payload {
  @Field(() => Order, {
    nullable: true,
    description: 'The order as it stands now, also after a refusal; null when there is none, or none that the caller may see.',
  })
  readonly order!: OrderSource | null;
}

@ObjectType({ description: 'The order, once it is stored.' })
export class SubmitOrderPayload extends Payload {
  @Field(() => Order, { nullable: true, description: 'Stored durably when it is there; null after a refusal.' })
  readonly order!: OrderSource | null;

  @Field(() => String, { nullable: true, description: 'Opens the order for its buyer. Never put it into a URL that is sent to a server.' })
  readonly accessToken!: string | null;
}

@ObjectType({ description: 'The order whose cancellation was asked for.' })
export class CancelOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose method is being changed.' })
export class ChangePaymentMethodPayload extends OrderPayload {}

@ObjectType({ description: 'Something that goes with a code.' })
export class RevealedField {
  @Field(() => String, { description: 'What it is.' })
  readonly name!: string;

  @Field(() => String, { description: 'Its text.' })
  readonly value!: string;
}

@ObjectType({ description: 'A code in plain text.' })
export class RevealedCard {
  @Field(() => ID, { description: 'The card.' })
  readonly id!: string;

  @Field(() => String, { description: 'The code.' })
  readonly code!: string;

  @Field(() => [RevealedField], { description: 'What goes with it.' })
  readonly fields!: readonly RevealedField[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it stops working, where known.' })
  readonly expiresAt!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the codes of the order were first viewed.' })
  readonly firstViewedAt!: string;
}

@ObjectType({ description: 'The codes. Each look is kept in the history of the order.' })
export class RevealCardsPayload extends OrderPayload {
  @Field(() => [RevealedCard], { description: 'All delivered cards, the same at each call; empty after a refusal.' })
  readonly cards!: readonly RevealedCard[];

  @Field(() => [String], { description: 'What was done for the buyer where there is no code, such as a top-up.' })
  readonly receipts!: readonly string[];
}

@ObjectType({ description: 'The order whose card was reported.' })
export class ReportCardPayload extends OrderPayload {}

@ObjectType({ description: 'The order and its new token.' })
export class RotateAccessTokenPayload extends OrderPayload {
  @Field(() => String, { nullable: true, description: 'The only token that opens the order from now on.' })
  readonly accessToken!: string | null;
}

@ObjectType({ description: 'The order whose buyer is told again.' })
export class ResendDeliveryPayload extends OrderPayload {}

@ObjectType({ description: 'The order that is tried again.' })
export class RetryOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose money goes back.' })
export class RefundOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose payment was confirmed.' })
export class ConfirmPaymentPayload extends OrderPayload {}

@ObjectType({ description: 'The order whose review is closed.' })
export class ResolveReviewPayload extends OrderPayload {}

@ObjectType({ description: 'The frozen order.' })
export class FreezeOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order that goes on.' })
export class UnfreezeOrderPayload extends OrderPayload {}

@ObjectType({ description: 'The order with its new remark.' })
export class AddNotePayload extends OrderPayload {}

@ObjectType({ isAbstract: true })
export abstract class SettingPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'What was changed; null after a refusal.' })
  readonly id!: string | null;

  @Field(() => Int, { nullable: true, description: 'Its revision now.' })
  readonly revision!: number | null;

  @Field(() => Boolean, { description: 'False when it was already so.' })
  readonly changed!: boolean;
}

@ObjectType({ description: 'The paused SKU.' })
export class PauseSkuPayload extends SettingPayload {}

@ObjectType({ description: 'The SKU that is on sale again.' })
export class ResumeSkuPayload extends SettingPayload {}

@ObjectType({ description: 'The explained difference.' })
export class ExplainDiscrepancyPayload extends SettingPayload {}

@ObjectType({ description: 'The settled difference.' })
export class SettleDiscrepancyPayload extends SettingPayload {}

@ObjectType({ description: 'The case of a chargeback.' })
export class RecordChargebackPayload extends SettingPayload {}

@ObjectType({ description: 'The booked paper.' })
export class BookMoneyPayload extends SettingPayload {}

@ObjectType({ description: 'The paused gateway.' })
export class PauseGatewayPayload extends SettingPayload {}

@ObjectType({ description: 'The gateway that is in use again.' })
export class ResumeGatewayPayload extends SettingPayload {}

@ObjectType({ description: 'The paused channel.' })
export class PauseChannelPayload extends SettingPayload {}

@ObjectType({ description: 'The channel that is in use again.' })
export class ResumeChannelPayload extends SettingPayload {}

@ObjectType({ description: 'The channel whose health was set.' })
export class OverrideChannelHealthPayload extends SettingPayload {}

@ObjectType({ description: 'The gateway whose health was set.' })
export class OverrideGatewayHealthPayload extends SettingPayload {}

@ObjectType({ description: 'The channel that takes no new orders.' })
export class DrainChannelPayload extends SettingPayload {}
@ObjectType({ description: 'A row that is not accepted. Never its text.' })
export class RowProblem {
  @Field(() => Int, { description: 'The row, counted from 1.' })
  readonly row!: number;

  @Field(() => String, {
    description: 'Why, such as EMPTY_CODE, BAD_EXPIRY, EXPIRED, DUPLICATE_IN_FILE, DUPLICATE_IN_POOL, DUPLICATE_SOLD, DUPLICATE_WITHDRAWN.',
  })
  readonly reason!: string;

  @Field(() => ID, { nullable: true, description: 'Names the code without telling it: equal codes have equal ones.' })
  readonly fingerprint!: string | null;
}

@ObjectType({ description: 'What an import came to.' })
export class CardBatch {
  @Field(() => ID, { description: 'The import.' })
  readonly id!: string;

  @Field(() => String, { description: 'OPEN or CLOSED.' })
  readonly state!: string;

  @Field(() => Int, { description: 'Cards that are new in the pool.' })
  readonly accepted!: number;

  @Field(() => Int, { description: 'Codes that were there already, or stood twice.' })
  readonly duplicates!: number;

  @Field(() => Int, { description: 'Rows that are no cards, or expired ones.' })
  readonly rejected!: number;

  @Field(() => [RowProblem], { description: 'What was not accepted, by row. Empty when a key is used again.' })
  readonly problems!: readonly RowProblem[];
}

@ObjectType({ description: 'The import, once all is stored.' })
export class ImportCardsPayload extends Payload {
  @Field(() => CardBatch, { nullable: true, description: 'What it came to; null after a refusal.' })
  readonly batch!: CardBatch | null;
}
