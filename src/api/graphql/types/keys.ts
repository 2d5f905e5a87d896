import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { SealingKeyView } from '../../../application/queries';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { KeyedInput } from './inputs';
import { Job } from './job';
import { Payload } from './payloads';

@InputType({ description: 'All cards are to be sealed with the newest key of the keyring.' })
export class RotateKeysInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;
}

@ObjectType({ description: 'The rotation that was ordered.' })
export class RotateKeysPayload extends Payload {
  @Field(() => Job, { nullable: true, description: 'How far it is; null after a refusal.' })
  readonly job!: Job | null;
}

const SealingKeyStatusEnum = graphqlEnum<SealingKeyView['status']>('SealingKeyStatus', 'Where a sealing key stands.', {
  KEPT: 'It opens what it sealed.',
  COUNTING: 'It is to be destroyed, and what depends on it is counted.',
  DESTROYED: 'Nothing depended on it. It opens nothing any more.',
  MISSING: 'It is not in the keyring, and nobody destroyed it: what it sealed cannot be opened.',
});

@ObjectType({ description: 'What depends on a key.' })
export class KeyUse {
  @Field(() => Int, { description: 'Cards that are neither voided nor past retention.' })
  readonly cards!: number;

  @Field(() => Int, { description: 'Orders that hold something sealed with it, and are not past retention.' })
  readonly orders!: number;

  @Field(() => Int, { description: 'Other streams that hold something sealed with it.' })
  readonly others!: number;

  @Field(() => Int, { description: 'Keys of buyers that are sealed with it. A rotation seals them anew.' })
  readonly subjects!: number;
}

@ObjectType({ description: 'A key that seals codes, and what orders hold of their buyers.' })
export class SealingKey {
  @Field(() => ID, { description: 'Its name in the keyring.' })
  readonly kid!: string;

  @Field(() => Boolean, { description: 'New texts are sealed with it.' })
  readonly inUse!: boolean;

  @Field(() => SealingKeyStatusEnum, { description: 'Where it stands.' })
  readonly status!: SealingKeyView['status'];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its end was ordered, refused or settled last.' })
  readonly since!: string | null;

  @Field(() => KeyUse, { nullable: true, description: 'What kept it from being destroyed the last time.' })
  readonly keptBy!: KeyUse | null;
}

@InputType({ description: 'A key that is to be destroyed, if nothing depends on it.' })
export class DestroyKeyInput extends KeyedInput {
  @Field(() => String, { description: 'Why; kept for ever.' })
  readonly reason!: string;

  @Field(() => ID, { description: 'Its name in the keyring.' })
  readonly kid!: string;
}

@ObjectType({ description: 'The key whose end was ordered.' })
export class DestroyKeyPayload extends Payload {
  @Field(() => SealingKey, { nullable: true, description: 'The key now; null after a refusal.' })
  readonly key!: SealingKey | null;
}
