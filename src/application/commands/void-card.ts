import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import type { CardDesk, CardResult } from './card-desk';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';

/** Takes one card out of sale for good. */
export class VoidCard extends Command<CardResult> {
  static readonly operation = 'voidCard';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, cardId: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof VoidCard.input>,
  ) {
    super();
  }
}

export class VoidCardHandler implements CommandHandler<VoidCard> {
  readonly command = VoidCard;
  constructor(private readonly desk: CardDesk) {}

  execute({ caller, input }: VoidCard): Promise<CardResult> {
    return this.desk.run(VoidCard, caller, input, () => ({ type: 'VoidCard', cause: input.reason }));
  }
}
