import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { toIso } from '../../domain/kernel/time';
import type { OrderRow } from '../../projections/orders';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Mac } from '../cursor';
import type { ReadModels, Row } from '../ports/read-models';
import type { StoreClock } from '../store-clock';
import { viewOfRow } from './order-list';
import type { OrderView } from './order-view';
import { pageOf, type Page, type PageRequest } from './page';

/** One question that only a person, or the answer itself, settles. */
export interface ReviewView {
  /** Names what is asked, e.g. `payment:<reference>`; 'frozen' for a frozen order. */
  readonly subject: string;
  readonly cause: string;
  readonly openedAt: string;
  readonly ageMs: number;
}

export interface ReviewedOrder {
  readonly order: OrderView;
  /** At least one, oldest first. */
  readonly reviews: readonly ReviewView[];
}

/** Orders that wait for a person, the longest waiting first. */
export class ListReviews extends Query<Page<ReviewedOrder>> {
  static readonly operation = 'reviews';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListReviews)
export class ListReviewsHandler implements IQueryHandler<ListReviews, Page<ReviewedOrder>> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  async execute({ caller, page }: ListReviews): Promise<Page<ReviewedOrder>> {
    requireRole(ListReviews, caller);
    const list = { model: 'orders', filter: { inReview: { eq: 1 } }, sort: { field: 'reviewSince', direction: 'asc' } } as const;
    return pageOf<OrderRow, ReviewedOrder>(this.readModels, this.mac, list, page, (row) => this.reviewed(row));
  }

  private reviewed(row: Row<OrderRow>): ReviewedOrder {
    const { reviews, frozen } = row.value.state;
    const open = [...reviews, ...(frozen === undefined ? [] : [{ subject: 'frozen', cause: frozen.cause, openedAt: frozen.at }])].sort(
      (a, b) => a.openedAt - b.openedAt,
    );
    const now = this.clock.now();
    return {
      order: viewOfRow(row),
      reviews: open.map(({ subject, cause, openedAt }) => ({ subject, cause, openedAt: toIso(openedAt), ageMs: Math.max(0, now - openedAt) })),
    };
  }
}
