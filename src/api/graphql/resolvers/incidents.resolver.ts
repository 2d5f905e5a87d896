import { Args, Context, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AcknowledgeIncident } from '../../../application/commands';
import { GetIncident, type IncidentAnswer, ListIncidents } from '../../../application/queries';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { type ConnectionOf, connectionOf } from '../types/connection';
import { AcknowledgeIncidentInput, AcknowledgeIncidentPayload, Incident, IncidentConnection, IncidentReport } from '../types/incident';
import { userErrorOf } from '../types/user-error';

const presentIncident = ({ timeline, ...incident }: IncidentAnswer): IncidentReport => ({
  ...incident,
  timeline: timeline.map(({ actor, ...step }) => ({ ...step, actorKind: actor.kind })),
});

/** What is wrong with the shop, and was. */
@Resolver()
export class Incidents {
  constructor(private readonly door: Door) {}

  @Query(() => IncidentConnection, { description: 'Incidents, newest first.' })
  async incidents(
    @Args('first', { type: () => Int, description: 'How many, from 1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'Behind this cursor.' }) after: string | null | undefined,
    @Args('open', { type: () => Boolean, nullable: true, description: 'Only those that are open, or that are over.' })
    open: boolean | null | undefined,
    @Context() context: ApiContext,
  ): Promise<ConnectionOf<Incident>> {
    const page = await this.door.ask(context, new ListIncidents(context.caller, this.door.page(first, after), open ?? undefined));
    return connectionOf(page, (incident): Incident => incident);
  }

  @Query(() => IncidentReport, { nullable: true, description: 'One incident with its timeline.' })
  async incident(
    @Args('id', { type: () => ID, description: 'The incident.' }) id: string,
    @Context() context: ApiContext,
  ): Promise<IncidentReport | null> {
    const incident = await this.door.ask(context, new GetIncident(context.caller, id));
    return incident === null ? null : presentIncident(incident);
  }

  @Mutation(() => AcknowledgeIncidentPayload, {
    description: 'Says that a person knows of an incident: nobody is reminded any more. It stays open until it is over.',
  })
  async acknowledgeIncident(
    @Args('input', { type: () => AcknowledgeIncidentInput }) input: AcknowledgeIncidentInput,
    @Context() context: ApiContext,
  ): Promise<AcknowledgeIncidentPayload> {
    const result = await this.door.run(AcknowledgeIncident, context, input);
    if (!result.ok) return { incident: null, replayed: false, userErrors: [userErrorOf(result, context.caller)] };
    const incident = await this.door.ask(context, new GetIncident(context.caller, result.incidentId));
    return { incident: incident === null ? null : presentIncident(incident), replayed: result.replayed, userErrors: [] };
  }
}
