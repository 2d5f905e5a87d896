import { Args, Context, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { DeclineApproval, GrantApproval } from '../../../application/commands';
import { ListApprovals } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  Approval,
  ApprovalConnection,
  DeclineApprovalInput,
  DeclineApprovalPayload,
  GrantApprovalInput,
  GrantApprovalPayload,
} from '../types/approval';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { settingPayload } from './present';

/** What one person may not do alone. */
@Resolver()
export class ApprovalsResolver {
  constructor(private readonly door: Door) {}

  @Query(() => ApprovalConnection, { description: 'What was asked of a second person, newest first.' })
  async approvals(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('open', { type: () => Boolean, nullable: true, description: 'Only what is neither done nor declined.' })
    open: boolean | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Approval>> {
    const page = await this.door.ask(context, new ListApprovals(context.caller, this.door.page(first, after), open ?? false));
    return connectionOf(page, (node): Approval => node);
  }

  @Mutation(() => GrantApprovalPayload, { description: 'Approves of what another person asked for. Nobody approves of their own request.' })
  async grantApproval(
    @Args('input', { type: () => GrantApprovalInput }) input: GrantApprovalInput,
    @Context() context: ApiContext,
  ): Promise<GrantApprovalPayload> {
    return settingPayload(await this.door.run(GrantApproval, context, input), context);
  }

  @Mutation(() => DeclineApprovalPayload, { description: "Says no to a request, or takes back a request of one's own." })
  async declineApproval(
    @Args('input', { type: () => DeclineApprovalInput }) input: DeclineApprovalInput,
    @Context() context: ApiContext,
  ): Promise<DeclineApprovalPayload> {
    return settingPayload(await this.door.run(DeclineApproval, context, input), context);
  }
}
