import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { amountMinor, id, ofOrder, reason, text } from './input';
import { type OrderDesk, reasonWith } from './order-desk';
import type { OrderResult } from './result';
import type { SecondPerson } from './second-person';

/**
 * A person vouches for money that the gateway cannot tell about. `evidence` says what they saw, in their words, and
 * `transactionId` where it can be found again; both are kept for ever.
 */
export class ConfirmPayment extends Command<OrderResult> {
  static readonly operation = 'confirmPayment';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({
    ...ofOrder,
    reason: reason.optional(),
    reference: id,
    evidence: text,
    transactionId: id.optional(),
    /** Minor units; the amount asked for unless told. */
    capturedMinor: amountMinor.optional(),
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfirmPayment.input>,
  ) {
    super();
  }
}

export class ConfirmPaymentHandler implements CommandHandler<ConfirmPayment> {
  readonly command = ConfirmPayment;
  constructor(
    private readonly desk: OrderDesk,
    private readonly secondPerson: SecondPerson,
  ) {}

  async execute({ caller, input }: ConfirmPayment): Promise<OrderResult> {
    const { reference, transactionId, capturedMinor, evidence } = input;
    const said = { ...input, reason: reasonWith(evidence, input.reason) };
    const vouched = { reference, amountMinor: capturedMinor, again: false };
    const refused = await this.secondPerson.vouching(ConfirmPayment, caller, said, vouched);
    if (refused !== null) return refused;
    return this.desk.run(ConfirmPayment, caller, said, (at) => ({
      type: 'ConfirmPayment',
      reference,
      at,
      ...(transactionId === undefined ? {} : { transactionId }),
      ...(capturedMinor === undefined ? {} : { capturedMinor }),
    }));
  }
}
