import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { QuarantineBatch, QuarantineCard, RestockBatch, RestockCard, VoidBatch, VoidCard } from '../../../application/commands';
import type { BatchResult } from '../../../application/commands/batch-desk';
import type { CardResult, CardSeen } from '../../../application/commands/card-desk';
import { toIso } from '../../../domain/kernel/time';
import type { ApiContext } from '../../request/api-context';
import { Door } from '../door';
import {
  type BatchPayload,
  type CardPayload,
  QuarantineBatchInput,
  QuarantineBatchPayload,
  QuarantineCardInput,
  QuarantineCardPayload,
  RestockBatchInput,
  RestockBatchPayload,
  RestockCardInput,
  RestockCardPayload,
  VoidBatchInput,
  VoidBatchPayload,
  VoidCardInput,
  VoidCardPayload,
  type StockedCard,
} from '../types/card-stock';
import { userErrorOf } from '../types/user-error';

const present = ({ expiresAt, ...card }: CardSeen): StockedCard => ({ ...card, expiresAt: expiresAt === null ? null : toIso(expiresAt) });

function cardPayload(result: CardResult, { caller }: ApiContext): CardPayload {
  const card = result.card === undefined ? null : present(result.card);
  if (!result.ok) return { card, changed: false, replayed: false, userErrors: [userErrorOf(result, caller)] };
  return { card, changed: result.changed, replayed: result.replayed, userErrors: [] };
}

function batchPayload(result: BatchResult, { caller }: ApiContext): BatchPayload {
  const nothing = { batchId: null, changed: 0, refused: 0, done: true, held: [], heldCount: 0, replayed: false };
  if (!result.ok) return { ...nothing, userErrors: [userErrorOf(result, caller)] };
  const { ok: _ok, skuId: _skuId, held, ...done } = result;
  return { ...done, held: held.map(present), replayed: false, userErrors: [] };
}

/** What operators do to cards of the pool. */
@Resolver()
export class CardMutations {
  constructor(private readonly door: Door) {}

  @Mutation(() => QuarantineCardPayload, { description: 'Takes a card out of sale until somebody has looked at it.' })
  async quarantineCard(
    @Args('input', { type: () => QuarantineCardInput }) input: QuarantineCardInput,
    @Context() context: ApiContext,
  ): Promise<QuarantineCardPayload> {
    return cardPayload(await this.door.run(QuarantineCard, context, input), context);
  }

  @Mutation(() => RestockCardPayload, { description: 'Puts a card that a person has quarantined on sale again. One that a buyer has seen never is.' })
  async restockCard(
    @Args('input', { type: () => RestockCardInput }) input: RestockCardInput,
    @Context() context: ApiContext,
  ): Promise<RestockCardPayload> {
    return cardPayload(await this.door.run(RestockCard, context, input), context);
  }

  @Mutation(() => VoidCardPayload, { description: 'Takes a card out of sale for good.' })
  async voidCard(@Args('input', { type: () => VoidCardInput }) input: VoidCardInput, @Context() context: ApiContext): Promise<VoidCardPayload> {
    return cardPayload(await this.door.run(VoidCard, context, input), context);
  }

  @Mutation(() => QuarantineBatchPayload, {
    description: 'Takes every card of a delivery out of sale that no order holds, 5,000 at a call, and lists those that orders hold.',
  })
  async quarantineBatch(
    @Args('input', { type: () => QuarantineBatchInput }) input: QuarantineBatchInput,
    @Context() context: ApiContext,
  ): Promise<QuarantineBatchPayload> {
    return batchPayload(await this.door.run(QuarantineBatch, context, input), context);
  }

  @Mutation(() => RestockBatchPayload, { description: 'Puts the cards of a delivery that a person has quarantined on sale again, 5,000 at a call.' })
  async restockBatch(
    @Args('input', { type: () => RestockBatchInput }) input: RestockBatchInput,
    @Context() context: ApiContext,
  ): Promise<RestockBatchPayload> {
    return batchPayload(await this.door.run(RestockBatch, context, input), context);
  }

  @Mutation(() => VoidBatchPayload, { description: 'Takes every card of a delivery out of sale for good that no order holds, 5,000 at a call.' })
  async voidBatch(@Args('input', { type: () => VoidBatchInput }) input: VoidBatchInput, @Context() context: ApiContext): Promise<VoidBatchPayload> {
    return batchPayload(await this.door.run(VoidBatch, context, input), context);
  }
}
