import { CAUSES, CURRENCIES, INCIDENT_KINDS, PHASES, PROJECTIONS, SKUS, STEPS, type MetricDefinition } from './metric-definition';

/** What is the same for the whole shop, whichever process tells it. */
export const shopMetrics = {
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
  incidents_open: { kind: 'gauge', of: 'shop', help: 'Open incidents, by kind.', labels: { kind: INCIDENT_KINDS } },
  notices_quarantined: { kind: 'gauge', of: 'shop', help: 'Well-signed callbacks that fitted no order.', labels: {} },
  sku_cards_available: { kind: 'gauge', of: 'shop', help: 'Cards of a SKU that no order holds.', labels: { sku: SKUS } },
  log_events: { kind: 'gauge', of: 'shop', help: 'Events in the log; only where the store counts them.', labels: {} },
  projection_lag_events: {
    kind: 'gauge',
    of: 'shop',
    help: 'Events stored behind the place that a read model has reached; only where the store counts them.',
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
} as const satisfies Record<string, MetricDefinition>;
