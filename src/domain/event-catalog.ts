import type { ApprovalEvent } from './approval/events';
import type { AuditEvent } from './audit/checkpoints';
import type { BatchEvent } from './batch/events';
import type { BlockEvent } from './block/events';
import type { BuyerEvent } from './buyer/events';
import type { CardEvent } from './card/events';
import type { ChannelEvent } from './catalog/channel';
import type { ApiKeyEvent, GatewayEvent, SkuEvent } from './catalog/events';
import type { ChargebackEvent } from './chargeback/events';
import type { ClosingEvent } from './closing/events';
import type { IncidentEvent } from './incident/events';
import type { DiscrepancyEvent } from './discrepancy/events';
import type { KeyEvent } from './key/events';
import type { JobEvent } from './job/events';
import type { ChannelNoticeEvent } from './notice/channel-notice';
import type { NoticeEvent } from './notice/events';
import type { EndpointEvent } from './endpoint/events';
import type { SheddingEvent } from './shedding/events';
import type { OrderEvent } from './order/events';
import type { RefusalEvent } from './refusal/events';
import type { StatementEvent } from './statement/events';
import type { SupplyEvent } from './supply/events';
import type { SubjectEvent } from './subject/events';
import type { VoucherEvent } from './voucher/events';
import type { RoutingPolicyEvent } from './routing/policy-events';

/**
 * The one list of stored event names and today's schema versions, by stream category. A name never leaves it and is never
 * given to another fact: whatever was once stored is read for ever.
 */
