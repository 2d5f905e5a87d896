import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { amountMinor, id, ofOrder, reason, text } from './input';
import { type OrderDesk, reasonWith } from './order-desk';
import type { OrderResult } from './result';
import type { SecondPerson } from './second-person';

/**
 * A person found that a gateway took money once more on a payment that was confirmed before, which no machine can ask about. It
 * goes back at once. `transactionId` is the gateway's id of that second capture, so that two people who read the same statement
 * book it once; `evidence` says what they saw and where. Both are kept for ever.
 */
export class ConfirmSurplus extends Command<OrderResult> {
  static readonly operation = 'confirmSurplus';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({
    ...ofOrder,
    reason: reason.optional(),
    reference: id,
    transactionId: id,
    evidence: text,
    /** Minor units; what was asked for on that payment unless told, and never more than that. */
    surplusMinor: amountMinor.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfirmSurplus.input>,
  ) {
    super();
  }
}

export class ConfirmSurplusHandler implements CommandHandler<ConfirmSurplus> {
  readonly command = ConfirmSurplus;
  constructor(
    private readonly desk: OrderDesk,
    private readonly secondPerson: SecondPerson,
  ) {}

  async execute({ caller, input }: ConfirmSurplus): Promise<OrderResult> {
    const { reference, transactionId, surplusMinor, evidence } = input;
    const said = { ...input, reason: reasonWith(evidence, input.reason) };
    const refused = await this.secondPerson.vouching(ConfirmSurplus, caller, said, { reference, amountMinor: surplusMinor, again: true });
    if (refused !== null) return refused;
    const surplus = surplusMinor === undefined ? {} : { surplusMinor };
    return this.desk.run(ConfirmSurplus, caller, said, { type: 'ConfirmSurplus', reference, transactionId, ...surplus });
  }
}
