import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { DestroyKey, type KeyJobResult, RotateKeys } from '../../../application/commands';
import { GetJob, ListSealingKeys } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { DestroyKeyInput, DestroyKeyPayload, RotateKeysInput, RotateKeysPayload, SealingKey } from '../types/keys';
import { userErrorOf } from '../types/user-error';
import { presentJob } from './jobs.resolver';

/** The keys that seal codes. */
@Resolver()
export class Keys {
  constructor(private readonly door: Door) {}

  @Query(() => [SealingKey], { description: 'The keys that seal codes, oldest first.' })
  async sealingKeys(@Context() context: ApiContext): Promise<readonly SealingKey[]> {
    return this.door.ask(context, new ListSealingKeys(context.caller));
  }

  @Mutation(() => DestroyKeyPayload, {
    description: 'Destroys a key that nothing depends on, which is counted; it needs a second person, and cannot be undone.',
  })
  async destroyKey(
    @Args('input', { type: () => DestroyKeyInput }) input: DestroyKeyInput,
    @Context() context: ApiContext,
  ): Promise<DestroyKeyPayload> {
    const result = await this.door.run(DestroyKey, context, input);
    if (!result.ok) return { key: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const keys = await this.door.ask(context, new ListSealingKeys(context.caller));
    return { key: keys.find(({ kid }) => kid === input.kid) ?? null, replayed: result.replayed, userErrors: [] };
  }

  @Mutation(() => RotateKeysPayload, {
    description:
      'Seals all cards with the newest key, in the background: not those that are voided, or sold longer ago than codes are kept readable.',
  })
  async rotateKeys(
    @Args('input', { type: () => RotateKeysInput }) input: RotateKeysInput,
    @Context() context: ApiContext,
  ): Promise<RotateKeysPayload> {
    return this.payload(await this.door.run(RotateKeys, context, input), context);
  }

  private async payload(result: KeyJobResult, context: ApiContext): Promise<RotateKeysPayload> {
    if (!result.ok) return { job: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const job = await this.door.ask(context, new GetJob(context.caller, result.jobId));
    return { job: job === null ? null : presentJob(job), replayed: result.replayed, userErrors: [] };
  }
}
