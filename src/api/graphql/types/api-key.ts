import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import type { ApiKeyState } from '../../../application/queries';
import type { ApiKeyRole } from '../../../domain/catalog/events';
import { graphqlEnum } from '../enums';
import { DateTimeScalar } from '../scalars';
import { Connection } from './connection';
import { OperatorInput } from './operator-inputs';
import { SettingPayload } from './payloads';

const ApiKeyRoleEnum = graphqlEnum<ApiKeyRole>('ApiKeyRole', 'What a key may do, as docs/rights.md has it.', {
  STOREFRONT: 'Places orders, and works on those of its own client.',
  SUPPORT: 'Answers buyers.',
  FINANCE: 'Answers for the money.',
  OPS: 'Runs the shop.',
  ADMIN: 'Lets others in.',
});

const ApiKeyStateEnum = graphqlEnum<ApiKeyState>('ApiKeyState', 'Whether it opens anything.', {
  ACTIVE: 'It does.',
  EXPIRED: 'Its time is over.',
  REVOKED: 'Somebody took it back, for good.',
});

@ObjectType({ description: 'A key to this API. Its text is told once, when it is made.' })
export class ApiKey {
  @Field(() => ID, { description: 'Its name, which stands in the audit trail.' })
  readonly id!: string;

  @Field(() => ID, { description: 'The shop or team that it belongs to.' })
  readonly clientId!: string;

  @Field(() => ApiKeyRoleEnum, { description: 'What it may do at most.' })
  readonly role!: ApiKeyRole;

  @Field(() => ApiKeyStateEnum, { description: 'Whether it opens anything.' })
  readonly state!: ApiKeyState;

  @Field(() => [String], { nullable: true, description: 'The only operations that it may be used for; null: all that its role may.' })
  readonly scopes!: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'The only browser origins that it may be used from; null: those of the node.' })
  readonly origins!: readonly string[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  readonly expiresAt!: string | null;

  @Field(() => DateTimeScalar, { description: 'Since when there is one of this name.' })
  readonly issuedAt!: string;

  @Field(() => DateTimeScalar, { description: 'When something last happened to it, use included.' })
  readonly changedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to within six hours; null: not since its text was made.' })
  readonly lastUsedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the text before this one opens as well; null when it does not.' })
  readonly previousUntil!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When that one was last used: somebody has not changed over yet.' })
  readonly previousLastUsedAt!: string | null;
}

@ObjectType({ description: 'One page of a list.' })
export class ApiKeyConnection extends Connection<ApiKey>('ApiKey', () => ApiKey) {}

@InputType({ isAbstract: true })
abstract class ApiKeyTextInput extends OperatorInput {
  @Field(() => ID, { description: 'Its name.' })
  readonly keyId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256, as lower-case hex, of a text of your own with 256 random bits; without it one is made.',
  })
  readonly keyHash?: string;
}

@InputType({ description: 'A new key, or other rights for one that is there. What is left out is not kept from before.' })
export class IssueApiKeyInput extends ApiKeyTextInput {
  @Field(() => ID, { description: 'The shop or team that it belongs to: orders and idempotency keys are scoped to it.' })
  readonly clientId!: string;

  @Field(() => ApiKeyRoleEnum, { description: 'What it may do at most.' })
  readonly role!: ApiKeyRole;

  @Field(() => [String], { nullable: true, description: 'The only operations that it may be used for, as docs/rights.md names them.' })
  readonly scopes?: readonly string[];

  @Field(() => [String], { nullable: true, description: 'The only browser origins that it may be used from.' })
  readonly origins?: readonly string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself.' })
  readonly expiresAt?: string;
}

@InputType({ description: 'A key that gets another text.' })
export class RotateApiKeyInput extends ApiKeyTextInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the old text opens as well, at most 90 days; it ends at once without it.' })
  readonly previousUntil?: string;
}

@InputType({ description: 'A key that is to open nothing any more.' })
export class RevokeApiKeyInput extends OperatorInput {
  @Field(() => ID, { description: 'Its name.' })
  readonly keyId!: string;
}

const KEY = 'The text, to be sent as `Authorization: Bearer`. Told to whoever repeats the request, and nowhere else; null when a hash was given.';

@ObjectType({ description: 'The key that was made.' })
export class IssueApiKeyPayload extends SettingPayload {
  @Field(() => String, { nullable: true, description: KEY })
  readonly key!: string | null;
}

@ObjectType({ description: 'The key with its new text.' })
export class RotateApiKeyPayload extends SettingPayload {
  @Field(() => String, { nullable: true, description: KEY })
  readonly key!: string | null;
}

@ObjectType({ description: 'The key that is no more.' })
export class RevokeApiKeyPayload extends SettingPayload {}
