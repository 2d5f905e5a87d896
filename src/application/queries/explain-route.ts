import { z } from 'zod';
import type { RouteExplained } from '../../domain/order/explain-route';
import type { Caller, Rights } from '../caller';
import { requireRole } from '../authorise';
import { catalogId, id } from '../commands/input';
import type { Runtime } from '../ports/runtime';
import { Query, type QueryHandler } from './query';
import type { RouteDesk } from './route-desk';
import type { Settings } from '../settings';
import { readOrder, type OrderReaderPorts } from './order-access';
import { BadInput } from './page';

const QUANTITY_MAX = 10_000;

/** Of an order that is there, or of one that somebody might place. */
const wish = z.union([z.strictObject({ orderId: id }), z.strictObject({ skuId: catalogId, quantity: z.int().min(1).max(QUANTITY_MAX).default(1) })]);

export interface RouteWish {
  readonly orderId?: string;
  readonly skuId?: string;
  readonly quantity?: number;
}

/** Where an order would get its goods now, and why; null when there is no such order or SKU. */
export class ExplainRoute extends Query<RouteExplained | null> {
  static readonly operation = 'explainRoute';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly wish: RouteWish,
  ) {
    super();
  }
}

export class ExplainRouteHandler implements QueryHandler<ExplainRoute> {
  readonly query = ExplainRoute;
  constructor(
    private readonly desk: RouteDesk,
    private readonly ports: OrderReaderPorts,
    private readonly settings: Pick<Settings, 'sku'>,
    private readonly runtime: Pick<Runtime, 'newId'>,
  ) {}

  /** Throws BadInput, Forbidden, and ReadModelsUnavailable. */
  async execute({ caller, wish: asked }: ExplainRoute): Promise<RouteExplained | null> {
    requireRole(ExplainRoute, caller);
    const parsed = wish.safeParse(asked);
    if (!parsed.success) throw new BadInput('input', 'must hold either orderId, or skuId and a quantity of at least 1');
    if ('orderId' in parsed.data) {
      const found = await readOrder(this.ports, ExplainRoute, { caller, orderId: parsed.data.orderId });
      return found === null ? null : this.desk.explain(found.state);
    }
    const { skuId, quantity } = parsed.data;
    const settings = this.settings.sku(skuId)?.settings;
    return settings === undefined ? null : this.desk.explain(this.desk.imagined(this.runtime.newId(), skuId, quantity, settings));
  }
}
