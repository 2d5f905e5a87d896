import { Args, Context, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ResendMessages } from '../../../application/commands';
import { GetOutbox } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { OutboxInfo, ResendMessagesInput, ResendMessagesPayload } from '../types/outbox';
import { userErrorOf } from '../types/user-error';

/** What was told to whom, and telling it again. */
@Resolver()
export class OutboxResolver {
  constructor(private readonly door: Door) {}

  @Query(() => OutboxInfo, { description: "What became of messages to buyers, the shop's systems and its people." })
  async outbox(
    @Args('first', { type: () => Int, description: 'How many undelivered messages, from 1 to 100.' }) first: number,
    @Args('endpointId', { type: () => ID, nullable: true, description: 'Undelivered ones of this endpoint only.' })
    endpointId: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<OutboxInfo> {
    const asked = new GetOutbox(context.caller, first, endpointId ?? undefined);
    const { undelivered, ...outbox } = await this.door.ask(context, asked);
    const messages = undelivered.map(({ notifierId, orderId, parkedAt, nextTryAt = null, revision, kind, why, tries }) => ({
      ...{ endpointId: notifierId, subjectId: orderId, revision, kind, why, tries, waitingSince: parkedAt, nextTryAt },
    }));
    return { ...outbox, undelivered: messages };
  }

  @Mutation(() => ResendMessagesPayload, { description: 'Tells an endpoint again what it has not heard, or everything of one order.' })
  async resendMessages(
    @Args('input', { type: () => ResendMessagesInput }) input: ResendMessagesInput,
    @Context() context: ApiContext,
  ): Promise<ResendMessagesPayload> {
    const result = await this.door.run(ResendMessages, context, input);
    if (!result.ok) return { endpoint: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const { endpoints } = await this.door.ask(context, new GetOutbox(context.caller, 1));
    return { endpoint: endpoints.find(({ id }) => id === result.id) ?? null, replayed: result.replayed, userErrors: [] };
  }
}
