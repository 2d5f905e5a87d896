import { Field, ObjectType } from '@nestjs/graphql';
import { BigIntScalar, CurrencyScalar } from '../scalars';

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => BigIntScalar, { description: 'Minor units of the currency (fen, cents).' })
  readonly amountMinor!: number;

  @Field(() => CurrencyScalar, { description: 'ISO-4217 code.' })
  readonly currency!: string;
}
