import { z } from 'zod';
import type { Caller, Rights } from '../caller';
import { Command, type CommandHandler } from './command';
import { id, ofOrder, reason, text } from './input';
import { type OrderDesk, reasonWith } from './order-desk';
import type { OrderResult } from './result';

/**
 * A person says what became of a refund that nobody can ask the gateway about. `evidence` says what they saw and where, in their
 * words, and is kept for ever.
 */
export class ConfirmRefund extends Command<OrderResult> {
  static readonly operation = 'confirmRefund';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'ADMIN'] };
  static readonly input = z.strictObject({
    ...ofOrder,
    reason: reason.optional(),
    refundReference: id,
    outcome: z.enum(['REFUNDED', 'NOT_REFUNDED']),
    evidence: text,
  });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ConfirmRefund.input>,
  ) {
    super();
  }
}

export class ConfirmRefundHandler implements CommandHandler<ConfirmRefund> {
  readonly command = ConfirmRefund;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: ConfirmRefund): Promise<OrderResult> {
    const { refundReference, outcome, evidence } = input;
    return this.desk.run(
      ConfirmRefund,
      caller,
      { ...input, reason: reasonWith(evidence, input.reason) },
      { type: 'ConfirmRefund', refundReference, outcome },
    );
  }
}
