import { z } from 'zod';
import type { Caller, Rights } from '../../caller';
import { Command, type CommandHandler } from '../command';
import { ofBuyer, text } from '../input';
import type { OrderDesk } from '../order-desk';
import type { OrderResult } from '../result';

/** The buyer complains of something; a person looks at it. One code that does not work is reported by `reportCard`. */
export class OpenComplaint extends Command<OrderResult> {
  static readonly operation = 'openComplaint';
  static readonly rights: Rights = { roles: ['BUYER', 'STOREFRONT', 'SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer, about: z.enum(['DELIVERY', 'PAYMENT', 'REFUND', 'OTHER']), text });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof OpenComplaint.input>,
  ) {
    super();
  }
}

export class OpenComplaintHandler implements CommandHandler<OpenComplaint> {
  readonly command = OpenComplaint;
  constructor(private readonly desk: OrderDesk) {}

  execute({ caller, input }: OpenComplaint): Promise<OrderResult> {
    return this.desk.run(OpenComplaint, caller, input, { type: 'OpenComplaint', about: input.about, text: input.text });
  }
}
