import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { CardDesk, CardResult } from './card-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Takes one card out of sale until somebody has looked at it. One that an order holds stays with it. */
export class QuarantineCard extends Command<CardResult> {
  static readonly operation = 'quarantineCard';
  static readonly rights: Rights = { roles: ['SUPPORT', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, cardId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof QuarantineCard.input>,
  ) {
    super();
  }
}

export class QuarantineCardHandler implements CommandHandler<QuarantineCard> {
  readonly command = QuarantineCard;
  constructor(private readonly desk: CardDesk) {}

  execute({ caller, input }: QuarantineCard): Promise<CardResult> {
    return this.desk.run(QuarantineCard, caller, input, () => ({ type: 'QuarantineCard', cause: 'PERSON' }));
  }
}
