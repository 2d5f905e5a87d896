import type { SkuSettings } from '../../domain/catalog/events';
import { explainRoute, type RouteExplained } from '../../domain/order/explain-route';
import type { MarginRule } from '../../domain/order/margin';
import type { OrderSubmitted } from '../../domain/order/events';
import type { ChannelView, Offer, World } from '../../domain/order/plan';
import { isSubmitted, type SubmittedOrder } from '../../domain/order/state';
import type { Timing } from '../../domain/order/timing';
import type { HealthPolicy } from '../../domain/routing/health';
import { policyFor } from '../../domain/routing/policy';
import { toIso } from '../../domain/kernel/time';
import type { CardRow } from '../../projections/cards';
import { aggregates } from '../aggregates';
import { termsOf } from '../commands/submit/order-form';
import type { Channels } from '../ports/channel';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';
import type { StoreClock } from '../store-clock';
import { offerOf, type OfferHints } from '../supply/offer-hints';

export interface RouteDeskKit {
  readonly settings: Pick<Settings, 'routingPolicy'>;
  readonly channels: Channels;
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly offers: Pick<OfferHints, 'told'>;
  readonly clock: StoreClock;
  readonly timing: Timing;
  readonly healthPolicy: HealthPolicy;
  /** What a card must leave where its SKU does not say. */
  readonly minMargin: MarginRule | undefined;
  channelView(channelId: string): ChannelView | undefined;
}

const ASK_TIMEOUT_MS = 3_000;
/** Sources of one product that are asked. */
const ASKED_MAX = 100;

/** Says where an order would get its goods. It asks channels for stock and price, takes those that do not answer at their last word, and changes nothing. */
export class RouteDesk {
  constructor(private readonly kit: RouteDeskKit) {}

  /** An order that does not exist, as it would stand when it had just been submitted. */
  imagined(orderId: string, skuId: string, quantity: number, settings: SkuSettings): SubmittedOrder {
    const occurredAt = toIso(this.kit.clock.now());
    const amount = { amountMinor: settings.price.amountMinor * quantity, currency: settings.price.currency };
    const data: OrderSubmitted = {
      ...{
        orderNumber: '',
        clientId: '',
        skuId,
        quantity,
        amount,
        terms: termsOf(settings, this.kit.minMargin),
        buyer: { ref: '', tier: 'STANDARD' },
      },
      ...{ payment: { gatewayId: '', kind: 'CHARGE' }, admission: 'NOW', requestFingerprint: '', locale: 'en' },
      accessToken: { keyVersion: 1, epoch: 1 },
    };
    const { decider } = aggregates.order;
    const state = decider.evolve(decider.initial(orderId), { type: 'OrderSubmitted', data, occurredAt });
    if (!isSubmitted(state)) throw new Error('an order that was submitted is not');
    return state;
  }

  /** Rejects with ReadModelsUnavailable. */
  async explain(state: SubmittedOrder): Promise<RouteExplained> {
    const { clock } = this.kit;
    const [offers, cardIds] = [await this.offers(state), await this.cardsOf(state)];
    return explainRoute(state, clock.now(), this.world(state.orderId, offers, cardIds));
  }

  private async offers({ submitted }: SubmittedOrder): Promise<ReadonlyMap<string, Offer>> {
    const { sources } = submitted.terms;
    const asked = sources.slice(0, ASKED_MAX).map(async (source): Promise<readonly [string, Offer]> => {
      if (source.kind !== 'CHANNEL') return ['', { kind: 'UNKNOWN' }];
      const answer = await this.kit.channels.find(source.channelId)?.stock(source.product, { timeoutMs: ASK_TIMEOUT_MS });
      const said = offerOf(answer);
      // Whoever does not answer now is taken at its last word, as an engine would that has just heard it.
      const offer = said.kind === 'UNKNOWN' ? await this.kit.offers.told(source.channelId, source.product) : said;
      return [offerKey(source.channelId, source.product), offer];
    });
    return new Map(await Promise.all(asked));
  }

  private async cardsOf({ submitted: { skuId, quantity } }: SubmittedOrder): Promise<readonly string[]> {
    const filter = { skuId: { eq: skuId }, status: { eq: 'AVAILABLE' }, expiresAt: { gt: this.kit.clock.now() } };
    const rows = await this.kit.readModels.find<CardRow>('cards', { filter, limit: Math.min(1_000, Math.max(1, quantity)) });
    return rows.map(({ key }) => key);
  }

  private world(orderId: string, offers: ReadonlyMap<string, Offer>, cardIds: readonly string[]): World {
    const { kit } = this;
    return {
      timing: kit.timing,
      healthPolicy: kit.healthPolicy,
      policy: policyFor(kit.settings.routingPolicy(), orderId),
      by: 'explain:0',
      hasCome: (at) => kit.clock.hasCome(at),
      seenForMs: () => 0,
      gateway: () => undefined,
      channel: (channelId) => kit.channelView(channelId),
      offer: (channelId, product) => offers.get(offerKey(channelId, product)) ?? { kind: 'UNKNOWN' },
      candidates: (_skuId, quantity) => (cardIds.length === 0 ? { kind: 'NONE' } : { kind: 'SOME', cardIds: cardIds.slice(0, quantity) }),
      sellable: () => undefined,
      route: () => ({ lane: 'default', policyVersion: '', why: '' }),
    };
  }
}

const offerKey = (channelId: string, product: string): string => `${channelId}\u001f${product}`;
