import { Field, ID, Int, InterfaceType, ObjectType } from '@nestjs/graphql';
import type { Caller } from '../../../application/caller';
import type { Refused } from '../../../application/commands/result';
import { orderView } from '../../../application/queries/order-view';
import { type RefusalCode, wordsOf } from '../../../application/refusals';
import { ErrorCodeEnum } from '../enums';
import { Order, type OrderSource } from './order';

@InterfaceType({ description: 'An expected refusal: nothing was changed.', resolveType: (error: UserErrorSource) => error.typeName })
export abstract class UserError {
  @Field(() => ErrorCodeEnum, { description: 'Why, for programs.' })
  readonly code!: RefusalCode;

  @Field(() => [String], { nullable: true, description: 'Where in the input, from the outside in.' })
  readonly field!: readonly string[] | null;

  @Field(() => String, { description: 'Why and what to do, for people, in the language of the request.' })
  readonly message!: string;

  @Field(() => Boolean, { description: 'The very same request may succeed later.' })
  readonly retryable!: boolean;

  @Field(() => Int, { nullable: true, description: 'When to try again, in milliseconds from now, where known.' })
  readonly retryAfterMs!: number | null;
}

@ObjectType({ implements: () => [UserError], description: 'A refusal that its code and message say all about.' })
export class PlainError extends UserError {}

@ObjectType({
  implements: () => [UserError],
  description: 'The buyer has an unpaid order for the same. Pay or cancel that one, or submit again with `allowAnother`.',
})
export class OpenOrderExistsError extends UserError {
  @Field(() => Order, { description: 'The open order.' })
  readonly order!: OrderSource;

  @Field(() => String, { description: 'Opens it for its buyer.' })
  readonly accessToken!: string;
}

@ObjectType({ implements: () => [UserError], description: 'The quantity is none that may be ordered.' })
export class QuantityOutOfRangeError extends UserError {
  @Field(() => Int, { description: 'Most that one order may take, in pieces.' })
  readonly maxPerOrder!: number;
}

@ObjectType({ implements: () => [UserError], description: 'More was asked back than is left.' })
export class AmountTooLargeError extends UserError {
  @Field(() => Int, { description: 'What may still be refunded, in minor units.' })
  readonly refundableMinor!: number;
}

@ObjectType({ implements: () => [UserError], description: 'A code could not be opened; a person looks at the order.' })
export class CardDamagedError extends UserError {
  @Field(() => ID, { description: 'The card.' })
  readonly cardId!: string;
}

@ObjectType({ implements: () => [UserError], description: 'A second person has to approve first. Nothing was done.' })
export class ApprovalRequiredError extends UserError {
  @Field(() => ID, { description: 'The request that waits for somebody else: see `approvals` and `grantApproval`.' })
  readonly approvalId!: string;
}

export const userErrorTypes = [
  ApprovalRequiredError,
  PlainError,
  OpenOrderExistsError,
  QuantityOutOfRangeError,
  AmountTooLargeError,
  CardDamagedError,
];

export type UserErrorSource = Omit<UserError, 'code'> & { readonly code: string; readonly typeName: string };

/** A refusal in the caller's language, with the data that its type adds. */
export function userErrorOf({ refusal, order, accessToken }: Refused, { locale }: Pick<Caller, 'locale'>): UserErrorSource {
  const { code, field, retryable, retryAfterMs, details } = refusal;
  const base = { code, field: field ?? null, message: wordsOf(refusal, locale), retryable, retryAfterMs: retryAfterMs ?? null };
  if (code === 'OPEN_ORDER_EXISTS' && order !== undefined && accessToken !== undefined) {
    return Object.assign(base, {
      typeName: OpenOrderExistsError.name,
      order: { ...orderView(order.state, order.revision), accessToken },
      accessToken,
    });
  }
  const [typeName, fact] = TYPE_BY_CODE[code] ?? [];
  return typeName === undefined || fact === undefined || details?.[fact] === undefined
    ? { ...base, typeName: PlainError.name }
    : Object.assign(base, { typeName, [fact]: details[fact] });
}

/** Codes whose refusals carry one fact, and the type that shows it. */
const TYPE_BY_CODE: Readonly<Record<string, readonly [typeName: string, fact: string]>> = {
  APPROVAL_REQUIRED: [ApprovalRequiredError.name, 'approvalId'],
  QUANTITY_OUT_OF_RANGE: [QuantityOutOfRangeError.name, 'maxPerOrder'],
  AMOUNT_TOO_LARGE: [AmountTooLargeError.name, 'refundableMinor'],
  CARD_DAMAGED: [CardDamagedError.name, 'cardId'],
};
