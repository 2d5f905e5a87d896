import { ListApiKeys } from './list-api-keys';
import { ListApprovals } from './list-approvals';
import { AuditTrail } from './audit-trail';
import { AskChannel } from './ask-channel';
export { GetKnownSupply, type KnownSupply } from './known-supply';
import { GetChannel } from './get-channel';
import { BuyerHistory } from './buyer-history';
import { CompensationQueue } from './compensation-queue';
import { DemandForecast } from './demand-forecast';
import { ListParkedEvents } from './list-parked-events';
import { GetIncident } from './get-incident';
import { GetJob } from './get-job';
import { GetLedger } from './get-ledger';
import { GetOrder } from './get-order';
import { GetOrderActions } from './get-order-actions';
import { GetOrderAsOf } from './get-order-as-of';
import { GetOrderByNumber } from './get-order-by-number';
import { GetOrderHistory } from './get-order-history';
import { ExplainRoute } from './explain-route';
import { GetCanaryReport } from './get-canary-report';
import { GetRoutingPolicy } from './get-routing-policy';
import { GetOutbox } from './get-outbox';
import { GetProjections } from './get-projections';
import { GetReconciliation } from './get-reconciliation';
import { GetSku } from './get-sku';
import { GetSystem } from './get-system';
import { ListBlocks } from './list-blocks';
import { ListBatches } from './list-batches';
import { ListChannelNotices } from './list-channel-notices';
import { ListChannels } from './list-channels';
import { InDoubtExposure } from './in-doubt-exposure';
import { ListDiscrepancies } from './list-discrepancies';
import { ListGateways } from './list-gateways';
import { ListIncidents } from './list-incidents';
import { ListJobs } from './list-jobs';
import { ListLanes } from './list-lanes';
import { ListNotices } from './list-notices';
import { ListOrders } from './list-orders';
import { ListReviews } from './list-reviews';
import { buyerErasureView, type BuyerErasureView, GetBuyerErasure } from './get-buyer-erasure';
import { ListSealingKeys } from './list-sealing-keys';
import { ListTaggedOrders } from './list-tagged-orders';
import { ListSkus } from './list-skus';
import { SearchOrders } from './search-orders';

/** Every query that a caller with a role may ask. The rights matrix is made of these and of the commands. */
export const queryOperations = [
  AskChannel,
  AuditTrail,
  ListApiKeys,
  GetChannel,
  CompensationQueue,
  DemandForecast,
  GetIncident,
  GetJob,
  GetLedger,
  GetOrder,
  GetOrderActions,
  GetOrderAsOf,
  GetOrderByNumber,
  GetOrderHistory,
  ExplainRoute,
  GetCanaryReport,
  GetRoutingPolicy,
  GetOutbox,
  GetProjections,
  GetReconciliation,
  GetSku,
  GetSystem,
  ListBatches,
  ListBlocks,
  ListChannelNotices,
  ListChannels,
  BuyerHistory,
  InDoubtExposure,
  ListApprovals,
  ListDiscrepancies,
  ListGateways,
  ListIncidents,
  ListJobs,
  ListLanes,
  ListNotices,
  ListOrders,
  ListParkedEvents,
  ListReviews,
  GetBuyerErasure,
  ListSealingKeys,
  ListSkus,
  ListTaggedOrders,
  SearchOrders,
] as const;

export {
  AuditTrail,
  ListApiKeys,
  AskChannel,
  GetChannel,
  CompensationQueue,
  DemandForecast,
  GetIncident,
  GetJob,
  GetLedger,
  GetOrder,
  GetOrderActions,
  GetOrderAsOf,
  GetOrderByNumber,
  GetOrderHistory,
  ExplainRoute,
  GetCanaryReport,
  GetRoutingPolicy,
  GetOutbox,
  GetProjections,
  GetReconciliation,
  GetSku,
  GetSystem,
  ListBatches,
  ListBlocks,
  ListChannelNotices,
  ListChannels,
  BuyerHistory,
  InDoubtExposure,
  ListApprovals,
  ListDiscrepancies,
  ListGateways,
  ListIncidents,
  ListJobs,
  ListLanes,
  ListNotices,
  ListOrders,
  ListParkedEvents,
  ListReviews,
  GetBuyerErasure,
  ListSealingKeys,
  ListSkus,
  ListTaggedOrders,
  SearchOrders,
};
export { BadInput, PAGE_MAX, TOTAL_COUNT_CAP, type Page, type PageRequest } from './page';
export { orderView, type OrderCardView, type OrderView, type PaymentView, type RefusalView } from './order-view';
export { holdWords, nextStepWords } from './next-step-words';
export { riskWords } from './risk-words';
export { buyerErasureView, type BuyerErasureView };
export { orderTimeline, redacted, spoken, type TimelineEntry, type TimelineReader } from './timeline';
export type { OrderAnswer, WaitForRevision } from './get-order';
export { revisionWaiter } from './wait-for-revision';
export type { Moment } from './get-order-as-of';
export type { WaitForPosition } from './get-order-by-number';
export type { ApiKeyState, ApiKeyView } from './list-api-keys';
export type { ApprovalView, ApprovalViewStage } from './list-approvals';
export type { BuyerAsked, BuyerHistoryView } from './buyer-history';
export type { BatchView } from './list-batches';
export type { BlockFilter, BlockView } from './list-blocks';
export type { ChannelSupply, ProductSupply } from './ask-channel';
export type { ChannelStatus, ChannelView } from './list-channels';
export type { GatewayView } from './list-gateways';
export type { JobState, JobView, PreWarmView } from './job-view';
export { laneFeed } from './lane-feed';
export { lineView, type LaneView } from './list-lanes';
export type { NoticeView } from './list-notices';
export type { OrderFilter, TimeRange } from './order-list';
export type { OrderOrder } from './list-orders';
export type { ReviewedOrder, ReviewFilter, ReviewView } from './list-reviews';
export { defaultReviewDeadlines, type ReviewDeadlines } from './review-deadlines';
export type { SealingKeyView } from './list-sealing-keys';
export type { SkuView } from './list-skus';
export type { SystemView } from './get-system';
export { stockNumbersOf, type StockNumbers } from './stock-numbers';
export type { CanaryReportView } from './get-canary-report';
export type { PolicyStep, RoutingPolicyView } from './get-routing-policy';
export type { IncidentAnswer } from './get-incident';
