import { AskChannel, AskChannelHandler } from './ask-channel';
import { GetChannel, GetChannelHandler } from './get-channel';
import { CompensationQueue, CompensationQueueHandler } from './compensation-queue';
import { ListParkedEvents, ListParkedEventsHandler } from './list-parked-events';
import { GetOrder, GetOrderHandler } from './get-order';
import { GetOrderActions, GetOrderActionsHandler } from './get-order-actions';
import { GetOrderAsOf, GetOrderAsOfHandler } from './get-order-as-of';
import { GetOrderByNumber, GetOrderByNumberHandler } from './get-order-by-number';
import { GetOrderHistory, GetOrderHistoryHandler } from './get-order-history';
import { GetProjections, GetProjectionsHandler } from './get-projections';
import { GetSku, GetSkuHandler } from './get-sku';
import { GetSystem, GetSystemHandler } from './get-system';
import { ListBatches, ListBatchesHandler } from './list-batches';
import { ListChannels, ListChannelsHandler } from './list-channels';
import { InDoubtExposure, InDoubtExposureHandler } from './in-doubt-exposure';
import { ListGateways, ListGatewaysHandler } from './list-gateways';
import { ListNotices, ListNoticesHandler } from './list-notices';
import { ListOrders, ListOrdersHandler } from './list-orders';
import { ListReviews, ListReviewsHandler } from './list-reviews';
import { ListSkus, ListSkusHandler } from './list-skus';
import { SearchOrders, SearchOrdersHandler } from './search-orders';

/** Every query that a caller with a role may ask. The rights matrix is made of these and of the commands. */
export const queryOperations = [
  AskChannel,
  GetChannel,
  CompensationQueue,
  GetOrder,
  GetOrderActions,
  GetOrderAsOf,
  GetOrderByNumber,
  GetOrderHistory,
  GetProjections,
  GetSku,
  GetSystem,
  ListBatches,
  ListChannels,
  InDoubtExposure,
  ListGateways,
  ListNotices,
  ListOrders,
  ListParkedEvents,
  ListReviews,
  ListSkus,
  SearchOrders,
] as const;

/** Every handler, for the query bus. */
export const queryHandlers = [
  AskChannelHandler,
  GetChannelHandler,
  CompensationQueueHandler,
  GetOrderHandler,
  GetOrderActionsHandler,
  GetOrderAsOfHandler,
  GetOrderByNumberHandler,
  GetOrderHistoryHandler,
  GetProjectionsHandler,
  GetSkuHandler,
  GetSystemHandler,
  ListBatchesHandler,
  ListChannelsHandler,
  InDoubtExposureHandler,
  ListGatewaysHandler,
  ListNoticesHandler,
  ListOrdersHandler,
  ListParkedEventsHandler,
  ListReviewsHandler,
  ListSkusHandler,
  SearchOrdersHandler,
] as const;

export {
  AskChannel,
  GetChannel,
  CompensationQueue,
  GetOrder,
  GetOrderActions,
  GetOrderAsOf,
  GetOrderByNumber,
  GetOrderHistory,
  GetProjections,
  GetSku,
  GetSystem,
  ListBatches,
  ListChannels,
  InDoubtExposure,
  ListGateways,
  ListNotices,
  ListOrders,
  ListParkedEvents,
  ListReviews,
  ListSkus,
  SearchOrders,
};
export { BadInput, PAGE_MAX, TOTAL_COUNT_CAP, type Page, type PageRequest } from './page';
export { orderView, type OrderCardView, type OrderView, type PaymentView, type RefusalView } from './order-view';
export { nextStepWords } from './next-step-words';
export { orderTimeline, redacted, spoken, type TimelineEntry, type TimelineReader } from './timeline';
export type { OrderAnswer, WaitForRevision } from './get-order';
export { revisionWaiter } from './wait-for-revision';
export type { Moment } from './get-order-as-of';
export type { WaitForPosition } from './get-order-by-number';
export type { BatchView } from './list-batches';
export type { ChannelSupply, ProductSupply } from './ask-channel';
export type { ChannelStatus, ChannelView } from './list-channels';
export type { GatewayView } from './list-gateways';
export type { NoticeView } from './list-notices';
export type { OrderFilter, TimeRange } from './order-list';
export type { OrderOrder } from './list-orders';
export type { ReviewedOrder, ReviewFilter, ReviewView } from './list-reviews';
export { defaultReviewDeadlines, type ReviewDeadlines } from './review-deadlines';
export type { SkuView } from './list-skus';
export type { SystemView } from './get-system';
export { stockNumbersOf, type StockNumbers } from './stock-numbers';
