import { createHash } from 'node:crypto';
import { derivedId, orderIdOfReference } from '../domain/kernel/ids';
import type { QuarantinedNotice } from '../domain/notice/events';
import { findPayment } from '../domain/order/state';
import { aggregates, streamOf } from './aggregates';
import { StreamNotUnderstood, TooContended } from './errors';
import type { CommandContext, CommandHandling } from './handle-command';
import type { GatewayNotice, Gateways, IncomingNotice, PaymentFacts, PaymentGateway } from './ports/gateway';
import { StoreUnavailable } from './ports/event-store';

/** What the gateway hears. Anything but a success makes it send the notice again later. */
export interface NoticeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Counts what came in; nothing about a forged notice is worth more than a number. */
export interface NoticeObserver {
  received(gatewayId: string, outcome: 'recorded' | 'already-so' | 'quarantined' | 'unreadable' | 'forged' | 'unknown-gateway' | 'store-away'): void;
}

const NOTICE_BYTES_MAX = 64 * 1_024;
/** Facts of a quarantined notice are kept as text of at most so many characters. */
const KEPT_CHARACTERS_MAX = 256;

type QuarantineCause = QuarantinedNotice['cause'];

const json = (status: number, body: object): NoticeAnswer => ({ status, contentType: 'application/json', body: JSON.stringify(body) });

/** Exactly the bytes that came: evidence, and the name under which a repeat is recognised. */
const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
const clipped = (text: string): string => text.slice(0, KEPT_CHARACTERS_MAX);

/** Where gateways ring. A genuine notice is stored before the gateway hears that it was taken; it is a hint, nobody is credited for it. */
export class NoticeDesk {
  constructor(
    private readonly gateways: Gateways,
    private readonly commands: CommandHandling,
    private readonly observer: NoticeObserver,
  ) {}

  async receive(gatewayId: string, notice: IncomingNotice): Promise<NoticeAnswer> {
    if (notice.body.length > NOTICE_BYTES_MAX) return json(413, { ok: false });
    const gateway = this.gateways.find(gatewayId);
    if (gateway === undefined) return this.tell(gatewayId, 'unknown-gateway', json(404, { ok: false }));
    const check = gateway.verifyNotice(notice);
    if (check.outcome === 'forged') return this.tell(gatewayId, 'forged', json(401, { ok: false }));
    try {
      if (check.outcome === 'genuine')
        return await this.take(gatewayId, gateway, { ...check.notice, noticeId: clipped(check.notice.noticeId) }, notice.body);
      await this.quarantine(gatewayId, hashOf(notice.body), 'UNREADABLE', notice.body);
      return this.tell(gatewayId, 'unreadable', json(400, { ok: false }));
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof TooContended || error instanceof StreamNotUnderstood)) throw error;
      return this.tell(gatewayId, 'store-away', json(503, { ok: false }));
    }
  }

  private tell(gatewayId: string, outcome: Parameters<NoticeObserver['received']>[1], answer: NoticeAnswer): NoticeAnswer {
    this.observer.received(gatewayId, outcome);
    return answer;
  }

  private async take(gatewayId: string, gateway: PaymentGateway, notice: GatewayNotice, body: Buffer): Promise<NoticeAnswer> {
    const { facts } = notice;
    const misfit = facts.merchantId === gateway.merchantId ? await this.record(gatewayId, notice, body) : 'FOREIGN_MERCHANT';
    if (misfit === 'recorded' || misfit === 'already-so') return this.tell(gatewayId, misfit, gateway.noticeAccepted);
    await this.quarantine(gatewayId, notice.noticeId, misfit, body, facts);
    return this.tell(gatewayId, 'quarantined', gateway.noticeAccepted);
  }

  /** Stores the notice on its order, or says why it fits none. */
  private async record(gatewayId: string, { noticeId, facts }: GatewayNotice, body: Buffer): Promise<'recorded' | 'already-so' | QuarantineCause> {
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
    const handled = await this.commands.handle(aggregates.order, orderId, command, this.contextOf(gatewayId, noticeId, hashOf(body), orderId));
    // An order that takes no more events keeps its notice beside it, as evidence.
    if (handled.outcome === 'rejected') return 'UNKNOWN_ORDER';
    return handled.events.length > 0 ? 'recorded' : 'already-so';
  }

  private async quarantine(gatewayId: string, noticeId: string, cause: QuarantineCause, body: Buffer, facts?: PaymentFacts): Promise<void> {
    const bodyHash = hashOf(body);
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
