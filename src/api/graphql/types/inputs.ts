import { Field, ID, InputType, Int } from '@nestjs/graphql';
import type { BuyerTier } from '../../../domain/buyer/tier';
import type { PaymentKind } from '../../../domain/order/events';
import { BuyerTierEnum, PaymentKindEnum } from '../enums';
import { LocaleScalar } from '../scalars';

/** What inputs may hold is checked by the schemas of the commands; these classes only name and describe it. */
@InputType({ isAbstract: true })
export abstract class KeyedInput {
  @Field(() => ID, {
    description: 'Chosen by the client. The same key with the same input has one effect and one answer, for ever. At most 128 characters.',
  })
  readonly idempotencyKey!: string;
}

@InputType({ description: 'How the buyer can be reached. Sealed before it is stored.' })
export class ContactInput {
  @Field(() => String, { nullable: true, description: 'E-mail address: the link to the order goes there, never a code.' })
  readonly email?: string;

  @Field(() => String, { nullable: true, description: 'Telephone number.' })
  readonly phone?: string;
}

@InputType({ description: 'Who buys.' })
export class BuyerInput {
  @Field(() => ID, { description: "The shop's own id of the buyer." })
  readonly ref!: string;

  @Field(() => ContactInput, { nullable: true, description: 'How they can be reached.' })
  readonly contact?: ContactInput;

  @Field(() => BuyerTierEnum, { nullable: true, description: 'STANDARD unless told. Believed only from STOREFRONT keys.' })
  readonly tier?: BuyerTier;
}

@InputType({ description: 'One thing the buyer filled in. Sealed before it is stored.' })
export class FieldInput {
  @Field(() => ID, { description: 'As the SKU names it.' })
  readonly name!: string;

  @Field(() => String, { description: 'What was filled in.' })
  readonly value!: string;
}

@InputType({ description: 'How the buyer pays.' })
export class PaymentInput {
  @Field(() => ID, { description: 'One of `gateways`.' })
  readonly gatewayId!: string;

  @Field(() => PaymentKindEnum, { description: 'On a page of the gateway, or by a stored instrument.' })
  readonly kind!: PaymentKind;

  @Field(() => String, { nullable: true, description: 'Where the gateway sends the buyer back to; http or https.' })
  readonly returnUrl?: string;

  @Field(() => String, { nullable: true, description: 'What a CHARGE takes, as the gateway knows it. Sealed before it is stored.' })
  readonly instrument?: string;
}

@InputType({
  description: 'What the shop knows of where an order comes from. Of address and device only keyed digests are kept; limits and blocks go by them.',
})
export class ClientInput {
  @Field(() => String, { nullable: true, description: 'IP address of the buyer.' })
  readonly address?: string;

  @Field(() => String, { nullable: true, description: 'An id of the device.' })
  readonly device?: string;

  @Field(() => LocaleScalar, { nullable: true, description: 'The language that the buyer is written to; that of the request unless told.' })
  readonly locale?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Proof of a solved captcha, for orders that are refused with CAPTCHA_REQUIRED without one. It is judged once and not kept.',
  })
  readonly captchaToken?: string;
}

@InputType({ description: 'An order to place. There is no price in it: the catalog has it.' })
export class SubmitOrderInput extends KeyedInput {
  @Field(() => ID, { description: 'What to buy.' })
  readonly skuId!: string;

  @Field(() => Int, { description: 'How many, in pieces; from 1 to what the SKU allows.' })
  readonly quantity!: number;

  @Field(() => BuyerInput, { description: 'Who buys.' })
  readonly buyer!: BuyerInput;

  @Field(() => [FieldInput], { nullable: true, description: 'What the SKU asks for.' })
  readonly fields?: readonly FieldInput[];

  @Field(() => PaymentInput, { description: 'How it is paid.' })
  readonly payment!: PaymentInput;

  @Field(() => ID, { nullable: true, description: 'Groups orders of one cart.' })
  readonly checkoutId?: string;

  @Field(() => Boolean, { nullable: true, description: 'Also when the buyer has an unpaid order for the same.' })
  readonly allowAnother?: boolean;

  @Field(() => ClientInput, { nullable: true, description: 'What is known of the device.' })
  readonly client?: ClientInput;
}

@InputType({ isAbstract: true })
abstract class OrderInput extends KeyedInput {
  @Field(() => ID, { description: 'The order.' })
  readonly orderId!: string;

  @Field(() => String, { nullable: true, description: 'The order token, unless it stands in the header X-Order-Token.' })
  readonly accessToken?: string;
}

@InputType({ isAbstract: true })
export abstract class BuyersOrderInput extends OrderInput {
  @Field(() => String, { nullable: true, description: 'Why. Required of people of the shop, not of buyers and storefronts.' })
  readonly reason?: string;
}

@InputType({ isAbstract: true })
export abstract class StaffOrderInput extends OrderInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;
}

@InputType({ description: 'An order that is not wanted any more.' })
export class CancelOrderInput extends BuyersOrderInput {}

@InputType({ description: 'Another way to pay.' })
export class ChangePaymentMethodInput extends BuyersOrderInput {
  @Field(() => PaymentInput, { description: 'How it is to be paid now.' })
  readonly payment!: PaymentInput;
}

@InputType({ description: 'A look at the codes.' })
export class RevealCardsInput extends BuyersOrderInput {}

@InputType({ description: 'A card that does not work.' })
export class ReportCardInput extends BuyersOrderInput {
  @Field(() => ID, { description: 'The card.' })
  readonly cardId!: string;

  @Field(() => String, { description: 'What is wrong with it, in the words of the buyer.' })
  readonly problem!: string;
}

@InputType({ description: 'A new token for an order.' })
export class RotateAccessTokenInput extends BuyersOrderInput {}

@InputType({ description: 'The message about the delivery, once more.' })
export class ResendDeliveryInput extends BuyersOrderInput {}
