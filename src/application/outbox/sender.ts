import type { StoredEvent } from '../../domain/kernel/event';
import { Slots } from '../engine/slots';
import type { Message, Notifier, SendResult } from '../ports/notifier';
import type { Messages } from './messages';

/** Messages on their way to one endpoint at once: a dead one keeps no other waiting. */
const SENDS_PER_NOTIFIER_MAX = 16;

const NOT_OURS = { outcome: 'retry', why: 'LEASE_LOST' } as const;

/** Makes one message and hands it to one notifier. Never rejects. */
export class Sender {
  private readonly slots = new Map<string, Slots>();

  /** `mayAct` is asked just before a message leaves. */
  constructor(
    private readonly messages: Messages,
    private readonly mayAct: () => boolean,
  ) {}

  async send(
    event: StoredEvent,
    kind: Message['kind'],
    notifier: Notifier,
    signal: AbortSignal,
  ): Promise<SendResult | { readonly outcome: 'unwanted' }> {
    try {
      const message = await this.messages.of(event, kind, notifier.id);
      if (message === null || !notifier.wants(message)) return { outcome: 'unwanted' };
      return await this.slotsOf(notifier.id).run(async () => (this.mayAct() ? notifier.send(message, signal) : NOT_OURS));
    } catch (error) {
      return { outcome: 'retry', why: error instanceof Error ? error.name : 'UNKNOWN' };
    }
  }

  private slotsOf(notifierId: string): Slots {
    const slots = this.slots.get(notifierId) ?? new Slots(SENDS_PER_NOTIFIER_MAX);
    this.slots.set(notifierId, slots);
    return slots;
  }
}
