import { aggregates } from '../../src/application/aggregates';
import type { Process } from '../../src/application/engine/process';
import type { OrderCommand, OrderRejection } from '../../src/domain/order/commands';
import type { OrderEvent } from '../../src/domain/order/events';
import type { Call } from '../../src/domain/order/plan';
import type { OrderState } from '../../src/domain/order/state';

export type OrderLike = Process<OrderCommand, OrderEvent, OrderState, OrderRejection, Call>;

/** A process of orders that wants nothing, but for what is told otherwise: for tests of the engine that runs it. */
export const idleProcess = (but: Partial<OrderLike>): OrderLike => ({
  name: 'orders',
  aggregate: aggregates.order,
  listensTo: [],
  begin: () => undefined,
  end: async () => undefined,
  plan: () => ({ kind: 'wait' }),
  dropped: () => undefined,
  perform: async () => null,
  answered: () => false,
  givenUp: () => ({ type: 'OpenReview', subject: 'progress', cause: 'ENGINE_STUCK' }),
  isOutside: () => false,
  laneOf: () => 'default',
  roomAgain: () => [],
  observe: () => [],
  ...but,
});
