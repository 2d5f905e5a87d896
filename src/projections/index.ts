import { approvals } from './approvals';
import { apiKeys } from './api-keys';
import { auditTrail } from './audit-trail';
import { batchStock } from './batch-stock';
import { batches } from './batches';
import { blocks } from './blocks';
import { books } from './books';
import { canaryOrders } from './canary-orders';
import { cards } from './cards';
import { channelNotices } from './channel-notices';
import { channels } from './channels';
import { demand } from './demand';
import { discrepancies } from './discrepancies';
import { gateways } from './gateways';
import { incidents } from './incidents';
import { jobs } from './jobs';
import { ledgerDays } from './ledger-days';
import { notices } from './notices';
import { orderTags } from './order-tags';
import { orders } from './orders';
import type { AnyProjection } from './projection';
import { reviews } from './reviews';
import { searchKeys } from './search-keys';
import { skuStock } from './sku-stock';
import { skus } from './skus';
import { statements } from './statements';
import { supply } from './supply';
import { tallies } from './tallies';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [
  orders,
  cards,
  skuStock,
  skus,
  gateways,
  channels,
  apiKeys,
  approvals,
  auditTrail,
  batches,
  batchStock,
  notices,
  channelNotices,
  jobs,
  incidents,
  reviews,
  searchKeys,
  orderTags,
  blocks,
  tallies,
  demand,
  books,
  ledgerDays,
  canaryOrders,
  discrepancies,
  statements,
  supply,
];
