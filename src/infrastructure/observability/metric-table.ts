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
const GATEWAYS = 50;
const CHANNELS = 50;
const SKUS = 200;
const PROJECTIONS = 50;

const NOTIFIERS = 20;
const LANES = ['vip', 'default', 'overflow'] as const;
const STEPS = ['payment', 'purchase', 'refund', 'close'] as const;
const PHASES = 30;
const ROUTES = 50;
const STATUSES = 40;
const CURRENCIES = 20;
const CAUSES = 100;
const GROUPS = ['engine', 'projector'] as const;

/** One call or append: 1 ms to 60 s. */
const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
/** The life of an order: 50 ms to a day. */
const ORDER_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600, 86_400] as const;
/** What an outside call may come to; see the ports. */
const CALL_OUTCOMES = ['answered', 'refused', 'notDone', 'notFound', 'unknown', 'rejected'] as const;
const CALLS = 12;

/** Every metric there is. The key is the name without `cardrail_`; names end in their base unit, counters in `_total`. */
export const metricTable = {
  orders_accepted_total: { kind: 'counter', of: 'shop', help: 'Orders stored, by admission.', labels: { admission: ['now', 'later'] } },
  orders_total: {
    kind: 'counter',
    of: 'shop',
    help: 'Ends of orders, by how; an order that late money wakes up may end twice. The final success rate is delivered over all but declined, cancelled and expired.',
    labels: { outcome: ['delivered', 'partly_delivered', 'refunded', 'cancelled', 'declined', 'expired'] },
  },
  order_failures_total: { kind: 'counter', of: 'shop', help: 'Attempts that failed, by step and cause.', labels: { step: STEPS, cause: CAUSES } },
  sku_orders_total: { kind: 'counter', of: 'shop', help: 'Orders by SKU, for the hottest ones.', labels: { sku: SKUS } },
  retries_total: {
    kind: 'counter',
    of: 'shop',
    help: 'Retries scheduled, by step and the attempt that failed before; 10 stands for more.',
    labels: { step: STEPS, attempt: 11 },
  },
  retry_delay_seconds_total: {
    kind: 'counter',
    of: 'shop',
    help: 'Delays of all scheduled retries together; over retries_total it is the mean.',
    labels: { step: STEPS },
  },
  refunds_ordered_total: { kind: 'counter', of: 'shop', help: 'Refunds ordered, by cause.', labels: { cause: CAUSES } },
  interventions_total: { kind: 'counter', of: 'shop', help: 'What people did to orders, by the event it left.', labels: { action: CAUSES } },
  complaints_total: { kind: 'counter', of: 'shop', help: 'Cards that buyers reported.', labels: {} },
  queue_depth: {
    kind: 'gauge',
    of: 'shop',
    help: 'Orders in each phase in which something is still to happen; at most 100,000 are counted.',
    labels: { phase: PHASES },
  },
  queue_oldest_age_seconds: {
    kind: 'gauge',
    of: 'shop',
    help: 'Age, since it was submitted, of the oldest order in the phase.',
    labels: { phase: PHASES },
  },
  in_doubt: { kind: 'gauge', of: 'shop', help: 'Outside calls whose outcome is unknown.', labels: { call: STEPS } },
  in_doubt_amount_minor: { kind: 'gauge', of: 'shop', help: 'Money whose fate is unknown, in minor units.', labels: { currency: CURRENCIES } },
  compensation_queue: { kind: 'gauge', of: 'shop', help: 'Refunds ordered and neither done nor refused.', labels: {} },
  reviews: { kind: 'gauge', of: 'shop', help: 'Orders that wait for a person.', labels: {} },
  review_oldest_age_seconds: { kind: 'gauge', of: 'shop', help: 'Age of the oldest review.', labels: {} },
  notices_quarantined: { kind: 'gauge', of: 'shop', help: 'Well-signed callbacks that fitted no order.', labels: {} },
  sku_cards_available: { kind: 'gauge', of: 'shop', help: 'Cards of a SKU that no order holds.', labels: { sku: SKUS } },
  log_events: { kind: 'gauge', of: 'shop', help: 'Events in the log.', labels: {} },
  projection_lag_events: {
    kind: 'gauge',
    of: 'shop',
    help: 'Events stored behind the place that a read model has reached.',
    labels: { projection: PROJECTIONS },
  },
  projection_lag_seconds: {
    kind: 'gauge',
    of: 'shop',
    help: 'Age of the oldest event that is not yet in a read model.',
    labels: { projection: PROJECTIONS },
  },
  projection_parked: {
    kind: 'gauge',
    of: 'shop',
    help: 'Streams set aside because an event could not be projected.',
    labels: { projection: PROJECTIONS },
  },
  projection_stopped: { kind: 'gauge', of: 'shop', help: '1 for a read model that is not fed any more.', labels: { projection: PROJECTIONS } },
  ready: { kind: 'gauge', of: 'process', help: '1 while /readyz of this process would answer 200.', labels: {} },
  http_requests_total: {
    kind: 'counter',
    of: 'process',
    help: 'Requests answered, by route and status.',
    labels: { route: ROUTES, status: STATUSES },
  },
  http_request_seconds: { kind: 'histogram', of: 'process', help: 'Duration of requests.', labels: { route: ROUTES }, buckets: CALL_SECONDS },
  orders_refused_total: { kind: 'counter', of: 'process', help: 'Submits that stored nothing, by error code.', labels: { code: CAUSES } },
  submits_in_flight: { kind: 'gauge', of: 'process', help: 'Orders being stored now; above its limit the answer is SYSTEM_BUSY.', labels: {} },
  order_submit_to_delivered_seconds: {
    kind: 'histogram',
    of: 'process',
    help: 'From OrderSubmitted to OrderDelivered, told by the engine that delivered.',
    labels: { lane: LANES },
    buckets: ORDER_SECONDS,
  },
  order_paid_to_delivered_seconds: {
    kind: 'histogram',
    of: 'process',
    help: 'From PaymentConfirmed to OrderDelivered, told by the engine that delivered.',
    labels: { lane: LANES },
    buckets: ORDER_SECONDS,
  },
  gateway_calls_total: {
    kind: 'counter',
    of: 'process',
    help: 'Calls to payment gateways, by how they ended.',
    labels: { gateway: GATEWAYS, call: CALLS, outcome: CALL_OUTCOMES },
  },
  gateway_call_seconds: {
    kind: 'histogram',
    of: 'process',
    help: 'Duration of calls to payment gateways.',
    labels: { gateway: GATEWAYS },
    buckets: CALL_SECONDS,
  },
  channel_calls_total: {
    kind: 'counter',
    of: 'process',
    help: 'Calls to issuing channels, by how they ended.',
    labels: { channel: CHANNELS, call: CALLS, outcome: CALL_OUTCOMES },
  },
  channel_call_seconds: {
    kind: 'histogram',
    of: 'process',
    help: 'Duration of calls to issuing channels.',
    labels: { channel: CHANNELS },
    buckets: CALL_SECONDS,
  },
  calls_in_flight: { kind: 'gauge', of: 'process', help: 'Outside calls under way.', labels: {} },
  calls_queued: { kind: 'gauge', of: 'process', help: 'Orders that wait for a free slot to make their call.', labels: {} },
  callbacks_total: {
    kind: 'counter',
    of: 'process',
    help: 'Callbacks received, by what became of them.',
    labels: { gateway: GATEWAYS, outcome: ['taken', 'repeated', 'quarantined', 'forged', 'unreadable', 'unavailable'] },
  },
  channel_callbacks_total: {
    kind: 'counter',
    of: 'process',
    help: 'Callbacks of channels received, by what became of them.',
    labels: { channel: CHANNELS, outcome: ['taken', 'repeated', 'quarantined', 'forged', 'unreadable', 'unavailable'] },
  },
  engine_orders: {
    kind: 'gauge',
    of: 'process',
    help: 'Orders an engine works on now (running), is about to (dirty), or is about to because another engine did not in time (overdue).',
    labels: { state: ['running', 'dirty', 'overdue'] },
  },
  engine_helped_total: {
    kind: 'counter',
    of: 'process',
    help: 'Decisions stored for orders of other engines that were overdue; rises when an engine dies or stands still.',
    labels: {},
  },
  engine_lost_races_total: {
    kind: 'counter',
    of: 'process',
    help: 'Appends of an engine that somebody else was faster than; the order was looked at anew.',
    labels: {},
  },
  group_members: {
    kind: 'gauge',
    of: 'process',
    help: 'Living processes that share the work of a kind, as this one sees them, itself among them.',
    labels: { group: GROUPS },
  },
  slots_own: { kind: 'gauge', of: 'process', help: 'Of 256 hash slots, those whose work is first this process to do.', labels: { group: GROUPS } },
  slots_moved_total: {
    kind: 'counter',
    of: 'process',
    help: 'Slots that came to this process and left it, because another one came, went or fell silent.',
    labels: { group: GROUPS, direction: ['gained', 'lost'] },
  },
  leases_taken_total: {
    kind: 'counter',
    of: 'process',
    help: 'Times this process became the one that works: after another gave the lease back (free), or fell silent.',
    labels: { lease: ['outbox'], after: ['free', 'silent'] },
  },
  engine_stuck_total: { kind: 'counter', of: 'process', help: 'Runs of an order that got nowhere and are tried again later.', labels: {} },
  engine_lag_events: { kind: 'gauge', of: 'process', help: 'Events stored that this engine has not seen.', labels: {} },
  wake_index_size: { kind: 'gauge', of: 'process', help: 'Orders that wait for a time or for something.', labels: {} },
  clock_trusted: { kind: 'gauge', of: 'process', help: '1 while store time and the wall clock agree; at 0 deadlines are not acted on.', labels: {} },
  cache_entries: { kind: 'gauge', of: 'process', help: 'Entries of a cache that is bounded.', labels: { cache: ['folds', 'subscriptions'] } },
  outbox_leader: { kind: 'gauge', of: 'process', help: '1 while this process is the one that sends messages.', labels: {} },
  outbox_waiting: { kind: 'gauge', of: 'process', help: 'Messages not yet taken by their receiver.', labels: {} },
  outbox_parked: { kind: 'gauge', of: 'process', help: 'Messages that did not go out in their tries and wait for a person.', labels: {} },
  outbox_sends_total: {
    kind: 'counter',
    of: 'process',
    help: 'Ends of messages: sent, refused for good, or parked after their tries.',
    labels: { notifier: NOTIFIERS, outcome: ['sent', 'refused', 'parked'] },
  },
  append_seconds: {
    kind: 'histogram',
    of: 'process',
    help: 'Duration of appends to the event store.',
    labels: { outcome: ['committed', 'conflict', 'unknown'] },
    buckets: CALL_SECONDS,
  },
  event_loop_stall_seconds: {
    kind: 'histogram',
    of: 'process',
    help: 'How late the event loop woke up, where that was too late.',
    labels: {},
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  figures_age_seconds: {
    kind: 'gauge',
    of: 'process',
    help: 'Age of the numbers of the whole shop on this page; grows while the read models are away.',
    labels: {},
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;
