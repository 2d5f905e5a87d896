import { streams } from '../../domain/kernel/ids';
import { isClaimedBy, isKnownTo } from './card-rules';
import type { StreamFolds } from './stream-folds';
import type { Violation } from './violation';

/** A shop that runs meanwhile may be between two appends: a suspicion is looked at again so often before it counts. */
const LOOKS_MAX = 3;

/** I2 and I9 across streams: what an order holds, its cards confirm, and the reverse. */
export class Holdings {
  constructor(private readonly folds: StreamFolds) {}

  async *ofOrder(orderId: string): AsyncGenerator<Violation> {
    const { state } = await this.folds.order(orderId);
    const claims = [...new Set(state.held.map(({ cardId }) => cardId))];
    for (const cardId of claims) {
      if (await this.staysWrong((fresh) => this.holdsUnclaimed(orderId, cardId, fresh))) {
        yield { kind: 'claim', stream: streams.order(orderId), message: `holds card ${cardId}, whose own stream does not say so` };
      }
    }
    for (const { requestId, cardIds } of state.purchases) {
      for (const cardId of cardIds) {
        if (await this.staysWrong((fresh) => this.boughtAndNowhere(orderId, cardId, fresh))) {
          yield { kind: 'purchase', stream: streams.order(orderId), message: `card ${cardId}, which ${requestId} bought, was never stocked` };
        }
      }
    }
  }

  async *ofCard(cardId: string): AsyncGenerator<Violation> {
    const { state, claimers } = await this.folds.card(cardId);
    const stream = streams.card(cardId);
    const holder = state.status === 'CLAIMED' ? state.claim?.orderId : undefined;
    if (holder !== undefined && (await this.staysWrong((fresh) => this.claimedUnknown(cardId, holder, fresh)))) {
      yield { kind: 'claim', stream, message: `claimed by order ${holder}, which does not know of it` };
    }
    const viewers: string[] = [];
    for (const orderId of claimers) if ((await this.folds.order(orderId)).state.revealedCardIds.includes(cardId)) viewers.push(orderId);
    if (viewers.length > 1) yield { kind: 'reveal', stream, message: `shown to the buyers of ${viewers.length} orders: ${viewers.join(', ')}` };
  }

  private async holdsUnclaimed(orderId: string, cardId: string, fresh: boolean): Promise<boolean> {
    const card = await this.folds.card(cardId, fresh);
    // The order is read after the card: one that has let it go meanwhile is no contradiction.
    const order = await this.folds.order(orderId, fresh);
    return order.state.held.some((held) => held.cardId === cardId) && !isClaimedBy(card.state, orderId);
  }

  /** What a channel sold is on its own stream, unless it is on its way there at this moment. */
  private async boughtAndNowhere(orderId: string, cardId: string, fresh: boolean): Promise<boolean> {
    const order = await this.folds.order(orderId, fresh);
    const card = await this.folds.card(cardId, fresh);
    return card.state.status === 'ABSENT' && !order.state.arriving.some((arriving) => arriving.cardId === cardId);
  }

  private async claimedUnknown(cardId: string, orderId: string, fresh: boolean): Promise<boolean> {
    const order = await this.folds.order(orderId, fresh);
    const card = await this.folds.card(cardId, fresh);
    return isClaimedBy(card.state, orderId) && !isKnownTo(order.state, cardId);
  }

  private async staysWrong(isWrong: (fresh: boolean) => Promise<boolean>): Promise<boolean> {
    for (let look = 0; look < LOOKS_MAX; look++) if (!(await isWrong(look > 0))) return false;
    return true;
  }
}
