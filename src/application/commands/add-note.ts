import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { ofBuyer, text } from './input';
import type { OrderDesk } from './order-desk';
import type { OrderResult } from './result';

/** A remark for whoever looks at the order next. The text is its own reason. */
export class AddNote extends Command<OrderResult> {
  static readonly operation = 'addNote';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer, text });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof AddNote.input>,
  ) {
    super();
  }
}

export class AddNoteHandler implements CommandHandler<AddNote> {
  readonly command = AddNote;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: AddNote): Promise<OrderResult> {
    return this.desk.run(AddNote, caller, { ...input, reason: input.reason ?? input.text }, { type: 'AddNote', text: input.text });
  }
}
