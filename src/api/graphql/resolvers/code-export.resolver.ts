import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { ExportCodes } from '../../../application/commands';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { ExportCodesInput, ExportCodesPayload } from '../types/code-export';
import { userErrorOf } from '../types/user-error';

/** The one way for many codes to leave the shop. */
@Resolver()
export class CodeExports {
  constructor(private readonly door: Door) {}

  @Mutation(() => ExportCodesPayload, {
    description: 'Hands out unsold codes in plain text, once, after a second person has approved. They are out of sale from then on.',
  })
  async exportCodes(
    @Args('input', { type: () => ExportCodesInput }) input: ExportCodesInput,
    @Context() context: ApiContext,
  ): Promise<ExportCodesPayload> {
    const result = await this.door.run(ExportCodes, context, input);
    if (!result.ok) return { codes: [], skipped: 0, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const codes = result.codes.map(({ fields = {}, expiresAt = null, ...code }) => ({
      ...code,
      expiresAt,
      fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
    }));
    return { codes, skipped: result.skipped, replayed: false, userErrors: [] };
  }
}