export const eventCatalog = {
  order: {
    OrderSubmitted: 1,
    OrderRouted: 1,
    CancelRequested: 1,
    PaymentRequested: 1,
    PaymentOpened: 1,
    PaymentNoticeReceived: 1,
    PaymentChecked: 1,
    PaymentConfirmed: 1,
    PaymentDeclined: 1,
    PaymentTimedOut: 1,
    PaymentMismatched: 1,
    PaymentMethodChanged: 1,
    PaymentMethodChangeDropped: 1,
    PaymentCloseRequested: 1,
    PaymentClosed: 1,
    SurplusPaymentConfirmed: 1,
    PaymentCapturedAgain: 1,
    LatePaymentReceived: 1,
    RetryScheduled: 1,
    PurchaseRequested: 1,
    PurchaseHeld: 1,
    PurchaseTimedOut: 1,
    PurchaseChecked: 1,
    PurchaseNoticeReceived: 1,
    PurchaseCancelRequested: 1,
    PurchaseCompleted: 1,
    PurchasePartlyCompleted: 1,
    PurchaseRefused: 1,
    PurchaseCancelled: 1,
    PurchaseWrittenOff: 1,
    PurchaseDisputed: 1,
    SurplusStocked: 1,
    GoodsHandedIn: 1,
    CardReserved: 1,
    CardReservationLost: 1,
    CardsSecured: 1,
    CardsGivenUp: 1,
    CardsReleased: 1,
    OrderDelivered: 1,
    CardsRevealed: 1,
    CardReported: 1,
    ReissueOrdered: 1,
    DeliveryResendRequested: 1,
    AccessTokenRotated: 1,
    RefundOrdered: 1,
    RefundRequested: 1,
    RefundTimedOut: 1,
    RefundChecked: 1,
    RefundRefused: 1,
    Compensated: 1,
    OrderCancelled: 1,
    OrderExpired: 1,
    OrderFailed: 1,
    OrderReopened: 1,
    ReviewOpened: 1,
    ReviewResolved: 1,
    OrderFrozen: 1,
    OrderUnfrozen: 1,
    ComplaintOpened: 1,
    ComplaintResolved: 1,
    NoteAdded: 1,
    OrderAssigned: 1,
    OrderUnassigned: 1,
    OrderTagged: 1,
    OrderUntagged: 1,
    BuyerErased: 1,
    FieldsRevealed: 1,
    OrderShared: 1,
    SharedOrderOpened: 1,
    ShareRevoked: 1,
  } satisfies Record<OrderEvent['type'], number>,
  card: {
    CardStocked: 1,
    CardClaimed: 1,
    CardReleased: 1,
    CardQuarantined: 1,
    CardVoided: 1,
    CardRestocked: 1,
    CardResealed: 1,
    CardExported: 1,
    CardExpired: 1,
  } satisfies Record<CardEvent['type'], number>,
  batch: {
    BatchOpened: 1,
    BatchProgressed: 1,
    BatchClosed: 1,
  } satisfies Record<BatchEvent['type'], number>,
  sku: {
    SkuConfigured: 1,
    SkuPaused: 1,
    SkuResumed: 1,
  } satisfies Record<SkuEvent['type'], number>,
  gateway: {
    GatewayConfigured: 1,
    GatewayPaused: 1,
    GatewayResumed: 1,
    HealthChanged: 1,
  } satisfies Record<GatewayEvent['type'], number>,
  channel: {
    ChannelConfigured: 1,
    ChannelPaused: 1,
    ChannelResumed: 1,
    ChannelDrainStarted: 1,
    HealthChanged: 1,
  } satisfies Record<ChannelEvent['type'], number>,
  apikey: {
    ApiKeyIssued: 1,
    ApiKeyRotated: 1,
    ApiKeyUsed: 1,
    ApiKeyRevoked: 1,
  } satisfies Record<ApiKeyEvent['type'], number>,
  buyer: {
    OrderSlotTaken: 1,
  } satisfies Record<BuyerEvent['type'], number>,
  block: {
    BlockPlaced: 1,
    BlockLifted: 1,
  } satisfies Record<BlockEvent['type'], number>,
  notice: {
    NoticeQuarantined: 1,
    NoticeMatched: 1,
  } satisfies Record<NoticeEvent['type'], number>,
  channelnotice: {
    ChannelNoticeQuarantined: 1,
  } satisfies Record<ChannelNoticeEvent['type'], number>,
  routing: {
    RoutingPolicyPublished: 1,
    CanaryStarted: 1,
    CanaryPercentChanged: 1,
    CanaryPromoted: 1,
    CanaryRolledBack: 1,
  } satisfies Record<RoutingPolicyEvent['type'], number>,
  loadshedding: {
    LoadSheddingSet: 1,
  } satisfies Record<SheddingEvent['type'], number>,
  endpoint: {
    ResendRequested: 1,
  } satisfies Record<EndpointEvent['type'], number>,
  incident: {
    IncidentOpened: 1,
    IncidentEnriched: 1,
    IncidentReminded: 1,
    IncidentAcknowledged: 1,
    IncidentReopened: 1,
    IncidentClosed: 1,
  } satisfies Record<IncidentEvent['type'], number>,
  job: {
    ReadModelRepairOrdered: 1,
    CardRotationOrdered: 1,
    CardRotationProgressed: 1,
    CardRotationPassEnded: 1,
    CardRotationStopRequested: 1,
    CardRotationEnded: 1,
    PreWarmOrdered: 1,
    PreWarmPurchaseRequested: 1,
    PreWarmPurchaseTimedOut: 1,
    PreWarmPurchaseChecked: 1,
    PreWarmPurchaseCancelRequested: 1,
    PreWarmPurchaseCompleted: 1,
    PreWarmPurchasePartlyCompleted: 1,
    PreWarmPurchaseRefused: 1,
    PreWarmPurchaseCancelled: 1,
    PreWarmPurchaseWrittenOff: 1,
    PreWarmPurchaseDisputed: 1,
    PreWarmCardsStocked: 1,
    PreWarmStopRequested: 1,
    PreWarmEnded: 1,
    BulkRepairOrdered: 1,
    BulkRepairSelected: 1,
    BulkRepairProgressed: 1,
    BulkRepairStopRequested: 1,
    BulkRepairEnded: 1,
  } satisfies Record<JobEvent['type'], number>,
  key: {
    KeyDestructionOrdered: 1,
    KeyDestructionRefused: 1,
    KeyDestroyed: 1,
  } satisfies Record<KeyEvent['type'], number>,
  subject: {
    SubjectErasureOrdered: 1,
    SubjectErased: 1,
  } satisfies Record<SubjectEvent['type'], number>,
  approval: {
    ApprovalRequested: 1,
    ApprovalGranted: 1,
    ApprovalDeclined: 1,
    ApprovalUsed: 1,
  } satisfies Record<ApprovalEvent['type'], number>,
  ledger: {
    DayCloseOrdered: 1,
    DayClosed: 1,
  } satisfies Record<ClosingEvent['type'], number>,
  voucher: {
    MoneyBooked: 1,
  } satisfies Record<VoucherEvent['type'], number>,
  chargeback: {
    ChargebackOpened: 1,
    ChargebackEvidenceSent: 1,
    ChargebackWon: 1,
    ChargebackLost: 1,
  } satisfies Record<ChargebackEvent['type'], number>,
  discrepancy: {
    DiscrepancyFound: 1,
    DiscrepancyExplained: 1,
    DiscrepancySettled: 1,
  } satisfies Record<DiscrepancyEvent['type'], number>,
  statement: {
    StatementReconciled: 1,
  } satisfies Record<StatementEvent['type'], number>,
  supply: {
    ChannelStockChanged: 1,
    ChannelBalanceChanged: 1,
    ChannelSupplyStale: 1,
    ChannelSupplyFresh: 1,
  } satisfies Record<SupplyEvent['type'], number>,
  audit: {
    AuditCheckpointSigned: 1,
  } satisfies Record<AuditEvent['type'], number>,
  refusal: {
    RequestsRefused: 1,
  } satisfies Record<RefusalEvent['type'], number>,
} as const;

export type EventCategory = keyof typeof eventCatalog;
export type EventTypeOf<Category extends EventCategory> = Extract<keyof (typeof eventCatalog)[Category], string>;
