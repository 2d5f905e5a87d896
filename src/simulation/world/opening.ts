import type { Caller } from '../../application/caller';
import { ConfigureChannel } from '../../application/commands/configure-channel';
import { ConfigureGateway } from '../../application/commands/configure-gateway';
import { ConfigureSku } from '../../application/commands/configure-sku';
import { ImportCards } from '../../application/commands/import-cards';
import type { Requests } from '../people/requests';
import type { SimulatedChannel } from '../ports/simulated-channel';
import type { SimulatedGateway } from '../ports/simulated-gateway';
import type { SimulatedSku } from '../profiles/profile';
import type { Scheduler } from './scheduler';

const CARDS_PER_IMPORT = 100;
const SECRET = { env: 'SIMULATED' };
const reason = 'the shop opens';

export const admin: Caller = { role: 'ADMIN', clientId: 'desk', actor: { kind: 'ADMIN', id: 'admin' }, requestId: 'simulated', locale: 'en' };

export interface OpeningKit {
  readonly requests: Requests;
  readonly scheduler: Scheduler;
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  readonly channels: ReadonlyMap<string, SimulatedChannel>;
  readonly skus: readonly SimulatedSku[];
  /** Orders that are expected. */
  readonly orders: number;
}

/** What the owner does before the first buyer comes, and each time that cards are delivered to the shop. */
export class Opening {
  /** Every code that was handed to the shop, by import or by a person. */
  readonly codes = new Set<string>();

  constructor(private readonly kit: OpeningKit) {}

  async open(): Promise<void> {
    const { gateways, channels, skus, scheduler } = this.kit;
    for (const gateway of gateways.values()) await this.configureGateway(gateway);
    for (const channel of channels.values()) await this.configureChannel(channel);
    for (const sku of skus) {
      const input = ConfigureSku.input.parse({ idempotencyKey: `sku-${sku.id}`, reason, skuId: sku.id, settings: sku.settings });
      await this.kit.requests.insist(`configure ${sku.id}`, (desk) => desk.configureSku.execute(new ConfigureSku(admin, input)), Infinity);
    }
    await scheduler.sleep(2_000);
    for (const sku of skus) await this.importCards(sku, sku.stock, 'first');
  }

  /** A share of all that could be wanted of it. Nothing where it sells none of its own. */
  async importCards(sku: SimulatedSku, share: number, batch: string): Promise<void> {
    if (!sku.settings.sources.some(({ kind }) => kind === 'POOL') || share === 0) return;
    const demand = this.kit.skus.reduce((sum, one) => sum + one.demand, 0);
    const count = Math.max(1, Math.ceil((this.kit.orders * 1.4 * share * sku.demand) / demand));
    for (let from = 0; from < count; from += CARDS_PER_IMPORT) {
      const cards = Array.from({ length: Math.min(CARDS_PER_IMPORT, count - from) }, (_, i) => ({ code: `CODE-${sku.id}-${batch}-${from + i}` }));
      for (const { code } of cards) this.codes.add(code);
      const input = { idempotencyKey: `import-${sku.id}-${batch}-${from}`, reason: 'stock', skuId: sku.id, cards };
      await this.kit.requests.insist(`import ${sku.id}`, (desk) => desk.importCards.execute(new ImportCards(admin, input)), Infinity);
    }
  }

  private async configureGateway({ options, merchantId }: SimulatedGateway): Promise<void> {
    const { id: gatewayId, flags, notFoundFinalAfterSeconds, kinds = ['REDIRECT', 'CHARGE'] } = options;
    const settings = {
      adapter: 'http-v1' as const,
      baseUrl: `https://${gatewayId}.simulated`,
      merchantId,
      apiKey: SECRET,
      webhookSecrets: [SECRET],
      flags: (['replay', 'lookup', 'cancel'] as const).filter((flag) => flags[flag]),
      notFoundFinalAfterSeconds,
      kinds: [...kinds],
    };
    const input = { idempotencyKey: `gateway-${gatewayId}`, reason, gatewayId, settings };
    await this.kit.requests.insist(`configure ${gatewayId}`, (desk) => desk.configureGateway.execute(new ConfigureGateway(admin, input)), Infinity);
  }

  private async configureChannel({ options }: SimulatedChannel): Promise<void> {
    const { id: channelId, flags, notFoundFinalAfterSeconds, maxInFlight = 50, ratePerSecond = 100 } = options;
    const settings = {
      adapter: 'http-v1' as const,
      baseUrl: `https://${channelId}.simulated`,
      apiKey: SECRET,
      webhookSecrets: [SECRET],
      flags: (['replay', 'lookup', 'cancel', 'partialFill'] as const).filter((flag) => flags[flag]),
      notFoundFinalAfterSeconds,
      weight: 1,
      priority: 1,
      ratePerSecond,
      maxInFlight,
    };
    const input = { idempotencyKey: `channel-${channelId}`, reason, channelId, settings };
    await this.kit.requests.insist(`configure ${channelId}`, (desk) => desk.configureChannel.execute(new ConfigureChannel(admin, input)), Infinity);
  }
}
