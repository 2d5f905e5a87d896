import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import { AuditTrail } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { AuditEntry, AuditEntryConnection, AuditFilter } from '../types/audit';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { given } from './order-wish';

/** Who did what. */
@Resolver()
export class Audit {
  constructor(private readonly door: Door) {}

  @Query(() => AuditEntryConnection, {
    description: 'Who did what and who was refused what, newest first: people, looks at codes, and every refusal of the API.',
  })
  async auditTrail(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('filter', { type: () => AuditFilter, nullable: true, description: 'Which.' }) filter: AuditFilter | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<AuditEntry>> {
    const page = await this.door.ask(context, new AuditTrail(context.caller, this.door.page(first, after), given<AuditFilter>(filter ?? {})));
    return connectionOf(page, (node): AuditEntry => node);
  }
}
