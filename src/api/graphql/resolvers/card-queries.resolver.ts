import { Args, Context, ID, Int, Query, Resolver } from '@nestjs/graphql';
import { PreviewImport } from '../../../application/commands';
import { ListBatches } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { type Batch, BatchConnection, PreviewImportInput, PreviewImportPayload } from '../types/card-stock';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { userErrorOf } from '../types/user-error';
import { presentProblems } from './present';

/** Where the cards of the pool come from. */
@Resolver()
export class CardQueries {
  constructor(private readonly door: Door) {}

  @Query(() => BatchConnection, { description: 'Imports of cards with their stock, newest first.' })
  async batches(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('skuId', { type: () => ID, nullable: true, description: 'Of this SKU.' }) skuId: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Batch>> {
    const only = skuId == null ? {} : { skuId };
    return connectionOf(await this.door.ask(context, new ListBatches(context.caller, this.door.page(first, after), only)), (node): Batch => node);
  }

  @Query(() => PreviewImportPayload, { description: 'Says what importing up to 500 codes would come to. Stores nothing.' })
  async previewImport(
    @Args('input', { type: () => PreviewImportInput }) input: PreviewImportInput,
    @Context() context: ApiContext,
  ): Promise<PreviewImportPayload> {
    const result = await this.door.run(PreviewImport, context, input);
    if (!result.ok) return { preview: null, userErrors: [userErrorOf(result, context.caller)] };
    const { rows, accepted, duplicates, rejected, problems } = result.preview;
    return { preview: { rows, accepted, duplicates, rejected, problems: presentProblems(problems) }, userErrors: [] };
  }
}
