import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { CardState } from '../../../domain/card/state';
import { CardStateEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { Money } from './money';
import { CardInput, OperatorInput } from './operator-inputs';
import { Payload, RowProblem } from './payloads';
import { UserError, type UserErrorSource } from './user-error';

@InputType({ description: 'Codes that are to be looked at, and not stored.' })
export class PreviewImportInput {
  @Field(() => ID, { description: 'What they are.' })
  readonly skuId!: string;

  @Field(() => [CardInput], { description: 'From 1 to 500.' })
  readonly cards!: readonly CardInput[];
}

@ObjectType({ description: 'What an import would come to.' })
export class ImportPreview {
  @Field(() => Int, { description: 'Rows looked at; the sum of the other three.' })
  readonly rows!: number;

  @Field(() => Int, { description: 'Cards that would be new in the pool.' })
  readonly accepted!: number;

  @Field(() => Int, { description: 'Codes that are there already, or stand twice.' })
  readonly duplicates!: number;

  @Field(() => Int, { description: 'Rows that are no cards, or expired ones.' })
  readonly rejected!: number;

  @Field(() => [RowProblem], { description: 'What would not be accepted, by row.' })
  readonly problems!: readonly RowProblem[];
}

@ObjectType({ description: 'What an import would come to. Nothing was stored.' })
export class PreviewImportPayload {
  @Field(() => ImportPreview, { nullable: true, description: 'Null after a refusal.' })
  readonly preview!: ImportPreview | null;

  @Field(() => [UserError], { description: 'Why it could not be looked at.' })
  readonly userErrors!: readonly UserErrorSource[];
}

@InputType({ isAbstract: true })
abstract class OneCardInput extends OperatorInput {
  @Field(() => ID, { description: 'The card.' })
  readonly cardId!: string;
}

@InputType({ isAbstract: true })
abstract class OneBatchInput extends OperatorInput {
  @Field(() => ID, { description: 'The import that the cards came with.' })
  readonly batchId!: string;
}

@InputType({ description: 'A card that is not to be sold until somebody has looked at it.' })
export class QuarantineCardInput extends OneCardInput {}

@InputType({ description: 'A quarantined card that is good.' })
export class RestockCardInput extends OneCardInput {}

@InputType({ description: 'A card that is never to be sold.' })
export class VoidCardInput extends OneCardInput {}

@InputType({ description: 'A delivery that is not to be sold until somebody has looked at it.' })
export class QuarantineBatchInput extends OneBatchInput {}

@InputType({ description: 'A quarantined delivery that is good.' })
export class RestockBatchInput extends OneBatchInput {}

@InputType({ description: 'A delivery that is never to be sold.' })
export class VoidBatchInput extends OneBatchInput {}

@ObjectType({ description: 'A card of the pool, without its code.' })
export class StockedCard {
  @Field(() => ID, { description: 'The card.' })
  readonly id!: string;

  @Field(() => ID, { description: 'What it is.' })
  readonly skuId!: string;

  @Field(() => ID, { description: 'The import it came with.' })
  readonly batchId!: string;

  @Field(() => CardStateEnum, { description: 'Where it stands.' })
  readonly state!: CardState['status'];

  @Field(() => ID, { nullable: true, description: 'The order that holds it or got it.' })
  readonly orderId!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it stops working; null: never.' })
  readonly expiresAt!: string | null;
}

@ObjectType({ isAbstract: true })
export abstract class CardPayload extends Payload {
  @Field(() => StockedCard, { nullable: true, description: 'The card as it stands now, also after a refusal; null when there is none.' })
  readonly card!: StockedCard | null;

  @Field(() => Boolean, { description: 'False when it was already so.' })
  readonly changed!: boolean;
}

@ObjectType({ isAbstract: true })
export abstract class BatchPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The import; null after a refusal.' })
  readonly batchId!: string | null;

  @Field(() => Int, { description: 'Cards that this call changed.' })
  readonly changed!: number;

  @Field(() => Int, { description: 'Cards that stayed as they were, because they may not be changed so.' })
  readonly refused!: number;

  @Field(() => Boolean, { description: 'False: there are more cards than one call takes. The same call goes on.' })
  readonly done!: boolean;

  @Field(() => [StockedCard], { description: 'Cards that orders hold or got, 100 at most: they stay with their orders.' })
  readonly held!: readonly StockedCard[];

  @Field(() => Int, { description: 'How many of those there are in all.' })
  readonly heldCount!: number;
}

@ObjectType({ description: 'The quarantined card.' })
export class QuarantineCardPayload extends CardPayload {}

@ObjectType({ description: 'The card that is on sale again.' })
export class RestockCardPayload extends CardPayload {}

@ObjectType({ description: 'The card that is out of sale for good.' })
export class VoidCardPayload extends CardPayload {}

@ObjectType({ description: 'The quarantined delivery.' })
export class QuarantineBatchPayload extends BatchPayload {}

@ObjectType({ description: 'The delivery that is on sale again.' })
export class RestockBatchPayload extends BatchPayload {}

@ObjectType({ description: 'The delivery that is out of sale for good.' })
export class VoidBatchPayload extends BatchPayload {}

@ObjectType({ description: 'An import of cards, and where its cards stand now.' })
export class Batch {
  @Field(() => ID, { description: 'The import.' })
  readonly id!: string;

  @Field(() => ID, { description: 'What its cards are.' })
  readonly skuId!: string;

  @Field(() => String, { description: 'OPEN while it is under way or was stopped; CLOSED.' })
  readonly state!: string;

  @Field(() => String, { description: 'The file or delivery, for people.' })
  readonly source!: string;

  @Field(() => String, { nullable: true, description: 'Who delivered it.' })
  readonly supplier!: string | null;

  @Field(() => Money, { nullable: true, description: 'What one card cost.' })
  readonly cost!: Money | null;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  readonly openedAt!: string;

  @Field(() => Int, { description: 'Rows read so far: the sum of the next three.' })
  readonly rows!: number;

  @Field(() => Int, { description: 'Rows that became cards: the sum of the last five, once all of it is read.' })
  readonly accepted!: number;

  @Field(() => Int, { description: 'Rows whose code was there already, or stood twice.' })
  readonly duplicates!: number;

  @Field(() => Int, { description: 'Rows that are no cards, or expired ones.' })
  readonly rejected!: number;

  @Field(() => Int, { description: 'Cards for sale.' })
  readonly available!: number;

  @Field(() => Int, { description: 'Cards that orders hold or got.' })
  readonly taken!: number;

  @Field(() => Int, { description: 'Cards out of sale until somebody has looked at them.' })
  readonly quarantined!: number;

  @Field(() => Int, { description: 'Cards out of sale for good.' })
  readonly voided!: number;

  @Field(() => Int, { description: 'Cards that nobody bought in time.' })
  readonly expired!: number;
}

@ObjectType({ description: 'One page of a list.' })
export class BatchConnection extends Connection<Batch>('Batch', () => Batch) {}
