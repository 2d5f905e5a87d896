import type { GatewaySettings, SkuSettings } from '../../domain/catalog/events';
import type { Setting } from '../../domain/catalog/setting';
import { aggregates } from '../aggregates';
import type { CommandHandling } from '../handle-command';
import type { IsChannel } from './configure-sku';

/** What is for sale and how it can be paid, as it stands now. */
export interface Catalog {
  sku(skuId: string): Promise<Setting<SkuSettings>>;
  gateway(gatewayId: string): Promise<Setting<GatewaySettings>>;
}

/** Read from the log at each question, so that a pause counts at once, whichever process it was said to. */
export class StoredCatalog implements Catalog {
  constructor(private readonly commands: CommandHandling) {}

  async sku(skuId: string): Promise<Setting<SkuSettings>> {
    return (await this.commands.load(aggregates.sku, skuId, true)).state;
  }

  async gateway(gatewayId: string): Promise<Setting<GatewaySettings>> {
    return (await this.commands.load(aggregates.gateway, gatewayId, true)).state;
  }
}

/** Read from the log: a channel may have been configured a moment ago, by another process. */
export const isChannel =
  (commands: CommandHandling): IsChannel =>
  async (channelId) =>
    (await commands.load(aggregates.channel, channelId, true)).state.settings !== undefined;

/** True when this gateway is configured, not paused, and takes this kind of payment. */
export async function canPayBy(catalog: Catalog, gatewayId: string, kind: 'REDIRECT' | 'CHARGE'): Promise<boolean> {
  const { settings, active } = await catalog.gateway(gatewayId);
  return active && settings?.kinds.some((offered) => offered === kind) === true;
}
