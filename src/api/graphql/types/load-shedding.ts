import { Field, Float, InputType, ObjectType } from '@nestjs/graphql';
import type { Sheddable } from '../../../domain/shedding/events';
import { graphqlEnum, SheddableEnum } from '../enums';
import { KeyedInput } from './inputs';
import { Payload } from './payloads';

const SheddingModeEnum = graphqlEnum<'AUTO' | 'MANUAL'>('SheddingMode', 'Who says what a shop does without.', {
  AUTO: 'Each process by its own load, first things first.',
  MANUAL: 'A person.',
});

@ObjectType({ description: 'What the shop does without when there is too much to do.' })
export class LoadShedding {
  @Field(() => SheddingModeEnum, { description: 'Who says so.' })
  readonly mode!: 'AUTO' | 'MANUAL';

  @Field(() => [SheddableEnum], { description: 'In MANUAL mode: what is done without.' })
  readonly shed!: readonly Sheddable[];

  @Field(() => [SheddableEnum], { description: 'In AUTO mode: what is done without first, second, and so on.' })
  readonly order!: readonly Sheddable[];

  @Field(() => [SheddableEnum], { description: 'What this process does without now.' })
  readonly active!: readonly Sheddable[];

  @Field(() => Float, { description: 'Load of this process, as a share of what it can take.' })
  readonly load!: number;
}

@InputType({ description: 'What the shop is to do without when there is too much to do.' })
export class SetLoadSheddingInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;

  @Field(() => SheddingModeEnum, { description: 'By load, or as named.' })
  readonly mode!: 'AUTO' | 'MANUAL';

  @Field(() => [SheddableEnum], { nullable: true, description: 'In MANUAL mode: what to do without; nothing when absent.' })
  readonly shed?: readonly Sheddable[];

  @Field(() => [SheddableEnum], {
    nullable: true,
    description:
      'In AUTO mode: what to do without first, second, and so on; what is left out stays. COUNTS, LIVE_UPDATES, SEARCH, TIMELINES, NEW_ORDERS when absent.',
  })
  readonly order?: readonly Sheddable[];
}

@ObjectType({ description: 'How load is shed now. Other processes follow within a moment.' })
export class SetLoadSheddingPayload extends Payload {
  @Field(() => LoadShedding, { nullable: true, description: 'As this process knows it; null after a refusal.' })
  readonly loadShedding!: LoadShedding | null;
}
