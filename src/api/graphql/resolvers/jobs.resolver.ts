import { Args, Context, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { BulkRefund, BulkReroute, type BulkResult, BulkRetry, StopJob } from '../../../application/commands';
import { GetJob, type JobView, ListJobs } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  BulkRefundInput,
  BulkRefundPayload,
  type BulkRepairPayload,
  BulkRerouteInput,
  BulkReroutePayload,
  BulkRetryInput,
  BulkRetryPayload,
  StopJobInput,
  StopJobPayload,
} from '../types/bulk-repair';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { Job, JobConnection } from '../types/job';
import { userErrorOf } from '../types/user-error';
import { wishOf } from './order-wish';

export const presentJob = ({ readModel, ...job }: JobView): Job => ({ ...job, projection: readModel });

/** Long work that people ordered, and repairs of many orders at once. */
@Resolver()
export class Jobs {
  constructor(private readonly door: Door) {}

  @Query(() => JobConnection, { description: 'Repairs that people ordered, newest first. Imports of cards are listed by `batches`.' })
  async jobs(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Job>> {
    return connectionOf(await this.door.ask(context, new ListJobs(context.caller, this.door.page(first, after))), presentJob);
  }

  @Query(() => Job, { nullable: true, description: 'One job, never behind what was acknowledged.' })
  async job(@Args('id', { type: () => ID, description: 'The job.' }) id: string, @Context() context: ApiContext): Promise<Job | null> {
    const job = await this.door.ask(context, new GetJob(context.caller, id));
    return job === null ? null : presentJob(job);
  }

  @Mutation(() => BulkRetryPayload, { description: 'Gives many paid orders without their cards their deliver-within time anew.' })
  async bulkRetry(@Args('input', { type: () => BulkRetryInput }) input: BulkRetryInput, @Context() context: ApiContext): Promise<BulkRetryPayload> {
    return this.payload(await this.door.run(BulkRetry, context, { ...input, filter: wishOf(input.filter) }), context);
  }

  @Mutation(() => BulkReroutePayload, {
    description:
      'Sends many orders elsewhere that wait at a channel: each purchase is cancelled there first, and nothing is bought before it has said so.',
  })
  async bulkReroute(
    @Args('input', { type: () => BulkRerouteInput }) input: BulkRerouteInput,
    @Context() context: ApiContext,
  ): Promise<BulkReroutePayload> {
    return this.payload(await this.door.run(BulkReroute, context, { ...input, filter: wishOf(input.filter) }), context);
  }

  @Mutation(() => BulkRefundPayload, { description: 'Orders the money of many orders back: all that is left of each.' })
  async bulkRefund(
    @Args('input', { type: () => BulkRefundInput }) input: BulkRefundInput,
    @Context() context: ApiContext,
  ): Promise<BulkRefundPayload> {
    return this.payload(await this.door.run(BulkRefund, context, { ...input, filter: wishOf(input.filter) }), context);
  }

  @Mutation(() => StopJobPayload, {
    description:
      'Stops a repair of many orders before its next order, a rotation of keys before its next cards, or buying ahead before its next purchase: one that is open is cancelled where that can be. What it has done stays done.',
  })
  async stopJob(@Args('input', { type: () => StopJobInput }) input: StopJobInput, @Context() context: ApiContext): Promise<StopJobPayload> {
    const { job, replayed, userErrors } = await this.payload(await this.door.run(StopJob, context, input), context);
    return { job, replayed, userErrors };
  }

  private async payload(result: BulkResult, context: ApiContext): Promise<BulkRepairPayload> {
    const nothing = { preview: null, confirmationToken: null, confirmBefore: null, job: null, replayed: false };
    if (!result.ok) return { ...nothing, userErrors: [userErrorOf(result, context.caller)] };
    if ('preview' in result) {
      const { preview, confirmationToken, confirmBefore } = result;
      return { ...nothing, preview, confirmationToken, confirmBefore, userErrors: [] };
    }
    const job = await this.door.ask(context, new GetJob(context.caller, result.jobId));
    return { ...nothing, job: job === null ? null : presentJob(job), replayed: result.replayed, userErrors: [] };
  }
}
