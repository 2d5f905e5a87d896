import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { ApprovalViewStage } from '../../../application/queries';
import type { ApprovalAction } from '../../../domain/approval/events';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { Money } from './money';
import { OperatorInput } from './operator-inputs';
import { SettingPayload } from './payloads';

const ApprovalActionEnum = graphqlEnum<ApprovalAction>('ApprovalAction', 'What one person may not do alone.', {
  CONFIRM_PAYMENT: 'Vouch for money above the limit of the shop. FINANCE or ADMIN approves.',
  BULK_REFUND: 'Refund many orders, above the limit of the shop. FINANCE or ADMIN approves.',
  EXPORT_CODES: 'Take codes out of the shop in plain text. ADMIN approves.',
  DESTROY_KEY: 'Destroy a key of the keyring. ADMIN approves.',
  ERASE_BUYER: 'Erase what the shop holds of a buyer. ADMIN approves.',
});

const ApprovalStageEnum = graphqlEnum<ApprovalViewStage>('ApprovalStage', 'How far a request for approval is.', {
  WAITING: 'Nobody else has decided.',
  GRANTED: 'Approved, and not carried out yet.',
  DECLINED: 'Somebody said no. It is over.',
  DONE: 'Carried out.',
  EXPIRED: 'Neither done nor declined in its time. It is over.',
});

@ObjectType({ description: 'What was asked of a second person.' })
export class Approval {
  @Field(() => ID, { description: 'The request.' })
  readonly id!: string;

  @Field(() => ApprovalActionEnum, { description: 'What is to be done.' })
  readonly action!: ApprovalAction;

  @Field(() => String, { description: 'What it is about, such as an order id.' })
  readonly subject!: string;

  @Field(() => ApprovalStageEnum, { description: 'How far it is.' })
  readonly stage!: ApprovalViewStage;

  @Field(() => Money, { nullable: true, description: 'How much money is at stake, where it is.' })
  readonly amount!: Money | null;

  @Field(() => Int, { nullable: true, description: 'How many orders or codes, where it is about many.' })
  readonly count!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it was asked for.' })
  readonly reason!: string | null;

  @Field(() => String, { description: 'Role and API key of whoever asked.' })
  readonly requestedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  readonly requestedAt!: string;

  @Field(() => DateTimeScalar, { description: 'Until when it may be approved and carried out.' })
  readonly expiresAt!: string;

  @Field(() => String, { nullable: true, description: 'Role and API key of whoever decided last.' })
  readonly decidedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When that was.' })
  readonly decidedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Why they decided so.' })
  readonly decisionReason!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was carried out.' })
  readonly doneAt!: string | null;
}

@ObjectType({ description: 'One page of a list.' })
export class ApprovalConnection extends Connection<Approval>('Approval', () => Approval) {}

@InputType({ isAbstract: true })
abstract class ApprovalInput extends OperatorInput {
  @Field(() => ID, { description: 'The request.' })
  readonly approvalId!: string;
}

@InputType({ description: 'A request that another person made and the caller agrees to.' })
export class GrantApprovalInput extends ApprovalInput {}

@InputType({ description: 'A request that is not to be carried out.' })
export class DeclineApprovalInput extends ApprovalInput {}

@ObjectType({ description: 'The request that was approved. Whoever made it now sends it again, with the same key.' })
export class GrantApprovalPayload extends SettingPayload {}

@ObjectType({ description: 'The request that is over.' })
export class DeclineApprovalPayload extends SettingPayload {}
