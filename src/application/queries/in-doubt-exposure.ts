import { money, type Money } from '../../domain/kernel/money';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/kernel/time';
import { doubtsOf, type Doubt } from '../../domain/order/open-money';
import type { OrderRow } from '../../projections/orders';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ReadModels } from '../ports/read-models';
import { rowPages } from '../row-pages';
import type { StoreClock } from '../store-clock';
import { Query, type QueryHandler } from './query';

/** Ages at which a doubt means something else: a slow answer, an outage, a case for people. Upper bounds, the last one open. */
const BUCKETS: readonly { readonly name: string; readonly belowMs: number }[] = [
  { name: 'UNDER_1_MINUTE', belowMs: MINUTE_MS },
  { name: 'UNDER_10_MINUTES', belowMs: 10 * MINUTE_MS },
  { name: 'UNDER_1_HOUR', belowMs: HOUR_MS },
  { name: 'UNDER_1_DAY', belowMs: DAY_MS },
  { name: 'OVER_1_DAY', belowMs: Infinity },
];

/** Read at a time, and in all: beyond that the answer says that it is not the whole. */
const ROWS_PER_READ = 500;
const ORDERS_READ_MAX = 20_000;

/** Calls of one kind to one gateway or channel, of one age, whose outcome nobody knows. */
export interface Exposure {
  readonly kind: Doubt['kind'];
  readonly partyId: string;
  readonly age: string;
  readonly count: number;
  readonly amount: Money;
}

export interface ExposureView {
  readonly exposures: readonly Exposure[];
  /** There are more orders in doubt than are counted here. */
  readonly truncated: boolean;
}

/** How much money hangs on outcomes that nobody knows. */
export class InDoubtExposure extends Query<ExposureView> {
  static readonly operation = 'inDoubtExposure';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export class InDoubtExposureHandler implements QueryHandler<InDoubtExposure> {
  readonly query = InDoubtExposure;
  constructor(
    private readonly readModels: ReadModels,
    private readonly clock: Pick<StoreClock, 'now'>,
  ) {}

  async execute({ caller }: InDoubtExposure): Promise<ExposureView> {
    requireRole(InDoubtExposure, caller);
    const now = this.clock.now();
    const sums = new Map<string, Exposure>();
    let truncated = false;
    for await (const rows of rowPages<OrderRow>(this.readModels, 'orders', {
      filter: { inDoubt: { eq: 1 } },
      sort: { field: 'submittedAt', direction: 'asc' },
      pageRows: ROWS_PER_READ,
      pagesMax: ORDERS_READ_MAX / ROWS_PER_READ,
    })) {
      for (const { value } of rows) for (const doubt of doubtsOf(value.state)) addTo(sums, doubt, now - doubt.since);
      truncated = rows.length === ROWS_PER_READ;
    }
    return { exposures: sorted(sums), truncated };
  }
}

function addTo(sums: Map<string, Exposure>, { kind, partyId, amount }: Doubt, ageMs: number): void {
  const age = BUCKETS.find(({ belowMs }) => ageMs < belowMs)?.name ?? 'OVER_1_DAY';
  const key = JSON.stringify([kind, partyId, BUCKETS.findIndex(({ name }) => name === age), amount.currency]);
  const before = sums.get(key);
  const total = money((before?.amount.amountMinor ?? 0) + amount.amountMinor, amount.currency);
  sums.set(key, { kind, partyId, age, count: (before?.count ?? 0) + 1, amount: total });
}

const sorted = (sums: ReadonlyMap<string, Exposure>): readonly Exposure[] =>
  [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, exposure]) => exposure);
