import type { StoredEvent } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import type { OrderEvent } from '../domain/order/events';
import { reviewKindOf, type ReviewKind } from '../domain/order/reviews';
import { factOf } from './plain';
import type { Projection } from './projection';

/** One question that waits for a person. */
export type ReviewRow = {
  readonly orderId: string;
  readonly subject: string;
  /** What it is about: each kind has its own time to be answered in. */
  readonly kind: ReviewKind;
  readonly cause: string;
  readonly openedAt: Instant;
};

const FROZEN = 'frozen';

function subjectOf({ type, data }: OrderEvent): string | null {
  if (type === 'ReviewOpened' || type === 'ReviewResolved') return data.subject;
  return type === 'OrderFrozen' || type === 'OrderUnfrozen' ? FROZEN : null;
}

/** Every open review of every order, a freeze among them. A row goes when its review is closed. */
export const reviews: Projection<ReviewRow> = {
  name: 'reviews',
  version: 1,
  categories: ['order-'],
  indexes: [['kind', 'openedAt']],
  keys(event: StoredEvent) {
    const subject = subjectOf(factOf<OrderEvent>(event));
    return subject === null ? [] : [`${idOf(event.stream)}/${subject}`];
  },
  project(event, _row, key) {
    const { type, data, occurredAt } = factOf<OrderEvent>(event);
    if (type !== 'ReviewOpened' && type !== 'OrderFrozen') return null;
    const subject = key.slice(key.indexOf('/') + 1);
    return { orderId: idOf(event.stream), subject, kind: reviewKindOf(subject), cause: data.cause, openedAt: fromIso(occurredAt) };
  },
};
