import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { OrderPhaseEnum, OrderStatusEnum } from '../enums';
import type { OrderStatus, Phase } from '../../../domain/order/phase';
import { DateTimeScalar } from '../scalars';

@InputType({ description: 'A span of time; both ends belong to it.' })
export class TimeRangeInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'From then on.' })
  readonly from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until then.' })
  readonly to?: string | null;
}

@InputType({ description: 'All that is given must hold; a list means "one of these", of at most 100.' })
export class OrderFilter {
  @Field(() => [OrderStatusEnum], { nullable: true, description: 'In one of these states.' })
  readonly status?: readonly OrderStatus[] | null;

  @Field(() => [OrderPhaseEnum], { nullable: true, description: 'In one of these phases.' })
  readonly phase?: readonly Phase[] | null;

  @Field(() => [ID], { nullable: true, description: 'For one of these SKUs.' })
  readonly skuIds?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Being paid through one of these gateways.' })
  readonly gatewayIds?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Whose goods were last asked for at one of these channels.' })
  readonly channelIds?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Served by one of these lanes.' })
  readonly lanes?: readonly string[] | null;

  @Field(() => TimeRangeInput, { nullable: true, description: 'Stored in this span.' })
  readonly submittedAt?: TimeRangeInput | null;

  @Field(() => TimeRangeInput, { nullable: true, description: 'Known to be paid in this span.' })
  readonly paidAt?: TimeRangeInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Something definitely did not happen and is to be tried again.' })
  readonly retrying?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'With so many payments requested, or more.' })
  readonly attemptsGte?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Waiting for a person.' })
  readonly inReview?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'With an outside call whose outcome is unknown.' })
  readonly inDoubt?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'With cards or costs that are in dispute with a channel, or may be lost there.' })
  readonly disputed?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whose buyer has complained, of a code or of anything else, whatever came of it.' })
  readonly complained?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Waiting for this: `stock:<sku>`, `channel:<id>`, or `person` for a delivery by hand.' })
  readonly waitingFor?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this cart.' })
  readonly checkoutId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this buyer.' })
  readonly buyerRef?: string | null;

  @Field(() => ID, { nullable: true, description: "This person's at the desk, by the id of their API key. For the shop's own people." })
  readonly assignedTo?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Whether somebody at the desk has it. For the shop's own people." })
  readonly assigned?: boolean | null;
}

export const OrderOrderField = { SUBMITTED_AT: 'submittedAt', PAID_AT: 'paidAt', LAST_EVENT_AT: 'lastEventAt' } as const;
registerEnumType(OrderOrderField, {
  name: 'OrderOrderField',
  description: 'What a list of orders is sorted by.',
  valuesMap: {
    SUBMITTED_AT: { description: 'When they were stored.' },
    PAID_AT: { description: 'When they were known to be paid.' },
    LAST_EVENT_AT: { description: 'When something last happened to them.' },
  },
});

export const SortDirection = { ASC: 'asc', DESC: 'desc' } as const;
registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which end comes first.',
  valuesMap: { ASC: { description: 'Smallest or oldest first.' }, DESC: { description: 'Largest or newest first.' } },
});

@InputType({ description: 'How a list of orders is sorted.' })
export class OrderOrder {
  @Field(() => OrderOrderField, { description: 'By what.' })
  readonly field!: 'submittedAt' | 'paidAt' | 'lastEventAt';

  @Field(() => SortDirection, { description: 'Which end comes first.' })
  readonly direction!: 'asc' | 'desc';
}
