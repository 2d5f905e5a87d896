import { SLOT_FRESH_MS, SLOT_GRACE_MS, slotIdFor } from '../../../domain/buyer/slot';
import { derivedId } from '../../../domain/kernel/ids';
import { isSubmitted } from '../../../domain/order/state';
import { aggregates, streamOf } from '../../aggregates';
import { TooContended } from '../../errors';
import type { CommandContext, CommandHandling } from '../../handle-command';
import type { Runtime } from '../../ports/runtime';
import type { OrderSeen } from '../result';
import { isOpenUnpaid, type Wish } from './open-orders';

const { buyer } = aggregates;
const TRIES_MAX = 4;

/** `isFresh` must still hold just before the order is stored: others take the slot over when no order shows for much longer. */
export type SlotTaken = { readonly outcome: 'taken'; isFresh(): boolean };
export type SlotAnswer = SlotTaken | { readonly outcome: 'open'; readonly order: OrderSeen } | { readonly outcome: 'placing' };

/**
 * One open order per buyer and SKU, strictly: the slot is taken on a stream of its own before the order is stored. A crash
 * between the two leaves a slot whose order is not there: the same key goes on with it at once, any other after the grace.
 */
export class BuyerSlots {
  constructor(
    private readonly commands: CommandHandling,
    private readonly runtime: Runtime,
  ) {}

  async take(wish: Wish, orderId: string, context: Omit<CommandContext, 'commandId'>): Promise<SlotAnswer> {
    const { clientId, buyerRef, skuId } = wish;
    const slotId = slotIdFor(clientId, buyerRef, skuId);
    let over: { readonly over?: string } = {};
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const fromMs = this.runtime.monotonicMs();
      const passed = over;
      const commandId = derivedId('command', orderId, this.runtime.newId());
      const taken = await this.commands.handle(buyer, slotId, (at) => ({ type: 'TakeSlot', clientId, skuId, orderId, at, ...passed }), {
        ...context,
        commandId,
      });
      if (taken.outcome === 'done') return { outcome: 'taken', isFresh: () => this.runtime.monotonicMs() - fromMs < SLOT_FRESH_MS };
      const { holder } = taken.state;
      if (holder === undefined) continue;
      const { state, revision } = await this.commands.load(aggregates.order, holder.orderId, true);
      if (isOpenUnpaid(state)) return { outcome: 'open', order: { state, revision } };
      if (!isSubmitted(state) && this.commands.clock.now() - holder.takenAt < SLOT_GRACE_MS) return { outcome: 'placing' };
      over = { over: holder.orderId };
    }
    throw new TooContended(`${streamOf(buyer, slotId)}: ${TRIES_MAX} others were faster`);
  }
}
