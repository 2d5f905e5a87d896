import { money } from '../../domain/kernel/money';
import { findPayment } from '../../domain/order/state';
import type { Approvals } from './approvals';
import type { Operation } from '../authorise';
import type { Caller } from '../caller';
import type { OrderDesk, OrderInput } from './order-desk';
import type { Refused } from './result';

/** Money that a person vouches for: above the shop's limit one person's word is not enough. */
export class SecondPerson {
  constructor(
    private readonly desk: OrderDesk,
    private readonly approvals: Approvals,
  ) {}

  /**
   * Null: go on. A first capture, or with `again` a further one, that the decision would refuse anyway needs no approval and is
   * left to it. Throws Forbidden.
   */
  async vouching(
    operation: Operation,
    caller: Caller,
    input: OrderInput,
    { reference, amountMinor, again }: { readonly reference: string; readonly amountMinor: number | undefined; readonly again: boolean },
  ): Promise<Refused | null> {
    const access = await this.desk.open(operation, caller, input);
    const payment = access === null ? undefined : findPayment(access.state, reference);
    if (access === null || payment === undefined || (payment.role !== undefined) !== again) return null;
    const { captured, request } = payment;
    const known = again ? undefined : captured?.amountMinor;
    const amount = money(known ?? amountMinor ?? request.amount.amountMinor, request.amount.currency);
    if (!this.approvals.isAbove('confirmPayment', amount.amountMinor)) return null;
    const approved = await this.approvals.require(operation, caller, input, { action: 'CONFIRM_PAYMENT', subject: input.orderId, amount });
    return approved.ok ? null : approved;
  }
}
