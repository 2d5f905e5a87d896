import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { DiscrepancyProblem } from '../../../domain/discrepancy/events';
import type { ClaimKind } from '../../../domain/ledger/claim';
import type { DiscrepancyRow } from '../../../projections/discrepancies';
import { graphqlEnum } from '../enums';
import { BigIntScalar, DateScalar, DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { OperatorInput } from './operator-inputs';

const SideEnum = graphqlEnum<'gateway' | 'channel'>('StatementSide', 'Who made a statement.', {
  gateway: 'A payment gateway.',
  channel: 'An issuing channel.',
});

const KindEnum = graphqlEnum<ClaimKind>('StatementKind', 'What a line of a statement is about.', {
  PAYMENT: 'Money that a gateway took.',
  REFUND: 'Money that it gave back.',
  PURCHASE: 'Goods that a channel sold.',
});

const ProblemEnum = graphqlEnum<DiscrepancyProblem>('DiscrepancyProblem', 'In what the books and a statement differ.', {
  NOT_BOOKED: 'It is on the statement only.',
  NOT_ON_STATEMENT: 'It is in our books only.',
  AMOUNT: 'Both have it, with other amounts.',
  UNITS: 'Both have it, with other numbers of cards.',
  CURRENCY: 'Both have it, in other currencies.',
});

const StateEnum = graphqlEnum<DiscrepancyRow['state']>('DiscrepancyState', 'How far a difference is.', {
  OPEN: 'Nobody has said anything of it.',
  EXPLAINED: 'A person knows why; it is watched further.',
  SETTLED: 'Both sides say the same by now, or a person has settled it.',
});

@ObjectType({ description: 'A statement that was held against the books, and what came of it the last time.' })
export class Statement {
  @Field(() => ID, { description: 'The statement.' })
  readonly id!: string;

  @Field(() => SideEnum, { description: 'Who made it.' })
  readonly side!: 'gateway' | 'channel';

  @Field(() => ID, { description: 'The gateway or channel.' })
  readonly party!: string;

  @Field(() => DateScalar, { description: 'The day that it is of.' })
  readonly day!: string;

  @Field(() => Boolean, { description: 'It covers all that was before as well.' })
  readonly cumulative!: boolean;

  @Field(() => String, { description: 'The file or address that it came from.' })
  readonly source!: string;

  @Field(() => String, { description: 'SHA-256 of its content, lower-case hex.' })
  readonly contentHash!: string;

  @Field(() => Int, { description: 'Lines of it.' })
  readonly lines!: number;

  @Field(() => Int, { description: 'References that both sides have alike.' })
  readonly matched!: number;

  @Field(() => Int, { description: 'Differences that it showed, known before or not.' })
  readonly differing!: number;

  @Field(() => Int, { description: 'Differences that it showed to be none any more.' })
  readonly settled!: number;

  @Field(() => DateTimeScalar, { description: 'When it was held against the books.' })
  readonly reconciledAt!: string;
}

@ObjectType({ description: 'What came of the statements of one day. Counts stop at 10,000.' })
export class Reconciliation {
  @Field(() => DateScalar, { description: 'The day.' })
  readonly day!: string;

  @Field(() => [Statement], { description: 'Statements of it, 100 at most.' })
  readonly statements!: readonly Statement[];

  @Field(() => Int, { description: 'Differences of the day that nobody has said anything of.' })
  readonly open!: number;

  @Field(() => Int, { description: 'Differences that a person knows the reason of.' })
  readonly explained!: number;

  @Field(() => Int, { description: 'Differences that are none any more.' })
  readonly settled!: number;
}

@ObjectType({ description: 'What one side says.' })
export class Said {
  @Field(() => BigIntScalar, { description: 'Minor units.' })
  readonly amountMinor!: number;

  @Field(() => String, { nullable: true, description: 'ISO-4217 code; null where a statement names none.' })
  readonly currency?: string | null;

  @Field(() => Int, { nullable: true, description: 'Cards, and units of a receipt.' })
  readonly units?: number | null;
}

@ObjectType({ description: 'One payment, refund or purchase on which the books and a statement differ.' })
export class Discrepancy {
  @Field(() => ID, { description: 'The difference.' })
  readonly id!: string;

  @Field(() => ID, { description: 'The gateway or channel.' })
  readonly party!: string;

  @Field(() => KindEnum, { description: 'What it is about.' })
  readonly kind!: ClaimKind;

  @Field(() => ID, { description: 'Payment reference, refund reference or request id.' })
  readonly reference!: string;

  @Field(() => ProblemEnum, { description: 'In what they differ.' })
  readonly problem!: DiscrepancyProblem;

  @Field(() => Said, { nullable: true, description: 'What our books say; null where they say nothing.' })
  readonly ours!: Said | null;

  @Field(() => Said, { nullable: true, description: 'What the statement says; null where it says nothing.' })
  readonly theirs!: Said | null;

  @Field(() => DateScalar, { description: 'Of which day.' })
  readonly day!: string;

  @Field(() => ID, { description: 'The statement that showed it last.' })
  readonly statementId!: string;

  @Field(() => StateEnum, { description: 'How far it is.' })
  readonly state!: DiscrepancyRow['state'];

  @Field(() => String, { nullable: true, description: 'Why, as a person explained it.' })
  readonly explanation!: string | null;

  @Field(() => String, { nullable: true, description: 'MATCHED or PERSON, once it is settled.' })
  readonly settledBy!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was found with these figures.' })
  readonly foundAt!: string;
}

@ObjectType({ description: 'One page of a list.' })
export class DiscrepancyConnection extends Connection<Discrepancy>('Discrepancy', () => Discrepancy) {}

@InputType({ description: 'Which differences; all conditions must hold.' })
export class DiscrepancyFilter {
  @Field(() => DateScalar, { nullable: true, description: 'Of this day.' })
  readonly day?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this gateway or channel.' })
  readonly party?: string | null;

  @Field(() => [StateEnum], { nullable: true, description: 'In one of these states.' })
  readonly states?: readonly DiscrepancyRow['state'][] | null;
}

@InputType({ description: 'A difference whose reason is known.' })
export class ExplainDiscrepancyInput extends OperatorInput {
  @Field(() => ID, { description: 'The difference.' })
  readonly discrepancyId!: string;

  @Field(() => String, { description: 'Why the two sides differ; kept for ever.' })
  readonly explanation!: string;
}

@InputType({ description: 'A difference that needs nothing more.' })
export class SettleDiscrepancyInput extends OperatorInput {
  @Field(() => ID, { description: 'The difference.' })
  readonly discrepancyId!: string;
}
