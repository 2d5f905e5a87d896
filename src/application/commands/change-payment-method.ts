import { z } from 'zod';
import { latestPayment, type OrderState } from '../../domain/order/state';
import type { Caller, Rights } from '../caller';
import { refuse } from '../refusals';
import { canPayBy, type Catalog } from './catalog';
import { Command, type CommandHandler } from './command';
import { ofBuyer, payment } from './input';
import { notFound, type OrderDesk } from './order-desk';
import { type OrderSecrets, ownerOf, sealedMethod } from '../order-secrets';
import type { OrderResult } from './result';

/** Another way to pay. The old payment is closed before the new one is requested; until then it is the one that shows. */
export class ChangePaymentMethod extends Command<OrderResult> {
  static readonly operation = 'changePaymentMethod';
  static readonly rights: Rights = { roles: ['BUYER', 'STOREFRONT', 'SUPPORT', 'ADMIN'] };
  static readonly input = z.strictObject({ ...ofBuyer, payment });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof ChangePaymentMethod.input>,
  ) {
    super();
  }
}

export class ChangePaymentMethodHandler implements CommandHandler<ChangePaymentMethod> {
  readonly command = ChangePaymentMethod;
  constructor(
    private readonly desk: OrderDesk,
    private readonly catalog: Catalog,
    private readonly secrets: OrderSecrets,
  ) {}

  async execute({ caller, input }: ChangePaymentMethod): Promise<OrderResult> {
    const access = await this.desk.open(ChangePaymentMethod, caller, input);
    if (access === null) return notFound();
    if (!(await canPayBy(this.catalog, input.payment.gatewayId, input.payment.kind))) {
      return { ok: false, refusal: refuse('GATEWAY_NOT_AVAILABLE', { field: ['payment', 'gatewayId'] }) };
    }
    const gatewayCanCloseOrBeAsked = await this.canCloseOrBeAsked(access.state);
    const seal = await this.secrets.sealerFor(ownerOf(input.orderId, access.state.submitted));
    const method = sealedMethod(seal, input.payment);
    return this.desk.run(ChangePaymentMethod, caller, input, { type: 'ChangePaymentMethod', payment: method, gatewayCanCloseOrBeAsked });
  }

  /** Of the payment that is open now: one that can neither be closed nor asked about keeps its page, and so the order. */
  private async canCloseOrBeAsked(state: OrderState): Promise<boolean> {
    const open = latestPayment(state);
    if (open === undefined) return true;
    const flags = (await this.catalog.gateway(open.gatewayId)).settings?.flags ?? [];
    return flags.includes('cancel') || flags.includes('lookup');
  }
}
