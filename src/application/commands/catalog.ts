import type { SkuSettings } from '../../domain/catalog/events';
import type { Gateway } from '../../domain/catalog/gateway';
import { healthWordOf } from '../../domain/catalog/health-setting';
import type { Setting } from '../../domain/catalog/setting';
import type { PaymentKind } from '../../domain/order/events';
import { aggregates } from '../aggregates';
import type { CommandHandling } from '../handle-command';
import type { IsChannel } from './configure-sku';

/** What is for sale and how it can be paid, as it stands now. */
export interface Catalog {
  sku(skuId: string): Promise<Setting<SkuSettings>>;
  gateway(gatewayId: string): Promise<Gateway>;
}

/** Read from the log at each question, so that a pause counts at once, whichever process it was said to. */
export class StoredCatalog implements Catalog {
  constructor(private readonly commands: CommandHandling) {}

  async sku(skuId: string): Promise<Setting<SkuSettings>> {
    return (await this.commands.load(aggregates.sku, skuId, true)).state;
  }

  async gateway(gatewayId: string): Promise<Gateway> {
    return (await this.commands.load(aggregates.gateway, gatewayId, true)).state;
  }
}

/** Read from the log: a channel may have been configured a moment ago, by another process. */
export const isChannel =
  (commands: CommandHandling): IsChannel =>
  async (channelId) =>
    (await commands.load(aggregates.channel, channelId, true)).state.settings !== undefined;

/** True when this gateway is configured, not paused, and takes this kind of payment. */
export async function canPayBy(catalog: Catalog, gatewayId: string, kind: PaymentKind): Promise<boolean> {
  return takes(await catalog.gateway(gatewayId), kind);
}

const takes = ({ settings, active }: Gateway, kind: PaymentKind): boolean => active && settings?.kinds.some((offered) => offered === kind) === true;

/**
 * Gateways to pay by instead of one that is isolated; none when it is not, or when there is no other: then the order waits for it, since
 * it may well be back before the buyer has lost patience.
 */
export function betterThan(gateways: readonly Gateway[], gatewayId: string, kind: PaymentKind): readonly string[] {
  const wanted = gateways.find(({ id }) => id === gatewayId);
  if (wanted === undefined || healthWordOf(wanted) !== 'ISOLATED') return [];
  return gateways.filter((other) => takes(other, kind) && healthWordOf(other) === 'HEALTHY').map(({ id }) => id);
}
