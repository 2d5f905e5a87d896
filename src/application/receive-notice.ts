import { derivedId, orderIdOfReference } from '../domain/kernel/ids';
import type { QuarantinedNotice } from '../domain/notice/events';
import { findPayment } from '../domain/order/state';
import { aggregates, streamOf } from './aggregates';
import type { CommandContext, CommandHandling } from './handle-command';
import { clipped, receiveNotice, type NoticeAnswer, type NoticeOutcome, type NoticeRoom } from './notice-door';
import type { GatewayNotice, Gateways, IncomingNotice, PaymentGateway } from './ports/gateway';

/** Counts what came in. */
export interface NoticeObserver {
  received(gatewayId: string, outcome: NoticeOutcome): void;
}

type QuarantineCause = QuarantinedNotice['cause'];

/** Where gateways ring. A genuine notice is stored before the gateway hears that it was taken; it is a hint, nobody is credited for it. */
export class NoticeDesk implements NoticeRoom<GatewayNotice, QuarantineCause, PaymentGateway> {
  constructor(
    private readonly gateways: Gateways,
    private readonly commands: CommandHandling,
    private readonly observer: NoticeObserver,
  ) {}

  receive(gatewayId: string, notice: IncomingNotice): Promise<NoticeAnswer> {
    return receiveNotice(this, gatewayId, notice);
  }

  find(gatewayId: string): PaymentGateway | undefined {
    return this.gateways.find(gatewayId);
  }

  received(gatewayId: string, outcome: NoticeOutcome): void {
    this.observer.received(gatewayId, outcome);
  }

  async record(
    gatewayId: string,
    { merchantId }: PaymentGateway,
    { noticeId, facts }: GatewayNotice,
    bodyHash: string,
  ): Promise<'recorded' | 'already-so' | QuarantineCause> {
    if (facts.merchantId !== merchantId) return 'FOREIGN_MERCHANT';
    const { reference } = facts;
    const orderId = orderIdOfReference(reference);
    if (orderId === null) return 'UNKNOWN_ORDER';
    const { state } = await this.commands.load(aggregates.order, orderId, true);
    const payment = findPayment(state, reference);
    if (payment === undefined) return 'UNKNOWN_ORDER';
    if (payment.gatewayId !== gatewayId) return 'OTHER_GATEWAY';
    const command = {
      type: 'RecordNotice',
      reference,
      gatewayId,
      noticeId,
      claimedStatus: facts.status,
      claimedCapturedMinor: facts.capturedMinor,
    } as const;
    const handled = await this.commands.handle(aggregates.order, orderId, command, this.contextOf(gatewayId, noticeId, bodyHash, orderId));
    // An order that takes no more events keeps its notice beside it, as evidence.
    if (handled.outcome === 'rejected') return 'UNKNOWN_ORDER';
    return handled.events.length > 0 ? 'recorded' : 'already-so';
  }

  async quarantine(gatewayId: string, noticeId: string, cause: QuarantineCause, bodyHash: string, notice?: GatewayNotice): Promise<void> {
    const facts = notice?.facts;
    const id = derivedId('notice', gatewayId, bodyHash);
    const kept =
      facts === undefined
        ? {}
        : {
            reference: clipped(facts.reference),
            claimedStatus: facts.status,
            claimedCapturedMinor: facts.capturedMinor,
            currency: clipped(facts.currency),
          };
    const command = { type: 'QuarantineNotice', gatewayId, noticeId, cause, bodyHash, ...kept } as const;
    await this.commands.handle(aggregates.notice, id, command, this.contextOf(gatewayId, noticeId, bodyHash, streamOf(aggregates.notice, id)));
  }

  /** Derived from the notice id and its content: the same notice again is the same command, and changes nothing. */
  private contextOf(gatewayId: string, noticeId: string, bodyHash: string, correlationId: string): CommandContext {
    const commandId = derivedId('notice', gatewayId, noticeId, bodyHash);
    return { commandId, correlationId, causationId: noticeId, actor: { kind: 'GATEWAY', id: gatewayId }, fingerprint: bodyHash };
  }
}
