import type { StoredEvent } from '../../domain/kernel/event';
import { ERASED_BUYER, withoutBuyer } from '../../domain/order/erase';
import type { OrderState, SubmittedOrder } from '../../domain/order/state';

/** What an event says of the buyer besides what is sealed, by name. */
const FORGOTTEN: ReadonlySet<string> = new Set(['contactKeys', 'client', 'returnUrl', 'payUrl', 'qrText', 'risk']);

function forgotten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forgotten);
  if (value === null || typeof value !== 'object') return value;
  if ('kid' in value && 'ct' in value) return ERASED_BUYER;
  const members = Object.entries(value).filter(([name]) => !FORGOTTEN.has(name));
  return Object.fromEntries(members.map(([name, member]) => [name, name === 'buyer' ? { ref: ERASED_BUYER } : forgotten(member)]));
}

/** An event of an order that has forgotten its buyer, as it is shown to anybody. What is stored stays as it is. */
export const erasedEvent = (event: StoredEvent): StoredEvent => ({ ...event, data: forgotten(event.data) as StoredEvent['data'] });

/** How an order stood before, as far as it may still be told: `now` is the order as it is. */
export const asItMayBeTold = (then: SubmittedOrder, now: OrderState): SubmittedOrder => (now.erasedAt === undefined ? then : withoutBuyer(then));
