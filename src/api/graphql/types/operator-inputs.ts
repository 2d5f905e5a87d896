import { Field, ID, InputType } from '@nestjs/graphql';
import { OverriddenHealthEnum } from '../enums';
import { BigIntScalar, CurrencyScalar, DateTimeScalar } from '../scalars';
import { FieldInput, KeyedInput } from './inputs';

@InputType({ isAbstract: true })
export abstract class OperatorInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;
}

@InputType({ description: 'An amount of money.' })
export class MoneyInput {
  @Field(() => BigIntScalar, { description: 'Minor units of the currency (fen, cents).' })
  readonly amountMinor!: number;

  @Field(() => CurrencyScalar, { description: 'ISO-4217 code.' })
  readonly currency!: string;
}

@InputType({ description: 'One code to sell. Sealed before it is stored.' })
export class CardInput {
  @Field(() => String, { description: 'The code; at most 4,096 characters.' })
  readonly code!: string;

  @Field(() => [FieldInput], { nullable: true, description: 'What goes with it, such as a PIN.' })
  readonly fields?: readonly FieldInput[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it stops working.' })
  readonly expiresAt?: string;
}

@InputType({ description: 'Codes for the pool.' })
export class ImportCardsInput extends OperatorInput {
  @Field(() => ID, { description: 'What they are.' })
  readonly skuId!: string;

  @Field(() => [CardInput], { description: 'From 1 to 500.' })
  readonly cards!: readonly CardInput[];

  @Field(() => ID, { nullable: true, description: 'The delivery they came with; several calls may share it.' })
  readonly batch?: string;

  @Field(() => String, { nullable: true, description: 'Who delivered them.' })
  readonly supplier?: string;

  @Field(() => MoneyInput, { nullable: true, description: 'What one of them cost.' })
  readonly cost?: MoneyInput;
}

@InputType({ isAbstract: true })
abstract class SkuSwitchInput extends OperatorInput {
  @Field(() => ID, { description: 'The SKU.' })
  readonly skuId!: string;
}

@InputType({ isAbstract: true })
abstract class GatewaySwitchInput extends OperatorInput {
  @Field(() => ID, { description: 'The gateway.' })
  readonly gatewayId!: string;
}

@InputType({ description: 'A SKU that is not to be sold for now.' })
export class PauseSkuInput extends SkuSwitchInput {}

@InputType({ description: 'A SKU that is on sale again.' })
export class ResumeSkuInput extends SkuSwitchInput {}

@InputType({ description: 'A gateway that is not to be used for now.' })
export class PauseGatewayInput extends GatewaySwitchInput {}

@InputType({ description: 'A gateway that may be used again.' })
export class ResumeGatewayInput extends GatewaySwitchInput {}

@InputType({ isAbstract: true })
abstract class ChannelSwitchInput extends OperatorInput {
  @Field(() => ID, { description: 'The channel.' })
  readonly channelId!: string;
}

@InputType({ description: 'A channel from which nothing is to be bought for now.' })
export class PauseChannelInput extends ChannelSwitchInput {}

@InputType({ description: 'A channel that may be bought from again.' })
export class ResumeChannelInput extends ChannelSwitchInput {}

@InputType({ description: 'What a person says of a channel.' })
export class OverrideChannelHealthInput extends ChannelSwitchInput {
  @Field(() => OverriddenHealthEnum, { description: 'How it is.' })
  readonly health!: 'HEALTHY' | 'ISOLATED';
}

@InputType({ description: 'What a person says of a gateway.' })
export class OverrideGatewayHealthInput extends GatewaySwitchInput {
  @Field(() => OverriddenHealthEnum, { description: 'How it is.' })
  readonly health!: 'HEALTHY' | 'ISOLATED';
}

@InputType({ description: 'A channel that is to serve the orders that are there, and no others.' })
export class DrainChannelInput extends ChannelSwitchInput {}
