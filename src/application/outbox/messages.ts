import type { StoredEvent } from '../../domain/kernel/event';
import { categoryOf, derivedId, idOf } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';
import { phaseOf, statusOf } from '../../domain/order/phase';
import { isSubmitted, type SubmittedOrder } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import type { OrderSecrets } from '../order-secrets';
import type { CommandHandling } from '../handle-command';
import { SealBroken } from '../ports/keyring';
import { isIncidentKind, type Message, type OrderMessage } from '../ports/notifier';
import { type IncidentMessages, incidentKindsOf } from './incident-messages';

type Kind = OrderMessage['kind'];

/** What an event is to its buyer; most are nothing. */
function buyerKindOf(event: OrderEvent): Kind | null {
  switch (event.type) {
    case 'OrderDelivered':
      return 'ORDER_DELIVERED';
    case 'OrderCancelled':
      return 'ORDER_CANCELLED';
    case 'OrderExpired':
      return 'ORDER_EXPIRED';
    case 'OrderFailed':
      return 'ORDER_DECLINED';
    case 'DeliveryResendRequested':
      return 'DELIVERY_RESENT';
    case 'Compensated':
      // A surplus goes back quietly: the order itself was not refunded.
      return event.data.method === 'REFUND' && event.data.cause !== 'SURPLUS' ? 'ORDER_REFUNDED' : null;
    default:
      return null;
  }
}

/** The kinds of message that one event makes. */
export function kindsOf(event: StoredEvent): readonly Message['kind'][] {
  if (categoryOf(event.stream) === 'incident') return incidentKindsOf(event);
  const kind = buyerKindOf(event as unknown as OrderEvent);
  return kind === null ? ['ORDER_EVENT'] : [kind, 'ORDER_EVENT'];
}

/** Where a buyer sees an order, by its number. */
export type OrderUrl = (orderNumber: string) => string;

/** Turns events into messages at the moment of sending: the buyer's address is opened here and kept nowhere. */
export class Messages {
  constructor(
    private readonly commands: CommandHandling,
    private readonly secrets: OrderSecrets,
    private readonly orderUrl: OrderUrl,
    private readonly incidents?: IncidentMessages,
  ) {}

  /** Null when the event belongs to nothing. Throws KeyMissing, StoreUnavailable and StreamNotUnderstood: try again later. */
  async of(event: StoredEvent, kind: Message['kind'], notifierId: string): Promise<Message | null> {
    return isIncidentKind(kind) ? ((await this.incidents?.of(event, kind, notifierId)) ?? null) : this.ofOrder(event, kind, notifierId);
  }

  private async ofOrder(event: StoredEvent, kind: Kind, notifierId: string): Promise<OrderMessage | null> {
    const orderId = idOf(event.stream);
    const state = await this.orderOf(orderId, event.revision);
    if (state === null) return null;
    const { orderNumber, locale } = state.submitted;
    const to = kind === 'ORDER_EVENT' ? undefined : await this.addressOf(state);
    return {
      messageId: derivedId('message', event.eventId, kind, notifierId),
      kind,
      orderId,
      orderNumber,
      locale,
      orderUrl: this.orderUrl(orderNumber),
      ...(to === undefined ? {} : { to }),
      payload: payloadOf(event, state),
    };
  }

  private async orderOf(orderId: string, revision: number): Promise<SubmittedOrder | null> {
    const cached = await this.commands.load(aggregates.order, orderId, false);
    const { state } = cached.revision >= revision ? cached : await this.commands.load(aggregates.order, orderId, true);
    return isSubmitted(state) ? state : null;
  }

  private async addressOf({ orderId, submitted }: SubmittedOrder): Promise<string | undefined> {
    if (submitted.buyer.contact === undefined) return undefined;
    try {
      return (await this.secrets.openContact(orderId, submitted.buyer.contact)).email;
    } catch (error) {
      // A damaged address will not heal; everybody else still hears of the event.
      if (error instanceof SealBroken) return undefined;
      throw error;
    }
  }
}

/** What the shop's own systems may know: ids, amounts and where the order stands now. */
function payloadOf(event: StoredEvent, state: SubmittedOrder): Message['payload'] {
  const { skuId, quantity, amount, buyer, checkoutId } = state.submitted;
  const phase = phaseOf(state);
  return {
    eventId: event.eventId,
    event: event.type,
    revision: event.revision,
    occurredAt: event.occurredAt,
    skuId,
    quantity,
    amount,
    buyerRef: buyer.ref,
    ...(checkoutId === undefined ? {} : { checkoutId }),
    status: statusOf(phase),
    phase,
  };
}
