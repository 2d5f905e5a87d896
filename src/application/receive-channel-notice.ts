import { derivedId, orderIdOfReference } from '../domain/kernel/ids';
import type { ChannelNoticeEvent } from '../domain/notice/channel-notice';
import type { Instant } from '../domain/kernel/time';
import type { OrderCommand } from '../domain/order/commands';
import { findPurchase } from '../domain/order/goods';
import { isPurchaseOpen, type Purchase } from '../domain/order/purchase';
import { isSubmitted, type SubmittedOrder } from '../domain/order/state';
import type { PurchaseAnswer } from '../domain/order/purchase-commands';
import { aggregates, streamOf } from './aggregates';
import type { CommandContext, CommandHandling } from './handle-command';
import { clipped, receiveNotice, type NoticeAnswer, type NoticeOutcome, type NoticeRoom } from './notice-door';
import type { ChannelNotice, Channels, IssuingChannel, PurchaseFacts } from './ports/channel';
import type { IncomingNotice } from './ports/outside-call';
import { ownerOf } from './order-secrets';
import { type ReceivingKit, reportOf } from './received-cards';

type Cause = ChannelNoticeEvent['data']['cause'];

export interface ChannelNoticeObserver {
  received(channelId: string, outcome: NoticeOutcome): void;
}

/**
 * Where channels ring. A genuine notice is stored before the channel hears that it was taken. It is a hint, and the channel is asked;
 * only where it cannot be asked, its signed word counts.
 */
export class ChannelNoticeDesk implements NoticeRoom<ChannelNotice, Cause, IssuingChannel> {
  constructor(
    private readonly channels: Channels,
    private readonly commands: CommandHandling,
    private readonly kit: ReceivingKit,
    private readonly isReusable: (skuId: string) => boolean,
    private readonly observer: ChannelNoticeObserver,
  ) {}

  receive(channelId: string, notice: IncomingNotice): Promise<NoticeAnswer> {
    return receiveNotice(this, channelId, notice);
  }

  find(channelId: string): IssuingChannel | undefined {
    return this.channels.find(channelId);
  }

  received(channelId: string, outcome: NoticeOutcome): void {
    this.observer.received(channelId, outcome);
  }

  async record(
    channelId: string,
    { flags }: IssuingChannel,
    { noticeId, facts }: ChannelNotice,
    bodyHash: string,
  ): Promise<'recorded' | 'already-so' | Cause> {
    const { requestId, status } = facts;
    const orderId = orderIdOfReference(requestId);
    if (orderId === null) return 'UNKNOWN_ORDER';
    const { state } = await this.commands.load(aggregates.order, orderId, true);
    const purchase = findPurchase(state, requestId);
    if (purchase === undefined || !isSubmitted(state)) return 'UNKNOWN_ORDER';
    if (purchase.channelId !== channelId) return 'OTHER_CHANNEL';
    const canBeAsked = flags.lookup || flags.cancel || (flags.replay && isPurchaseOpen(purchase));
    const answer = canBeAsked ? null : await this.wordOf(state, purchase, facts);
    const command = (at: Instant): OrderCommand =>
      answer === null
        ? { type: 'RecordPurchaseNotice', requestId, channelId, noticeId, claimedStatus: status }
        : { type: 'RecordPurchaseAnswer', requestId, answer, first: false, at };
    const handled = await this.commands.handle(aggregates.order, orderId, command, contextOf(channelId, noticeId, bodyHash, orderId));
    // An order that takes no more events keeps its notice beside it, as evidence.
    if (handled.outcome === 'rejected') return 'UNKNOWN_ORDER';
    return handled.events.length > 0 ? 'recorded' : 'already-so';
  }

  /** A channel that cannot be asked is believed at its signed word: what it names are goods, and nobody is credited for them. */
  private async wordOf(
    { orderId, submitted }: SubmittedOrder,
    { requestId, request: { skuId } }: Purchase,
    facts: PurchaseFacts,
  ): Promise<PurchaseAnswer> {
    const receiving = { skuId, requestId, reusable: this.isReusable(skuId) };
    return { kind: 'REPORTED', report: await reportOf(this.kit, ownerOf(orderId, submitted), receiving, facts) };
  }

  async quarantine(channelId: string, noticeId: string, cause: Cause, bodyHash: string, notice?: ChannelNotice): Promise<void> {
    const id = derivedId('channel-notice', channelId, bodyHash);
    const command = { type: 'QuarantineChannelNotice', channelId, noticeId, cause, bodyHash, ...(notice && keptOf(notice)) } as const;
    const context = contextOf(channelId, noticeId, bodyHash, streamOf(aggregates.channelNotice, id));
    await this.commands.handle(aggregates.channelNotice, id, command, context);
  }
}

/** Codes stay out of it. */
const keptOf = ({ facts }: ChannelNotice) => ({
  requestId: clipped(facts.requestId),
  claimedStatus: facts.status,
  claimedCards: facts.cards.length + facts.malformedCards,
  claimedUnitCostMinor: facts.unitCostMinor,
  currency: clipped(facts.currency),
});

/** Derived from the notice id and its content: the same notice again is the same command, and changes nothing. */
function contextOf(channelId: string, noticeId: string, bodyHash: string, correlationId: string): CommandContext {
  const commandId = derivedId('channel-notice', channelId, noticeId, bodyHash);
  return { commandId, correlationId, causationId: noticeId, actor: { kind: 'CHANNEL', id: channelId }, fingerprint: bodyHash };
}
