import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../scalars';
import { OperatorInput } from './operator-inputs';
import { Payload, RevealedField } from './payloads';

@InputType({ description: 'Unsold codes that are to leave the shop in plain text.' })
export class ExportCodesInput extends OperatorInput {
  @Field(() => ID, { description: 'Of this product.' })
  readonly skuId!: string;

  @Field(() => ID, { nullable: true, description: 'Only of this delivery.' })
  readonly batchId?: string;

  @Field(() => Int, { description: 'Codes at most, from 1 to 5,000.' })
  readonly limit!: number;
}

@ObjectType({ description: 'A code that left the shop. It is out of sale.' })
export class ExportedCode {
  @Field(() => ID, { description: 'The card.' })
  readonly id!: string;

  @Field(() => ID, { description: 'The delivery it came with.' })
  readonly batchId!: string;

  @Field(() => String, { description: 'The code.' })
  readonly code!: string;

  @Field(() => [RevealedField], { description: 'What goes with it.' })
  readonly fields!: readonly RevealedField[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it stops working, where known.' })
  readonly expiresAt!: string | null;
}

@ObjectType({ description: 'Codes in plain text. They are told once.' })
export class ExportCodesPayload extends Payload {
  @Field(() => [ExportedCode], { description: 'The codes; empty after a refusal.' })
  readonly codes!: readonly ExportedCode[];

  @Field(() => Int, { description: 'Cards that were sold meanwhile, or cannot be opened.' })
  readonly skipped!: number;
}
