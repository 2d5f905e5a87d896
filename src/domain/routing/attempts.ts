import type { OrderEvent } from '../order/events';
import { SILENT } from '../order/resolve';
import { NEVER_SENT } from '../order/timing';
import type { Account } from './account';
import type { AttemptOutcome } from './health';

export type AttemptNews =
  | { readonly kind: 'begun'; readonly id: string; readonly account: Account }
  | { readonly kind: 'ended'; readonly id: string; readonly outcome: AttemptOutcome }
  /** It never left this shop: it says nothing of the other side. */
  | { readonly kind: 'dropped'; readonly id: string };

const begun = (id: string, account: Account): AttemptNews => ({ kind: 'begun', id, account });
const ended = (id: string, outcome: AttemptOutcome): AttemptNews => ({ kind: 'ended', id, outcome });

/** An unknown outcome: the other side was silent, or what came was no answer, or it was our own performer that fell silent. */
function lost(id: string, cause: string): AttemptNews {
  if (cause === SILENT.cause) return { kind: 'dropped', id };
  return ended(id, cause === 'TIMEOUT' ? 'TIMED_OUT' : 'FAILED');
}
const notDone = (id: string, cause: string): AttemptNews => (cause === NEVER_SENT ? { kind: 'dropped', id } : ended(id, 'FAILED'));

const purchaseNews = (event: OrderEvent): AttemptNews | null => {
  switch (event.type) {
    case 'PurchaseRequested':
      return begun(event.data.requestId, `channel:${event.data.channelId}`);
    case 'PurchaseTimedOut':
      return lost(event.data.requestId, event.data.cause);
    case 'PurchaseRefused': {
      const { requestId, proof, reason } = event.data;
      return proof === 'NOT_DONE' ? notDone(requestId, reason) : ended(requestId, 'GOOD');
    }
    case 'PurchaseCompleted':
    case 'PurchasePartlyCompleted':
    case 'PurchaseCancelled':
    case 'PurchaseChecked':
      return ended(event.data.requestId, 'GOOD');
    default:
      return null;
  }
};

/**
 * What an event of an order says of a gateway's or channel's health. Only the first answer to each request counts (whoever keeps the
 * open ones forgets an id once it has ended): later questions about a doubt would count one misfortune many times.
 */
export function attemptNews(event: OrderEvent): AttemptNews | null {
  switch (event.type) {
    case 'PaymentRequested':
      return begun(event.data.reference, `gateway:${event.data.gatewayId}`);
    case 'PaymentTimedOut':
      return event.data.call === 'request' ? lost(event.data.reference, event.data.cause) : null;
    case 'RetryScheduled':
      // Of payments, only requests that were not done are scheduled anew.
      return event.data.step === 'payment' ? notDone(event.data.reference, event.data.cause) : null;
    case 'PaymentOpened':
    case 'PaymentConfirmed':
    case 'PaymentDeclined':
      return ended(event.data.reference, 'GOOD');
    default:
      return purchaseNews(event);
  }
}
