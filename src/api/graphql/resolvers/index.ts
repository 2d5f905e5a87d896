import { OperatorMutations } from './operator-mutations.resolver';
import { OrderQueries } from './order-queries.resolver';
import { OrderSubscription } from './order-subscription.resolver';
import { OrderResolver } from './order.resolver';
import { ProjectionRepair } from './projection-repair.resolver';
import { ShopMutations } from './shop-mutations.resolver';
import { ShopQueries } from './shop-queries.resolver';
import { StaffMutations } from './staff-mutations.resolver';

export const resolvers = [
  ShopMutations,
  StaffMutations,
  OperatorMutations,
  OrderQueries,
  ShopQueries,
  OrderResolver,
  OrderSubscription,
  ProjectionRepair,
] as const;
