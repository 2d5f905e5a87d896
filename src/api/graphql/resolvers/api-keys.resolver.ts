import { Args, Context, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type ApiKeyResult, IssueApiKey, RevokeApiKey, RotateApiKey } from '../../../application/commands';
import { ListApiKeys } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  ApiKey,
  ApiKeyConnection,
  IssueApiKeyInput,
  IssueApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
  RotateApiKeyInput,
  RotateApiKeyPayload,
} from '../types/api-key';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { settingPayload } from './present';

/** Who and what may call. */
@Resolver()
export class ApiKeys {
  constructor(private readonly door: Door) {}

  @Query(() => ApiKeyConnection, { description: 'The keys to this API, by name.' })
  async apiKeys(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<ApiKey>> {
    return connectionOf(await this.door.ask(context, new ListApiKeys(context.caller, this.door.page(first, after))), (node): ApiKey => node);
  }

  @Mutation(() => IssueApiKeyPayload, { description: 'Lets a program or a person in.' })
  async issueApiKey(
    @Args('input', { type: () => IssueApiKeyInput }) input: IssueApiKeyInput,
    @Context() context: ApiContext,
  ): Promise<IssueApiKeyPayload> {
    return withKey(await this.door.run(IssueApiKey, context, input), context);
  }

  @Mutation(() => RotateApiKeyPayload, { description: 'Gives a key another text; the old one opens as well for as long as you say.' })
  async rotateApiKey(
    @Args('input', { type: () => RotateApiKeyInput }) input: RotateApiKeyInput,
    @Context() context: ApiContext,
  ): Promise<RotateApiKeyPayload> {
    return withKey(await this.door.run(RotateApiKey, context, input), context);
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Takes a key back, for good.' })
  async revokeApiKey(
    @Args('input', { type: () => RevokeApiKeyInput }) input: RevokeApiKeyInput,
    @Context() context: ApiContext,
  ): Promise<RevokeApiKeyPayload> {
    return settingPayload(await this.door.run(RevokeApiKey, context, input), context);
  }
}

const withKey = (result: ApiKeyResult, context: ApiContext): IssueApiKeyPayload => ({
  ...settingPayload(result, context),
  key: result.ok ? (result.key ?? null) : null,
});
