import type { GatewaySettings } from '../../domain/catalog/events';
import { isStaff, requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Settings } from '../settings';
import type { Timeout } from '../../domain/routing/timeouts';
import { healthView, type HealthView } from './health-view';
import { Query, type QueryHandler } from './query';
import type { TimeoutOf } from './timeout-view';

/** What a storefront needs to offer a way to pay. */
export interface GatewayView {
  readonly id: string;
  /** False while it is paused: no new payment is requested from it. */
  readonly active: boolean;
  readonly kinds: GatewaySettings['kinds'];
  /** Offer another way to pay while it is not HEALTHY, if there is one. */
  readonly health: HealthView;
  /** How long a request for a payment may take there. */
  readonly timeout: Timeout;
  /** How its calls end and where it stands; null for storefronts. Secrets are not here: settings hold references only, and those stay inside, too. */
  readonly account: GatewayAccountView | null;
}

export interface GatewayAccountView extends Pick<GatewaySettings, 'adapter' | 'baseUrl' | 'merchantId' | 'flags' | 'notFoundFinalAfterSeconds'> {
  /** Calls that each engine has under way there at most: its own limit or that of the shop, within what one gateway may take of an engine. */
  readonly maxInFlight: number;
}

export class ListGateways extends Query<readonly GatewayView[]> {
  static readonly operation = 'gateways';
  static readonly rights: Rights = { roles: ['STOREFRONT', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export class ListGatewaysHandler implements QueryHandler<ListGateways> {
  readonly query = ListGateways;
  constructor(
    private readonly settings: Pick<Settings, 'allGateways'>,
    private readonly timeoutOf: TimeoutOf,
    private readonly callsAtMost: (maxInFlight?: number) => number,
  ) {}

  async execute({ caller }: ListGateways): Promise<readonly GatewayView[]> {
    requireRole(ListGateways, caller);
    const views = this.settings.allGateways().flatMap((gateway): readonly GatewayView[] => {
      const { id, active, settings } = gateway;
      if (settings === undefined) return [];
      const { kinds, adapter, baseUrl, merchantId, flags, notFoundFinalAfterSeconds } = settings;
      const maxInFlight = this.callsAtMost(settings.maxInFlight);
      const account = isStaff(caller.role) ? { adapter, baseUrl, merchantId, flags, notFoundFinalAfterSeconds, maxInFlight } : null;
      return [{ id, active, kinds, health: healthView(gateway), timeout: this.timeoutOf(`gateway:${id}`), account }];
    });
    return views.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
