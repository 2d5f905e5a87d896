import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../scalars';
import { KeyedInput } from './inputs';
import { Payload } from './payloads';

@ObjectType({ description: 'Who is told what happens: a webhook endpoint, a mailer, a chat room.' })
export class MessageEndpoint {
  @Field(() => ID, { description: 'As the configuration names it.' })
  readonly id!: string;

  @Field(() => Int, { description: 'Messages that did not go out in their first tries, or stand behind one of the same order.' })
  readonly undelivered!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when the oldest of them waits; null when none does.' })
  readonly waitingSince!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When one is tried again by itself; null when they wait for resendMessages.' })
  readonly nextTryAt!: string | null;
}

@ObjectType({ description: 'A message that did not go out in its first tries, or stands behind one of the same order.' })
export class UndeliveredMessage {
  @Field(() => ID, { description: 'Who should hear it.' })
  readonly endpointId!: string;

  @Field(() => ID, { description: 'The order, or the incident, that it is about.' })
  readonly subjectId!: string;

  @Field(() => Int, { description: 'Revision of the event that it tells of.' })
  readonly revision!: number;

  @Field(() => String, { description: 'What it is to the receiver, such as ORDER_EVENT or ORDER_DELIVERED.' })
  readonly kind!: string;

  @Field(() => String, { description: 'How the last try ended, such as HTTP 503, or that it waits behind another one.' })
  readonly why!: string;

  @Field(() => Int, { description: 'Tries so far.' })
  readonly tries!: number;

  @Field(() => DateTimeScalar, { description: 'Since when it waits.' })
  readonly waitingSince!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it is tried again by itself; null when it waits for another one or a person.' })
  readonly nextTryAt!: string | null;
}

@ObjectType({ description: "What became of messages to buyers, the shop's systems and its people; about a second old." })
export class OutboxInfo {
  @Field(() => String, { nullable: true, description: 'Place in the log up to which everything was told, was not wanted, or is undelivered.' })
  readonly position!: string | null;

  @Field(() => [MessageEndpoint], { description: 'Everybody who is told, and who is owed something.' })
  readonly endpoints!: readonly MessageEndpoint[];

  @Field(() => [UndeliveredMessage], { description: 'Those that wait longest first.' })
  readonly undelivered!: readonly UndeliveredMessage[];
}

@InputType({ description: 'What is to be told again.' })
export class ResendMessagesInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;

  @Field(() => ID, { description: 'Who is to hear it.' })
  readonly endpointId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Everything of this order, under the same message ids, also what was delivered; what is undelivered when absent. Webhooks only.',
  })
  readonly orderId?: string;
}

@ObjectType({ description: 'It is stored, and done by the process that sends.' })
export class ResendMessagesPayload extends Payload {
  @Field(() => MessageEndpoint, { nullable: true, description: 'As it was when this was asked; null after a refusal.' })
  readonly endpoint!: MessageEndpoint | null;
}
