import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { SetLoadShedding } from '../../../application/commands';
import { GetSystem } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { SetLoadSheddingInput, SetLoadSheddingPayload } from '../types/load-shedding';
import { userErrorOf } from '../types/user-error';

/** What the shop does without under load. */
@Resolver()
export class LoadSheddingMutations {
  constructor(private readonly door: Door) {}

  @Mutation(() => SetLoadSheddingPayload, { description: 'Says what the shop does without when there is too much to do.' })
  async setLoadShedding(
    @Args('input', { type: () => SetLoadSheddingInput }) input: SetLoadSheddingInput,
    @Context() context: ApiContext,
  ): Promise<SetLoadSheddingPayload> {
    const result = await this.door.run(SetLoadShedding, context, input);
    if (!result.ok) return { loadShedding: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const { loadShedding } = await this.door.ask(context, new GetSystem(context.caller));
    return { loadShedding, replayed: result.replayed, userErrors: [] };
  }
}
