import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { CardDesk, CardResult } from './card-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Puts a card that a person has quarantined on sale again. */
export class RestockCard extends Command<CardResult> {
  static readonly operation = 'restockCard';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, cardId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof RestockCard.input>,
  ) {
    super();
  }
}

export class RestockCardHandler implements CommandHandler<RestockCard> {
  readonly command = RestockCard;
  constructor(private readonly desk: CardDesk) {}

  execute({ caller, input }: RestockCard): Promise<CardResult> {
    return this.desk.run(RestockCard, caller, input, (at) => ({ type: 'RestockCard', at }));
  }
}
