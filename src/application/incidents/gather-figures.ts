import type { IncidentFigures, IncidentSubject } from '../../domain/incident/events';
import { concerns, figuresOf, LEAD_MS, wasConcerned, type OrderHistory } from '../../domain/incident/figures';
import type { StoredEvent } from '../../domain/kernel/event';
import { streams } from '../../domain/kernel/ids';
import type { Instant } from '../../domain/kernel/time';
import type { OrderState } from '../../domain/order/state';
import type { OrderRow } from '../../projections/orders';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import { rowPages } from '../row-pages';

export interface FiguresKit {
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec;
  readonly readModels: Pick<ReadModels, 'find'>;
}

const PAGE_ROWS = 500;
/** Orders that something happened to since, of which so many are looked at, and of those concerned so many histories are read. */
const ROWS_MAX = 20_000;
const HISTORIES_MAX = 1_000;
/** Histories that are read to find those. */
const HISTORIES_READ_MAX = 5_000;

interface Concerned {
  readonly id: string;
  readonly state: OrderState;
}

/** Reads what the orders concerned went through since `since`. Rejects while a store is away. */
export async function gatherFigures(kit: FiguresKit, subject: IncidentSubject, since: Instant): Promise<IncidentFigures> {
  const from = since - LEAD_MS;
  const concerned: Concerned[] = [];
  let isWhole = false;
  for await (const rows of rowPages<OrderRow>(kit.readModels, 'orders', {
    filter: { lastEventAt: { gte: from } },
    sort: { field: 'lastEventAt', direction: 'asc' },
    pageRows: PAGE_ROWS,
    pagesMax: ROWS_MAX / PAGE_ROWS,
  })) {
    for (const { key, value } of rows) if (concerns(subject, value.state, from)) concerned.push({ id: key, state: value.state });
    isWhole = rows.length < PAGE_ROWS;
  }
  const histories: OrderHistory[] = [];
  let read = 0;
  for (; read < concerned.length && histories.length < HISTORIES_MAX && read < HISTORIES_READ_MAX; read++) {
    const { id, state } = concerned[read] as Concerned;
    const history = { state, events: await eventsOf(kit, id) };
    if (wasConcerned(subject, history, from)) histories.push(history);
  }
  const unread = concerned.length - read;
  return figuresOf(subject, histories, from, { orders: histories.length + unread, truncated: !isWhole || unread > 0 });
}

/** An order has a few hundred events at most, which is one read. */
async function eventsOf({ store, codec }: FiguresKit, orderId: string): Promise<readonly StoredEvent[]> {
  const stored = await store.read(streams.order(orderId), { from: 0 });
  return stored.flatMap((event) => {
    const decoded = codec.decode(event);
    return decoded.outcome === 'read' ? [decoded.event] : [];
  });
}
