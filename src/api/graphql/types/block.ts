import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { BlockKind } from '../../../domain/block/events';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { OperatorInput } from './operator-inputs';
import { Payload, SettingPayload } from './payloads';

const BlockKindEnum = graphqlEnum<BlockKind>('BlockKind', 'By what the shop takes no orders.', {
  CONTACT: 'An e-mail address or telephone number. 联系方式',
  ADDRESS: 'One client address. 地址',
  DEVICE: 'One device. 设备',
  RANGE: 'A network of client addresses. 地址段',
});

const ofOrders = graphqlEnum<Exclude<BlockKind, 'RANGE'>>('BlockedBy', 'What of an order is blocked.', {
  CONTACT: 'Each way in which its buyer can be reached.',
  ADDRESS: 'The client address that it came from.',
  DEVICE: 'The device that it came from.',
});

@ObjectType({ description: 'Something by which the shop takes no new orders, or took none for a time. 黑名单' })
export class Block {
  @Field(() => ID, { description: 'The same thing always has the same one.' })
  readonly id!: string;

  @Field(() => BlockKindEnum, { description: 'By what.' })
  readonly kind!: BlockKind;

  @Field(() => String, { nullable: true, description: 'The network of a RANGE; null for the others, of which only a digest is kept.' })
  readonly range!: string | null;

  @Field(() => Boolean, { description: 'It counts now: neither lifted nor expired.' })
  readonly active!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was placed, or placed anew.' })
  readonly placedAt!: string;

  @Field(() => DateTimeScalar, { description: 'When it ends by itself.' })
  readonly expiresAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was lifted before that; null when it was not.' })
  readonly liftedAt!: string | null;

  @Field(() => String, { description: 'Who placed it, as the id of their API key.' })
  readonly placedBy!: string;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason!: string | null;
}

@ObjectType({ description: 'One page of a list.' })
export class BlockConnection extends Connection<Block>('Block', () => Block) {}

@InputType({ description: 'All that is given must hold. Of contact, address and device one at most.' })
export class BlockFilter {
  @Field(() => BlockKindEnum, { nullable: true, description: 'Of this kind.' })
  readonly kind?: BlockKind | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether they count now.' })
  readonly active?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Which would stop an order with this e-mail address or telephone number.' })
  readonly contact?: string | null;

  @Field(() => String, { nullable: true, description: 'Which would stop an order from this client address, networks included.' })
  readonly address?: string | null;

  @Field(() => String, { nullable: true, description: 'Which would stop an order from this device.' })
  readonly device?: string | null;
}

@InputType({ description: 'What of which order is blocked. Nobody sees what it is.' })
export class BlockOrderInput {
  @Field(() => ID, { description: 'The order.' })
  readonly orderId!: string;

  @Field(() => ofOrders, { description: 'What of it.' })
  readonly by!: Exclude<BlockKind, 'RANGE'>;
}

@InputType({ description: 'By what the shop takes no orders from now on: exactly one of contact, address, device, range and order.' })
export class BlockBuyerInput extends OperatorInput {
  @Field(() => DateTimeScalar, { description: 'When it ends by itself; at most 366 days from now.' })
  readonly expiresAt!: string;

  @Field(() => String, { nullable: true, description: 'An e-mail address or telephone number. Only a digest of it is kept.' })
  readonly contact?: string;

  @Field(() => String, { nullable: true, description: 'A client address. Only a digest of it is kept.' })
  readonly address?: string;

  @Field(() => String, { nullable: true, description: 'A device, as the storefront names it. Only a digest of it is kept.' })
  readonly device?: string;

  @Field(() => String, { nullable: true, description: 'A network such as `203.0.113.0/24`, kept as it is; of 8 bits (IPv6: 19) or more.' })
  readonly range?: string;

  @Field(() => BlockOrderInput, { nullable: true, description: 'What an order came with.' })
  readonly order?: BlockOrderInput;
}

@InputType({ description: 'A block that is to end.' })
export class UnblockBuyerInput extends OperatorInput {
  @Field(() => ID, { description: 'The block.' })
  readonly blockId!: string;
}

@ObjectType({ description: 'What is blocked now.' })
export class BlockBuyerPayload extends Payload {
  @Field(() => [ID], { description: 'The blocks; several for a buyer who can be reached in several ways. Empty after a refusal.' })
  readonly blockIds!: readonly string[];
}

@ObjectType({ description: 'The lifted block.' })
export class UnblockBuyerPayload extends SettingPayload {}
