import { z } from 'zod';
import { revealable } from '../../domain/order/decide-intake';
import type { Caller, Rights } from '../caller';
import type { Runtime } from '../ports/runtime';
import { refuse } from '../refusals';
import type { CardSafe, OpenedCard } from './card-safe';
import { Command, type CommandHandler } from './command';
import { ofBuyer } from './input';
import { notFound, type OrderDesk } from './order-desk';
import type { OrderDone, OrderResult } from './result';

export interface RevealedCard extends OpenedCard {
  readonly id: string;
  /** ISO-8601 UTC. */
  readonly firstViewedAt: string;
}

/** `receipts` say what was done for the buyer where there is no code. */
export type RevealCardsResult = OrderResult<{ readonly cards: readonly RevealedCard[]; readonly receipts: readonly string[] }>;

/** The only place where codes leave in plain text. All delivered cards, each time the same unless some were given up. */
export class RevealCards extends Command<RevealCardsResult> {
  static readonly operation = 'revealCards';
  static readonly rights: Rights = { roles: ['BUYER', 'STOREFRONT'] };
  static readonly input = z.strictObject({ ...ofBuyer });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RevealCards.input>,
  ) {
    super();
  }
}

export class RevealCardsHandler implements CommandHandler<RevealCards> {
  readonly command = RevealCards;
  constructor(
    private readonly desk: OrderDesk,
    private readonly safe: CardSafe,
    private readonly runtime: Runtime,
  ) {}

  async execute({ caller, input }: RevealCards): Promise<RevealCardsResult> {
    const access = await this.desk.open(RevealCards, caller, input);
    if (access === null) return notFound();
    // Each look is decided anew, and the decision knows a repeat by itself; so a used key must not hide a later look.
    const look = { ...input, idempotencyKey: this.runtime.newId() };
    const looked = await this.desk.decide(
      input.orderId,
      (at) => ({ type: 'RevealCards', at }),
      this.desk.contextOf(RevealCards, caller, access, look),
    );
    // The look is stored; only now may plain text come into being.
    return looked.ok ? this.open(looked) : looked;
  }

  private async open(looked: OrderDone): Promise<RevealCardsResult> {
    const { order } = looked;
    const { orderId, submitted, firstViewedAt } = order.state;
    const opening = await this.safe.openAll(orderId, submitted.skuId, revealable(order.state));
    if (opening.outcome === 'key-missing') return { ok: false, refusal: refuse('CARDS_UNREADABLE'), order };
    if (opening.outcome === 'damaged') return { ok: false, refusal: refuse('CARD_DAMAGED', { details: { cardId: opening.cardId } }), order };
    const viewedAt = new Date(firstViewedAt ?? order.state.submittedAt).toISOString();
    const receipts = await this.safe.openReceipts(order.state);
    if (receipts === null) return { ok: false, refusal: refuse('CARDS_UNREADABLE'), order };
    return { ...looked, cards: opening.cards.map((card) => ({ ...card, firstViewedAt: viewedAt })), receipts };
  }
}
