import { z } from 'zod';
import { derivedId } from '../../domain/kernel/ids';
import type { Sealed } from '../../domain/kernel/sealed';
import type { OrderState } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import { cardContext, type CardText } from '../card-text';
import { Slots } from '../engine/slots';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { OrderSecrets } from '../order-secrets';
import { KeyMissing, type Keyring, SealBroken } from '../ports/keyring';
import { readSealed } from '../sealed-card';

export type OpenedCard = CardText & { readonly id: string };

const cardText: z.ZodType<CardText> = z.object({
  code: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
  expiresAt: z.string().optional(),
});

export type Opening =
  | { readonly outcome: 'opened'; readonly cards: readonly OpenedCard[] }
  | { readonly outcome: 'key-missing' }
  | { readonly outcome: 'damaged'; readonly cardId: string };

/** Told when delivered cards cannot be opened. Never a secret. */
export interface SafeAlerts {
  keyMissing(orderId: string): void;
  damaged(orderId: string, cardId: string): void;
}

/** Cards read at once for one order. */
const READS_MAX = 16;

/** Opens the cards of one order, all or none. */
export class CardSafe {
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly secrets: OrderSecrets,
    private readonly alerts: SafeAlerts,
  ) {}

  async openAll(orderId: string, skuId: string, cardIds: readonly string[]): Promise<Opening> {
    const reads = new Slots(READS_MAX);
    const sealed = await Promise.all(cardIds.map((cardId) => reads.run(() => readSealed(this.store, this.codec, cardId))));
    const cards: OpenedCard[] = [];
    for (const [at, cardId] of cardIds.entries()) {
      const text = this.open(cardId, skuId, sealed[at] ?? null);
      if (text === 'key-missing') {
        this.alerts.keyMissing(orderId);
        return { outcome: 'key-missing' };
      }
      if (text === 'damaged') {
        await this.takeOutOfSale(orderId, cardId);
        return { outcome: 'damaged', cardId };
      }
      cards.push({ ...text, id: cardId });
    }
    return { outcome: 'opened', cards };
  }

  /** What was done for the buyer in place of codes; null while a key is missing. Rejects with SealBroken. */
  async openReceipts({ orderId, receipts }: OrderState): Promise<readonly string[] | null> {
    try {
      return await Promise.all(receipts.map(({ sealed }) => this.secrets.open(orderId, sealed)));
    } catch (error) {
      if (!(error instanceof KeyMissing)) throw error;
      this.alerts.keyMissing(orderId);
      return null;
    }
  }

  private open(cardId: string, skuId: string, sealed: Sealed | null): CardText | 'key-missing' | 'damaged' {
    if (sealed === null) return 'damaged';
    try {
      return cardText.parse(JSON.parse(this.keyring.open(sealed, cardContext(cardId, skuId))));
    } catch (error) {
      if (error instanceof KeyMissing) return 'key-missing';
      // What opens and is no card was sealed by somebody who is not us.
      if (error instanceof SealBroken || error instanceof SyntaxError || error instanceof z.ZodError) return 'damaged';
      throw error;
    }
  }

  /**
   * F27. The card is quarantined, or, while this order holds it, the order is frozen until a person has decided. It cannot come back
   * to sale that way either: a revealed card that its order gives up goes to quarantine, and the look was stored before.
   */
  private async takeOutOfSale(orderId: string, cardId: string): Promise<void> {
    this.alerts.damaged(orderId, cardId);
    const { commands } = this;
    // Named with the time: after a person resolved and thawed it, the same damage is a new fact.
    const context = (step: string): CommandContext => ({
      commandId: derivedId('command', orderId, cardId, step, commands.clock.now()),
      correlationId: orderId,
      causationId: orderId,
      actor: { kind: 'ENGINE', id: 'card-safe' },
    });
    await commands.handle(aggregates.card, cardId, { type: 'QuarantineCard', cause: 'SEAL_BROKEN' }, context('quarantine'));
    await commands.handle(aggregates.order, orderId, { type: 'OpenReview', subject: `card:${cardId}`, cause: 'SEAL_BROKEN' }, context('review'));
    await commands.handle(aggregates.order, orderId, { type: 'FreezeOrder', cause: 'SEAL_BROKEN' }, context('freeze'));
  }
}
