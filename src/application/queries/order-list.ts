import type { Instant } from '../../domain/kernel/time';
import type { OrderStatus, Phase } from '../../domain/order/phase';
import { isSubmitted, type OrderState } from '../../domain/order/state';
import type { OrderRow } from '../../projections/orders';
import { isStaff } from '../authorise';
import type { Caller } from '../caller';
import type { Condition, Filter, Row, Scalar } from '../ports/read-models';
import { orderView, type OrderView } from './order-view';
import { BadInput } from './page';

/** Both ends inclusive. Milliseconds since 1970 UTC. */
export interface TimeRange {
  readonly from?: Instant;
  readonly to?: Instant;
}

/** All conditions must hold; a list means "one of these". */
export interface OrderFilter {
  readonly status?: readonly OrderStatus[];
  readonly phase?: readonly Phase[];
  readonly skuIds?: readonly string[];
  readonly gatewayIds?: readonly string[];
  readonly channelIds?: readonly string[];
  readonly lanes?: readonly string[];
  readonly submittedAt?: TimeRange;
  readonly paidAt?: TimeRange;
  readonly retrying?: boolean;
  readonly attemptsGte?: number;
  readonly inReview?: boolean;
  readonly inDoubt?: boolean;
  readonly disputed?: boolean;
  readonly complained?: boolean;
  /** Such as 'stock:<sku>', 'channel:<id>' or 'person'. */
  readonly waitingFor?: string;
  readonly checkoutId?: string;
  readonly buyerRef?: string;
  /** The person at the desk whose order it is, as the id of an actor; for the shop's own people only, like the next one. */
  readonly assignedTo?: string;
  /** False: nobody has it. */
  readonly assigned?: boolean;
}

const LIST_VALUES_MAX = 100;

function oneOf(field: string, values: readonly Scalar[] | undefined): Filter {
  if (values === undefined) return {};
  if (values.length > LIST_VALUES_MAX) throw new BadInput(`filter.${field}`, `at most ${LIST_VALUES_MAX} values`);
  // A list of one as an equality lets its index give the order of the page, too.
  const [only] = values;
  return { [field]: values.length === 1 && only !== undefined ? { eq: only } : { in: values } };
}

const equal = (field: string, value: string | undefined): Filter => (value === undefined ? {} : { [field]: { eq: value } });
const flag = (field: string, value: boolean | undefined): Filter => (value === undefined ? {} : { [field]: { eq: value ? 1 : 0 } });

function within(field: string, range: TimeRange | undefined): Filter {
  if (range === undefined || (range.from === undefined && range.to === undefined)) return {};
  const condition: Condition = { ...(range.from !== undefined && { gte: range.from }), ...(range.to !== undefined && { lte: range.to }) };
  return { [field]: condition };
}

/** Who has an order is the shop's own business. */
function deskFilter(caller: Caller, { assignedTo, assigned }: OrderFilter): Filter {
  if (assignedTo === undefined && assigned === undefined) return {};
  if (!isStaff(caller.role)) throw new BadInput('filter', "assignedTo and assigned are for the shop's own people");
  if (assigned === false && assignedTo !== undefined) throw new BadInput('filter.assigned', 'contradicts assignedTo');
  if (assignedTo !== undefined) return { assignee: { eq: assignedTo } };
  if (assigned === undefined) return {};
  return { assignee: assigned ? { prefix: '' } : { eq: null } };
}

/** The caller's wish in the words of the `orders` model, narrowed to what the caller may see. */
export function filterFor(caller: Caller, wish: OrderFilter): Filter {
  return {
    ...deskFilter(caller, wish),
    ...(isStaff(caller.role) ? {} : { clientId: { eq: caller.clientId } }),
    ...oneOf('status', wish.status),
    ...oneOf('phase', wish.phase),
    ...oneOf('skuId', wish.skuIds),
    ...oneOf('gatewayId', wish.gatewayIds),
    ...oneOf('channelId', wish.channelIds),
    ...oneOf('lane', wish.lanes),
    ...within('submittedAt', wish.submittedAt),
    ...within('paidAt', wish.paidAt),
    ...flag('retrying', wish.retrying),
    ...(wish.attemptsGte === undefined ? {} : { attempts: { gte: wish.attemptsGte } }),
    ...flag('inReview', wish.inReview),
    ...flag('inDoubt', wish.inDoubt),
    ...flag('disputed', wish.disputed),
    ...flag('complained', wish.complained),
    ...equal('waitingFor', wish.waitingFor),
    ...equal('checkoutId', wish.checkoutId),
    ...equal('buyerRef', wish.buyerRef),
  };
}

/** A row of the `orders` model as the public order. */
export function viewOfRow({ key, value }: Row<OrderRow>): OrderView {
  const state: OrderState = value.state;
  if (!isSubmitted(state)) throw new Error(`the row of order ${key} holds no submitted order`);
  return orderView(state, value.revision);
}
