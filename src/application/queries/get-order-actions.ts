import { actionsOf, type OrderAction } from '../../domain/order/actions';
import { latestPayment, type OrderState } from '../../domain/order/state';
import { allows, mayRun, type Operation } from '../authorise';
import type { Caller, Rights, UserRefusal } from '../caller';
import * as commands from '../commands';
import { refusalOf } from '../refusals';
import type { StoreClock } from '../store-clock';
import { readOrder, type OrderAsked, type OrderReaderPorts } from './order-access';
import { Query, type QueryHandler } from './query';

/** One thing that the reader's role may do to orders, and whether this order would take it now. */
export interface ActionView {
  readonly action: OrderAction;
  readonly allowed: boolean;
  /** Why not; null when it is allowed. */
  readonly refusal: UserRefusal | null;
  /** What it may be done to: card ids, payment or refund references, review subjects. Empty where the whole order is meant. */
  readonly targets: readonly string[];
}

/** The command behind each action: its rights say who is shown it. */
const OPERATIONS: Readonly<Record<OrderAction, Operation>> = {
  cancelOrder: commands.CancelOrder,
  changePaymentMethod: commands.ChangePaymentMethod,
  revealCards: commands.RevealCards,
  reportCard: commands.ReportCard,
  resendDelivery: commands.ResendDelivery,
  retryOrder: commands.RetryOrder,
  refundOrder: commands.RefundOrder,
  reissueCard: commands.ReissueCard,
  confirmPayment: commands.ConfirmPayment,
  confirmRefund: commands.ConfirmRefund,
  confirmSurplus: commands.ConfirmSurplus,
  resolveReview: commands.ResolveReview,
  freezeOrder: commands.FreezeOrder,
  unfreezeOrder: commands.UnfreezeOrder,
  addNote: commands.AddNote,
  openComplaint: commands.OpenComplaint,
  resolveComplaint: commands.ResolveComplaint,
  assignOrder: commands.AssignOrder,
  unassignOrder: commands.UnassignOrder,
  tagOrder: commands.TagOrder,
  untagOrder: commands.UntagOrder,
  revealFields: commands.RevealFields,
  shareOrder: commands.ShareOrder,
  revokeOrderShare: commands.RevokeOrderShare,
};

/** What the reader may do to an order now, and why not the rest. Null when there is none, or none that they may see. */
export class GetOrderActions extends Query<readonly ActionView[] | null> implements OrderAsked {
  static readonly operation = 'order.availableActions';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'BUYER', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly orderId: string,
    readonly accessToken?: string,
  ) {
    super();
  }
}

/** What gateways can do, by the settings as they are now. */
export interface GatewayFlagsOf {
  gateway(gatewayId: string): { readonly settings?: { readonly flags: readonly string[] } } | undefined;
}

export class GetOrderActionsHandler implements QueryHandler<GetOrderActions> {
  readonly query = GetOrderActions;
  constructor(
    private readonly ports: OrderReaderPorts,
    private readonly clock: Pick<StoreClock, 'now'>,
    private readonly settings: GatewayFlagsOf,
  ) {}

  async execute(query: GetOrderActions): Promise<readonly ActionView[] | null> {
    const found = await readOrder(this.ports, GetOrderActions, query);
    if (found === null) return null;
    const { state, role } = found;
    const world = { at: this.clock.now(), gatewayCanCloseOrBeAsked: this.canCloseOrBeAsked(state) };
    return actionsOf(state, world)
      .filter(({ action }) => (role === query.caller.role ? mayRun(OPERATIONS[action], query.caller) : allows(OPERATIONS[action], role)))
      .map(({ refusal, ...verdict }) => ({ ...verdict, refusal: refusal === null ? null : refusalOf(refusal) }));
  }

  private canCloseOrBeAsked(state: OrderState): boolean {
    const open = latestPayment(state);
    const flags = open === undefined ? undefined : this.settings.gateway(open.gatewayId)?.settings?.flags;
    return open === undefined || flags?.includes('cancel') === true || flags?.includes('lookup') === true;
  }
}
