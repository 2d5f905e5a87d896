import { Args, Context, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { RebuildProjection, type RepairResult, RetryParked, SkipParked } from '../../../application/commands';
import { GetProjections, ListParkedEvents } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  ParkedEvent,
  RebuildProjectionInput,
  RebuildProjectionPayload,
  RetryParkedInput,
  RetryParkedPayload,
  SkipParkedInput,
  SkipParkedPayload,
} from '../types/projection-repair';
import { userErrorOf } from '../types/user-error';

/** How operators mend read models while the shop is open. */
@Resolver()
export class ProjectionRepair {
  constructor(private readonly door: Door) {}

  @Query(() => [ParkedEvent], { description: 'Streams that wait because one of their events could not be taken into a read model.' })
  async parkedEvents(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('projection', { type: () => ID, nullable: true, description: 'Of this read model.' }) projection: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<readonly ParkedEvent[]> {
    const parked = await this.door.ask(context, new ListParkedEvents(context.caller, first, projection ?? undefined));
    return parked.map(({ readModel, ...stream }) => ({ projection: readModel, ...stream }));
  }

  @Mutation(() => RebuildProjectionPayload, {
    description: 'Makes a read model anew beside the rows that serve, and switches when it has caught up.',
  })
  async rebuildProjection(
    @Args('input', { type: () => RebuildProjectionInput }) input: RebuildProjectionInput,
    @Context() context: ApiContext,
  ): Promise<RebuildProjectionPayload> {
    return this.payload(await this.door.run(RebuildProjection, context, input), context);
  }

  @Mutation(() => RetryParkedPayload, { description: 'Reads streams again that a read model set aside.' })
  async retryParked(
    @Args('input', { type: () => RetryParkedInput }) input: RetryParkedInput,
    @Context() context: ApiContext,
  ): Promise<RetryParkedPayload> {
    return this.payload(await this.door.run(RetryParked, context, input), context);
  }

  @Mutation(() => SkipParkedPayload, {
    description: 'Lets a read model go on without one event. The log keeps it, and a rebuild meets it again.',
  })
  async skipParked(
    @Args('input', { type: () => SkipParkedInput }) input: SkipParkedInput,
    @Context() context: ApiContext,
  ): Promise<SkipParkedPayload> {
    return this.payload(await this.door.run(SkipParked, context, input), context);
  }

  private async payload(result: RepairResult, context: ApiContext): Promise<RetryParkedPayload> {
    if (!result.ok) return { projection: null, streams: [], replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const statuses = await this.door.ask(context, new GetProjections(context.caller));
    const status = statuses.find(({ name }) => name === result.projection);
    return {
      projection: status === undefined ? null : { problem: null, progress: null, ...status },
      streams: result.streams.map(({ stream, outcome, error }) => ({ stream, released: outcome === 'released', error: error ?? null })),
      replayed: result.replayed,
      userErrors: [],
    };
  }
}
