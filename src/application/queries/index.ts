import { ListParkedEvents, ListParkedEventsHandler } from './list-parked-events';
import { GetOrder, GetOrderHandler } from './get-order';
import { GetOrderAsOf, GetOrderAsOfHandler } from './get-order-as-of';
import { GetOrderByNumber, GetOrderByNumberHandler } from './get-order-by-number';
import { GetOrderHistory, GetOrderHistoryHandler } from './get-order-history';
import { GetProjections, GetProjectionsHandler } from './get-projections';
import { GetSku, GetSkuHandler } from './get-sku';
import { GetSystem, GetSystemHandler } from './get-system';
import { ListGateways, ListGatewaysHandler } from './list-gateways';
import { ListNotices, ListNoticesHandler } from './list-notices';
import { ListOrders, ListOrdersHandler } from './list-orders';
import { ListReviews, ListReviewsHandler } from './list-reviews';
import { ListSkus, ListSkusHandler } from './list-skus';
import { SearchOrders, SearchOrdersHandler } from './search-orders';

/** Every query that a caller with a role may ask. The rights matrix is made of these and of the commands. */
export const queryOperations = [
  GetOrder,
  GetOrderAsOf,
  GetOrderByNumber,
  GetOrderHistory,
  GetProjections,
  GetSku,
  GetSystem,
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
  GetOrderHandler,
  GetOrderAsOfHandler,
  GetOrderByNumberHandler,
  GetOrderHistoryHandler,
  GetProjectionsHandler,
  GetSkuHandler,
  GetSystemHandler,
  ListGatewaysHandler,
  ListNoticesHandler,
  ListOrdersHandler,
  ListParkedEventsHandler,
  ListReviewsHandler,
  ListSkusHandler,
  SearchOrdersHandler,
] as const;

export {
  GetOrder,
  GetOrderAsOf,
  GetOrderByNumber,
  GetOrderHistory,
  GetProjections,
  GetSku,
  GetSystem,
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
export { orderTimeline, redacted, type TimelineEntry, type TimelineReader } from './timeline';
export type { OrderAnswer, WaitForRevision } from './get-order';
export { revisionWaiter } from './wait-for-revision';
export type { Moment } from './get-order-as-of';
export type { WaitForPosition } from './get-order-by-number';
export type { GatewayView } from './list-gateways';
export type { NoticeView } from './list-notices';
export type { OrderFilter, TimeRange } from './order-list';
export type { OrderOrder } from './list-orders';
export type { ReviewedOrder, ReviewView } from './list-reviews';
export type { SkuView } from './list-skus';
export type { SystemView } from './get-system';
export { stockNumbersOf, type StockNumbers } from './stock-numbers';
