/** What a label may say: one of these words, or at most so many different ones. Whatever else comes counts as "other". */
export type LabelBound = readonly string[] | number;

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /**
   * shop: the same for the whole shop, read from the log or the read models; every process with the role projector tells it, so
   * take one of them (`max`). process: what this process did since it started; add them up (`sum`).
   */
  readonly of: 'shop' | 'process';
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelBound>>;
  /** Upper bounds of a histogram, in the base unit that the name ends with. */
  readonly buckets?: readonly number[];
}

/** Things of the shop's own catalog: more of them than this and the rest is "other". */
export const GATEWAYS = 50;
export const CHANNELS = 50;
export const SKUS = 200;
export const PROJECTIONS = 50;

export const NOTIFIERS = 20;
export const RETRY_KINDS = ['retries', 'questions'] as const;
export const LANES = ['vip', 'default', 'overflow'] as const;
export const STEPS = ['payment', 'purchase', 'refund', 'close'] as const;
export const PHASES = 30;
export const ROUTES = 50;
export const STATUSES = 40;
export const CURRENCIES = 20;
export const CAUSES = 100;
export const INCIDENT_KINDS = [
  'channel_ill',
  'gateway_ill',
  'orders_waiting',
  'calls_in_doubt',
  'reviews_waiting',
  'stock_gone',
  'stock_low',
  'balance_low',
  'orders_late',
  'orders_failing',
] as const;
/** Work that one process of the shop does at a time. */
export const LEASES = ['outbox', 'jobs', 'incidents', 'supply', 'daily'] as const;
export const DAILY_TASKS = ['checkpoint', 'day_close'] as const;
export const GROUPS = ['engine', 'projector', 'api'] as const;

/** One call or append: 1 ms to 60 s. */
export const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
/** The life of an order: 50 ms to a day. */
export const ORDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 86_400] as const;
/** What an outside call may come to; see the ports. */
export const CALL_OUTCOMES = ['answered', 'refused', 'notDone', 'notFound', 'unknown', 'rejected'] as const;
export const CALLS = 12;
