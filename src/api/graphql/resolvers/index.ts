import { ApiKeys } from './api-keys.resolver';
import { ApprovalsResolver } from './approvals.resolver';
import { Audit } from './audit.resolver';
import { Blocks } from './blocks.resolver';
import { Complaints } from './complaints.resolver';
import { CardMutations } from './card-mutations.resolver';
import { CardQueries } from './card-queries.resolver';
import { Channels } from './channels.resolver';
import { DemandQueries } from './demand.resolver';
import { DeskMutations } from './desk-mutations.resolver';
import { DeskQueries } from './desk-queries.resolver';
import { Incidents } from './incidents.resolver';
import { LoadSheddingMutations } from './load-shedding.resolver';
import { Jobs } from './jobs.resolver';
import { Finance } from './finance.resolver';
import { CodeExports } from './code-export.resolver';
import { BuyerErasures } from './buyer-erasure.resolver';
import { Keys } from './keys.resolver';
import { Lanes } from './lanes.resolver';
import { ManualDelivery } from './manual-delivery.resolver';
import { OperatorMutations } from './operator-mutations.resolver';
import { OrderQueries } from './order-queries.resolver';
import { OrderSubscription } from './order-subscription.resolver';
import { OrderResolver } from './order.resolver';
import { OutboxResolver } from './outbox.resolver';
import { ProjectionRepair } from './projection-repair.resolver';
import { Routing } from './routing.resolver';
import { Reconciliation } from './reconciliation.resolver';
import { ShopMutations } from './shop-mutations.resolver';
import { ShopQueries } from './shop-queries.resolver';
import { StaffMutations } from './staff-mutations.resolver';
import { Shares } from './shares.resolver';
import { SupportDesk } from './support.resolver';

export const resolvers = [
  ShopMutations,
  StaffMutations,
  SupportDesk,
  Shares,
  Blocks,
  Complaints,
  DeskMutations,
  ManualDelivery,
  OperatorMutations,
  CardMutations,
  CardQueries,
  OrderQueries,
  ShopQueries,
  DeskQueries,
  DemandQueries,
  Finance,
  Reconciliation,
  Channels,
  Lanes,
  OrderResolver,
  OrderSubscription,
  ProjectionRepair,
  Jobs,
  Keys,
  BuyerErasures,
  CodeExports,
  ApiKeys,
  ApprovalsResolver,
  Audit,
  Routing,
  Incidents,
  LoadSheddingMutations,
  OutboxResolver,
] as const;
