import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { IncidentKind } from '../../../domain/incident/events';
import { ActorKindEnum, graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { KeyedInput } from './inputs';
import { Money } from './money';
import { Payload } from './payloads';

export const IncidentKindEnum = graphqlEnum<IncidentKind>('IncidentKind', 'What is wrong.', {
  CHANNEL_ILL: 'A channel is diverted or isolated. 发卡渠道异常',
  GATEWAY_ILL: 'A gateway is diverted or isolated. 支付渠道异常',
  ORDERS_WAITING: 'Paid orders wait for stock of a SKU, or for a channel. 订单积压',
  CALLS_IN_DOUBT: 'Outside calls of a kind have no known outcome. 调用结果不明',
  REVIEWS_WAITING: 'Reviews are piling up. 人工审核积压',
  STOCK_GONE: 'A SKU that only the pool can fill has no card left. 库存售罄',
  STOCK_LOW: 'Less is left of a SKU than was asked to be kept. 库存偏低',
  ORDERS_LATE: 'The paid order that has waited longest, for stock of a SKU or for a channel, has waited too long. 订单等待过久',
  ORDERS_FAILING: 'Too many paid orders of a SKU end by giving the money back. 退款比例过高',
  BALANCE_LOW: "Little is left of the shop's deposit at a channel. 渠道余额不足",
});

const IncidentStateEnum = graphqlEnum<'OPEN' | 'CLOSED'>('IncidentState', 'Whether it is over.', {
  OPEN: 'It goes on.',
  CLOSED: 'It is over, and has been for long enough.',
});

@ObjectType({ description: 'How often something happened.' })
export class Counted {
  @Field(() => String, { description: 'What.' })
  readonly what!: string;

  @Field(() => Int, { description: 'How often.' })
  readonly count!: number;
}

@ObjectType({ description: 'What the histories of the orders concerned say, from a minute before it began.' })
export class IncidentSummary {
  @Field(() => Int, { description: 'Orders concerned.' })
  readonly orders!: number;

  @Field(() => [Money], { description: 'What they were sold for, by currency.' })
  readonly amounts!: readonly Money[];

  @Field(() => [Counted], { description: 'What went wrong with them, the most frequent first.' })
  readonly causes!: readonly Counted[];

  @Field(() => Int, { description: 'Orders that went elsewhere after the channel had failed them.' })
  readonly diverted!: number;

  @Field(() => Int, { description: 'Retries scheduled.' })
  readonly retries!: number;

  @Field(() => Int, { description: 'Refunds ordered.' })
  readonly refundsOrdered!: number;

  @Field(() => Int, { description: 'Refunds done.' })
  readonly refunded!: number;

  @Field(() => Int, { description: 'Deliveries.' })
  readonly delivered!: number;

  @Field(() => [Counted], { description: 'What people did, by the event it left.' })
  readonly people!: readonly Counted[];

  @Field(() => Int, { description: 'Left: orders that are paid and neither delivered nor over.' })
  readonly leftWaiting!: number;

  @Field(() => Int, { description: 'Left: calls without a known outcome.' })
  readonly leftInDoubt!: number;

  @Field(() => Int, { description: 'Left: orders in review.' })
  readonly leftInReview!: number;

  @Field(() => [Money], { description: 'Left: money that is still to go back, by currency.' })
  readonly leftOwed!: readonly Money[];

  @Field(() => Boolean, { description: 'There were more orders than were looked at.' })
  readonly truncated!: boolean;
}

@ObjectType({ description: 'Something that is wrong with the shop for longer than a moment.' })
export class Incident {
  @Field(() => ID, { description: 'The incident.' })
  readonly id!: string;

  @Field(() => IncidentKindEnum, { description: 'What is wrong.' })
  readonly kind!: IncidentKind;

  @Field(() => String, { description: 'With what: a channel, gateway or SKU, a topic such as `stock:<sku>`, a kind of call, or all.' })
  readonly subject!: string;

  @Field(() => IncidentStateEnum, { description: 'Whether it is over.' })
  readonly state!: 'OPEN' | 'CLOSED';

  @Field(() => Boolean, { description: 'A person knows of it.' })
  readonly acknowledged!: boolean;

  @Field(() => String, { description: 'Why, in a word.' })
  readonly cause!: string;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  readonly since!: string;

  @Field(() => DateTimeScalar, { description: 'When it had lasted long enough to be an incident.' })
  readonly openedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it had been over for long enough; null while it is open.' })
  readonly closedAt!: string | null;

  @Field(() => Int, { description: 'As last stored: orders, calls or reviews; 1 for what is no number.' })
  readonly value!: number;

  @Field(() => Int, { description: 'An alarm from here on.' })
  readonly threshold!: number;

  @Field(() => Int, { description: 'The worst that was stored.' })
  readonly peak!: number;

  @Field(() => Int, { description: 'How often it came back.' })
  readonly reopened!: number;

  @Field(() => Int, { description: 'How often people were reminded.' })
  readonly reminders!: number;

  @Field(() => IncidentSummary, {
    nullable: true,
    description: 'What it came to so far; at its end, what it came to. Null until it was first looked at.',
  })
  readonly summary!: IncidentSummary | null;

  @Field(() => String, { description: 'In a few words of the caller’s language.' })
  readonly title!: string;

  @Field(() => [String], { description: 'All of this in sentences of the caller’s language.' })
  readonly report!: readonly string[];
}

@ObjectType({ description: 'One step of an incident.' })
export class IncidentStep {
  @Field(() => String, { description: 'The event.' })
  readonly type!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly occurredAt!: string;

  @Field(() => ActorKindEnum, { description: 'Who did it.' })
  readonly actorKind!: string;

  @Field(() => String, { nullable: true, description: 'Why, where a person did it.' })
  readonly reason!: string | null;

  @Field(() => String, { description: 'In words.' })
  readonly summary!: string;
}

@ObjectType({ description: 'An incident with its timeline.' })
export class IncidentReport extends Incident {
  @Field(() => [IncidentStep], { description: 'Its steps, oldest first.' })
  readonly timeline!: readonly IncidentStep[];
}

@ObjectType({ description: 'One page of a list.' })
export class IncidentConnection extends Connection<Incident>('Incident', () => Incident) {}

@InputType({ description: 'An incident that a person knows of.' })
export class AcknowledgeIncidentInput extends KeyedInput {
  @Field(() => String, { description: 'Who does what about it; kept for ever.' })
  readonly reason!: string;

  @Field(() => ID, { description: 'The incident.' })
  readonly incidentId!: string;
}

@ObjectType({ description: 'The incident that nobody is reminded of any more.' })
export class AcknowledgeIncidentPayload extends Payload {
  @Field(() => IncidentReport, { nullable: true, description: 'The incident now; null after a refusal.' })
  readonly incident!: IncidentReport | null;
}
