import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { DeliverManually } from '../../../application/commands';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import { DeliverManuallyInput, DeliverManuallyPayload } from '../types/manual-delivery';
import { orderPayload } from './present';

/** Where a person does what no pool and no channel does. */
@Resolver()
export class ManualDelivery {
  constructor(private readonly door: Door) {}

  @Mutation(() => DeliverManuallyPayload, { description: 'Hands over codes or a receipt for a paid order; it is delivered when nothing is missing.' })
  async deliverManually(
    @Args('input', { type: () => DeliverManuallyInput }) input: DeliverManuallyInput,
    @Context() context: ApiContext,
  ): Promise<DeliverManuallyPayload> {
    return orderPayload(await this.door.runOnOrder(DeliverManually, context, input), context, input.accessToken);
  }
}
