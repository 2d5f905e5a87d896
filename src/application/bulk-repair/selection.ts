import type { BulkAction } from '../../domain/job/bulk-events';
import { BULK_ORDERS_MAX } from '../../domain/job/bulk';
import type { Instant } from '../../domain/kernel/time';
import type { OrderCommand } from '../../domain/order/commands';
import type { OrderRow } from '../../projections/orders';
import type { Filter, ReadModels, Row } from '../ports/read-models';

const PAGE_ROWS = 1_000;

/** What each order of a bulk repair is told: the same commands that people give one by one. */
export function commandOf(action: BulkAction, at: Instant): OrderCommand {
  switch (action) {
    case 'RETRY':
      return { type: 'RetryOrder', at };
    case 'REROUTE':
      return { type: 'RerouteOrder' };
    case 'REFUND':
      return { type: 'OrderRefund' };
  }
}

export interface Selection {
  readonly rows: readonly Row<OrderRow>[];
  readonly more: boolean;
}

/** The oldest orders that fit, up to the limit. Rejects with ReadModelsUnavailable. */
export async function selectOrders(readModels: Pick<ReadModels, 'find'>, filter: Filter, limit: number): Promise<Selection> {
  const wanted = Math.min(limit, BULK_ORDERS_MAX) + 1;
  const rows: Row<OrderRow>[] = [];
  while (rows.length < wanted) {
    const last = rows.at(-1);
    const size = Math.min(PAGE_ROWS, wanted - rows.length);
    const page = await readModels.find<OrderRow>('orders', {
      filter,
      sort: { field: 'submittedAt', direction: 'asc' },
      limit: size,
      ...(last === undefined ? {} : { after: { value: last.value.submittedAt, key: last.key } }),
    });
    rows.push(...page);
    if (page.length < size) break;
  }
  return { rows: rows.slice(0, wanted - 1), more: rows.length === wanted };
}
