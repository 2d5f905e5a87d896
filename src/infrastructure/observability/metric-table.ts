/** What a label may say: one of these words, or at most so many different ones. Whatever else comes counts as "other". */
export type LabelBound = readonly string[] | number;

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelBound>>;
  /** Upper bounds of a histogram, in the base unit that the name ends with. */
  readonly buckets?: readonly number[];
}

/** Things of the shop's own catalog: more of them than this and the rest is "other". */
const GATEWAYS = 50;
const CHANNELS = 50;
const SKUS = 200;
const PROJECTIONS = 50;

const LANES = ['vip', 'default', 'overflow'] as const;
const STEPS = ['payment', 'purchase', 'refund', 'close'] as const;
const DOUBTS = ['payment', 'close', 'refund', 'purchase'] as const;
const CURRENCIES = 20;
const CAUSES = 100;

/** One call or append: 1 ms to 60 s. */
const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
/** The life of an order: 50 ms to a day. */
const ORDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 86_400] as const;
const ATTEMPTS = [1, 2, 3, 4, 5, 7, 10] as const;

/** Every metric there is. The key is the name without `cardrail_`; names end in their base unit, counters in `_total`. */
export const metricTable = {
  orders_total: {
    kind: 'counter',
    help: 'Orders that came to an end, by how. The final success rate is delivered over all but declined, cancelled and expired.',
    labels: { outcome: ['delivered', 'partly_delivered', 'refunded', 'cancelled', 'declined', 'expired'] },
  },
  orders_accepted_total: { kind: 'counter', help: 'Orders stored.', labels: { admission: ['now', 'later'] } },
  orders_refused_total: { kind: 'counter', help: 'Submits that stored nothing, by error code.', labels: { code: CAUSES } },
  order_submit_to_delivered_seconds: {
    kind: 'histogram',
    help: 'From OrderSubmitted to OrderDelivered.',
    labels: { lane: LANES },
    buckets: ORDER_SECONDS,
  },
  order_paid_to_delivered_seconds: {
    kind: 'histogram',
    help: 'From PaymentConfirmed to OrderDelivered.',
    labels: { lane: LANES },
    buckets: ORDER_SECONDS,
  },
  order_failures_total: { kind: 'counter', help: 'Attempts and orders that failed, by step and cause.', labels: { step: STEPS, cause: CAUSES } },
  sku_orders_total: { kind: 'counter', help: 'Orders by SKU, for the hottest ones.', labels: { sku: SKUS } },

  lane_depth: { kind: 'gauge', help: 'Orders waiting in a lane.', labels: { lane: LANES } },
  lane_oldest_age_seconds: { kind: 'gauge', help: 'Age of the oldest order waiting in a lane.', labels: { lane: LANES } },
  channel_depth: { kind: 'gauge', help: 'Orders waiting for a channel.', labels: { channel: CHANNELS } },
  channel_oldest_age_seconds: { kind: 'gauge', help: 'Age of the oldest order waiting for a channel.', labels: { channel: CHANNELS } },
  admission_backlog: { kind: 'gauge', help: 'Orders stored and not yet admitted.', labels: {} },

  retries: { kind: 'histogram', help: 'Attempts that a step took until its outcome was known.', labels: { step: STEPS }, buckets: ATTEMPTS },
  retry_delay_seconds: { kind: 'histogram', help: 'Delay of scheduled retries.', labels: { step: STEPS }, buckets: CALL_SECONDS },

  gateway_calls_total: {
    kind: 'counter',
    help: 'Calls to payment gateways, by how they ended.',
    labels: {
      gateway: GATEWAYS,
      call: ['request', 'query', 'close', 'refund', 'queryRefund'],
      outcome: ['answered', 'refused', 'notDone', 'notFound', 'unknown'],
    },
  },
  gateway_call_seconds: { kind: 'histogram', help: 'Duration of calls to payment gateways.', labels: { gateway: GATEWAYS }, buckets: CALL_SECONDS },
  channel_calls_total: {
    kind: 'counter',
    help: 'Calls to issuing channels, by how they ended.',
    labels: { channel: CHANNELS, call: ['purchase', 'query', 'cancel', 'stock'], outcome: ['answered', 'refused', 'notDone', 'notFound', 'unknown'] },
  },
  channel_call_seconds: { kind: 'histogram', help: 'Duration of calls to issuing channels.', labels: { channel: CHANNELS }, buckets: CALL_SECONDS },
  channel_health: {
    kind: 'gauge',
    help: '1 for the state a channel is in.',
    labels: { channel: CHANNELS, state: ['healthy', 'sub_healthy', 'isolated', 'probing'] },
  },
  route_flips_total: { kind: 'counter', help: 'Changes of health that moved traffic.', labels: { channel: CHANNELS } },
  callbacks_total: {
    kind: 'counter',
    help: 'Callbacks received, by what became of them.',
    labels: { gateway: GATEWAYS, outcome: ['taken', 'repeated', 'quarantined', 'forged', 'unreadable', 'unavailable'] },
  },
  channel_callbacks_total: {
    kind: 'counter',
    help: 'Callbacks of channels received, by what became of them.',
    labels: { channel: CHANNELS, outcome: ['taken', 'repeated', 'quarantined', 'forged', 'unreadable', 'unavailable'] },
  },
  calls_in_flight: { kind: 'gauge', help: 'Outside calls under way in this process.', labels: {} },

  in_doubt: { kind: 'gauge', help: 'Outside calls whose outcome is unknown.', labels: { call: DOUBTS } },
  in_doubt_amount_minor: { kind: 'gauge', help: 'Money whose fate is unknown, in minor units.', labels: { currency: CURRENCIES } },
  compensation_queue: { kind: 'gauge', help: 'Refunds and reissues ordered and not yet done.', labels: {} },
  reviews: { kind: 'gauge', help: 'Orders that wait for a person.', labels: {} },
  review_oldest_age_seconds: { kind: 'gauge', help: 'Age of the oldest review.', labels: {} },
  interventions_total: { kind: 'counter', help: 'What people did to orders, by command.', labels: { command: CAUSES } },
  complaints_total: { kind: 'counter', help: 'Cards that buyers reported.', labels: {} },

  projection_lag_events: { kind: 'gauge', help: 'Events stored and not yet in a read model.', labels: { projection: PROJECTIONS } },
  projection_lag_seconds: { kind: 'gauge', help: 'Age of the oldest event not yet in a read model.', labels: { projection: PROJECTIONS } },
  projection_parked: { kind: 'gauge', help: 'Sequences set aside because an event could not be projected.', labels: { projection: PROJECTIONS } },
  outbox_waiting: { kind: 'gauge', help: 'Notifications and webhooks not yet taken by their receiver.', labels: {} },
  outbox_sends_total: {
    kind: 'counter',
    help: 'Sends of notifications and webhooks.',
    labels: { notifier: CHANNELS, outcome: ['sent', 'refused', 'retry'] },
  },

  append_seconds: {
    kind: 'histogram',
    help: 'Duration of appends to the event store.',
    labels: { outcome: ['committed', 'conflict', 'unknown'] },
    buckets: CALL_SECONDS,
  },
  pool_connections: { kind: 'gauge', help: 'Connections of a pool, by state.', labels: { pool: PROJECTIONS, state: ['open', 'busy', 'waiting'] } },
  event_loop_stall_seconds: {
    kind: 'histogram',
    help: 'How late the event loop woke up, where that was too late.',
    labels: {},
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;
