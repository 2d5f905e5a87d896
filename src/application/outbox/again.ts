import type { StoredEvent } from '../../domain/kernel/event';
import { streams } from '../../domain/kernel/ids';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import { isIncidentKind, type Message, type Notifier } from '../ports/notifier';
import type { ParkedMessage } from '../ports/outbox-cursor';
import type { LaneObserver } from './lanes';
import { kindsOf } from './messages';
import type { RetryEnd } from './retries';
import type { Sender } from './sender';

export interface AgainKit {
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec;
  readonly notifiers: readonly Notifier[];
  readonly sender: Sender;
  readonly observer: LaneObserver;
}

/** Events of one order that are told again at most; no order has so many. */
const EVENTS_MAX = 10_000;

/** Finds in the log what is to be told once more, and tells it. */
export class Again {
  constructor(private readonly kit: AgainKit) {}

  notifier(endpointId: string): Notifier | undefined {
    return this.kit.notifiers.find(({ id }) => id === endpointId);
  }

  /** Sends what was parked. Never rejects. */
  async send({ notifierId, orderId, revision, kind }: ParkedMessage, signal: AbortSignal): Promise<RetryEnd> {
    const { sender, observer } = this.kit;
    const notifier = this.notifier(notifierId);
    // An endpoint that was taken away wants nothing any more.
    if (notifier === undefined) {
      observer.refused(notifierId, orderId, 'ENDPOINT_REMOVED');
      return { outcome: 'unwanted' };
    }
    try {
      const [event] = await this.read(isIncidentKind(kind) ? streams.incident(orderId) : streams.order(orderId), revision, 1);
      if (event === undefined) return { outcome: 'retry', why: 'EVENT_NOT_READ' };
      const end = await sender.send(event, kind, notifier, signal);
      if (end.outcome === 'sent') observer.sent(notifierId, kind);
      if (end.outcome === 'refused') observer.refused(notifierId, orderId, end.why);
      return end;
    } catch (error) {
      return { outcome: 'retry', why: error instanceof Error ? error.name : 'UNKNOWN' };
    }
  }

  /** Everything that an order has made so far, in order. Throws StoreUnavailable. */
  async historyOf(orderId: string): Promise<readonly { readonly event: StoredEvent; readonly kind: Message['kind'] }[]> {
    const events = await this.read(streams.order(orderId), 0, EVENTS_MAX);
    return events.flatMap((event) => kindsOf(event).map((kind) => ({ event, kind })));
  }

  private async read(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    const { store, codec } = this.kit;
    return (await store.read(stream, { from, limit })).flatMap((stored) => {
      const decoded = codec.decode(stored);
      return decoded.outcome === 'read' ? [decoded.event] : [];
    });
  }
}
