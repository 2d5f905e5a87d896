import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { type KeyJobResult, RotateKeys } from '../../../application/commands';
import { GetJob } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { RotateKeysInput, RotateKeysPayload } from '../types/keys';
import { userErrorOf } from '../types/user-error';
import { presentJob } from './jobs.resolver';

/** The keys that seal codes. */
@Resolver()
export class Keys {
  constructor(private readonly door: Door) {}

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
