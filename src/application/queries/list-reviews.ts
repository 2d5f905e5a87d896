import { toIso, type Instant } from '../../domain/kernel/time';
import { choicesOf } from '../../domain/order/actions';
import type { ReviewChoice } from '../../domain/order/commands';
import { openReviews, REVIEW_KINDS, reviewKindOf, type ReviewKind } from '../../domain/order/reviews';
import { isSubmitted, type SubmittedOrder } from '../../domain/order/state';
import type { OrderRow } from '../../projections/orders';
import type { ReviewRow } from '../../projections/reviews';
import { requireRole } from '../authorise';
import type { Caller, Rights, Role } from '../caller';
import { mayChoose } from '../commands/resolve-review';
import { encodeCursor, filterHashOf, type CursorScope, type Mac } from '../cursor';
import type { Filter, ReadModels, Row } from '../ports/read-models';
import type { StoreClock } from '../store-clock';
import { viewOfRow } from './order-list';
import type { OrderView } from './order-view';
import { assertFirst, placeOf, TOTAL_COUNT_CAP, type Page, type PageRequest } from './page';
import { Query, type QueryHandler } from './query';
import type { ReviewDeadlines } from './review-deadlines';

/** One question that only a person, or the answer itself, settles. */
export interface ReviewView {
  /** Names what is asked, e.g. `payment:<reference>`; 'frozen' for a frozen order. */
  readonly subject: string;
  /** The word before the colon of the subject. */
  readonly kind: ReviewKind;
  readonly cause: string;
  readonly openedAt: string;
  readonly ageMs: number;
  /** When a person should have answered it. */
  readonly dueAt: string;
  readonly overdue: boolean;
  /** The ways out that the order would take now and the reader may take. */
  readonly choices: readonly ReviewChoice[];
}

export interface ReviewedOrder {
  readonly order: OrderView;
  /** The one that this line of the queue is about. */
  readonly review: ReviewView;
  /** Everything that the order waits for, oldest first. */
  readonly reviews: readonly ReviewView[];
}

/** All conditions must hold. */
export interface ReviewFilter {
  readonly kinds?: readonly ReviewKind[];
  readonly overdue?: boolean;
}

/** What waits for a person, the most overdue first. */
export class ListReviews extends Query<Page<ReviewedOrder>> {
  static readonly operation = 'reviews';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly page: PageRequest,
    readonly filter: ReviewFilter = {},
  ) {
    super();
  }
}

/** A row of the queue and when it is due. */
interface Due {
  readonly row: Row<ReviewRow>;
  readonly dueAt: Instant;
}

export class ListReviewsHandler implements QueryHandler<ListReviews> {
  readonly query = ListReviews;
  constructor(
    private readonly readModels: ReadModels,
    private readonly mac: Mac,
    private readonly clock: Pick<StoreClock, 'now'>,
    private readonly deadlines: ReviewDeadlines,
  ) {}

  async execute({ caller, page, filter }: ListReviews): Promise<Page<ReviewedOrder>> {
    requireRole(ListReviews, caller);
    assertFirst(page.first);
    const now = this.clock.now();
    const kinds = filter.kinds ?? REVIEW_KINDS;
    const scope: CursorScope = {
      model: 'reviews',
      sort: 'dueAt:asc',
      filterHash: filterHashOf({ kind: { in: kinds }, overdue: { eq: filter.overdue ?? null } }),
    };
    const place = placeOf(page.after, scope, this.mac);
    const after = typeof place?.value === 'number' ? { value: place.value, key: place.key } : undefined;
    // Each kind has its own time to be answered in, and within a kind the oldest is due first: so the lists merge into one by due time.
    const [lists, counts] = await Promise.all([
      Promise.all(kinds.map((kind) => this.dueOf(kind, filter.overdue, now, page.first + 1, after))),
      page.uncounted === true
        ? null
        : Promise.all(kinds.map((kind) => this.readModels.count('reviews', this.filterOf(kind, filter.overdue, now), TOTAL_COUNT_CAP))),
    ]);
    const due = lists.flat().sort((a, b) => a.dueAt - b.dueAt || (a.row.key < b.row.key ? -1 : 1));
    const shown = due.slice(0, page.first);
    const orders = await this.readModels.getMany<OrderRow>('orders', [...new Set(shown.map(({ row }) => row.value.orderId))]);
    const byId = new Map(orders.map((row) => [row.key, row]));
    const edges = shown.flatMap(({ row, dueAt }) => {
      const order = byId.get(row.value.orderId);
      const node = order === undefined ? null : this.reviewed(order, row.value.subject, caller.role, now);
      return node === null ? [] : [{ node, cursor: encodeCursor({ value: dueAt, key: row.key }, scope, this.mac) }];
    });
    const totalCount =
      counts === null
        ? null
        : Math.min(
            TOTAL_COUNT_CAP,
            counts.reduce((sum, count) => sum + count, 0),
          );
    return { edges, hasNextPage: due.length > page.first, totalCount };
  }

  private filterOf(kind: ReviewKind, overdue: boolean | undefined, now: Instant): Filter {
    const openedBy = now - this.deadlines[kind];
    return { kind: { eq: kind }, ...(overdue === undefined ? {} : { openedAt: overdue ? { lte: openedBy } : { gt: openedBy } }) };
  }

  private async dueOf(
    kind: ReviewKind,
    overdue: boolean | undefined,
    now: Instant,
    limit: number,
    after: { readonly value: number; readonly key: string } | undefined,
  ): Promise<readonly Due[]> {
    const withinMs = this.deadlines[kind];
    const rows = await this.readModels.find<ReviewRow>('reviews', {
      filter: this.filterOf(kind, overdue, now),
      sort: { field: 'openedAt', direction: 'asc' },
      limit,
      ...(after === undefined ? {} : { after: { value: after.value - withinMs, key: after.key } }),
    });
    return rows.map((row) => ({ row, dueAt: row.value.openedAt + withinMs }));
  }

  /** Null when the order's own row says that it is answered already. */
  private reviewed(row: Row<OrderRow>, subject: string, role: Role, now: Instant): ReviewedOrder | null {
    const { state } = row.value as { readonly state: SubmittedOrder };
    if (!isSubmitted(state)) return null;
    const reviews = reviewViews(state, this.deadlines, role, now);
    const review = reviews.find((one) => one.subject === subject);
    return review === undefined ? null : { order: viewOfRow(row), review, reviews };
  }
}

/** What of an order waits for a person, oldest first, with what this reader may do about each. */
export function reviewViews(state: SubmittedOrder, deadlines: ReviewDeadlines, role: Role, now: Instant): readonly ReviewView[] {
  return openReviews(state).map(({ subject, cause, openedAt }) => {
    const kind = reviewKindOf(subject);
    const dueAt = openedAt + deadlines[kind];
    return {
      subject,
      kind,
      cause,
      openedAt: toIso(openedAt),
      ageMs: Math.max(0, now - openedAt),
      dueAt: toIso(dueAt),
      overdue: now >= dueAt,
      choices: choicesOf(state, subject, now).filter((choice) => mayChoose(role, choice)),
    };
  });
}
