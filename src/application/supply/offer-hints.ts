import { DAY_MS, HOUR_MS } from '../../domain/kernel/time';
import type { Offer } from '../../domain/order/plan';
import type { SupplyRow } from '../../projections/supply';
import type { Channels } from '../ports/channel';
import type { CallAnswer } from '../ports/outside-call';
import { type ReadModels, ReadModelsUnavailable } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import { Recent } from '../recent';
import type { StoreClock } from '../store-clock';

export interface OfferHintsKit {
  readonly readModels: Pick<ReadModels, 'get'>;
  readonly channels: Channels;
  readonly runtime: Pick<Runtime, 'monotonicMs'>;
  readonly clock: Pick<StoreClock, 'now'>;
}

/** What was read or asked is good for so long: a crowd that wants one product reads and asks together. */
const GOOD_FOR_MS = 1_000;
const ASK_TIMEOUT_MS = 1_000;
/** Channels, and products of channels, that are remembered. */
const CHANNELS_MAX = 1_000;
const PRODUCTS_MAX = 2_000;
/** While all is well a channel is told of at least once a day: what is older nobody looks after. */
const TOLD_WITHIN_MS = DAY_MS + HOUR_MS;

interface Kept<T> {
  readonly atMs: number;
  readonly value: Promise<T>;
}

/** What channels offer, for whoever must not wait: as it was last told, and, where that is not good enough, as they say now. */
export class OfferHints {
  private readonly rows = new Recent<string, Kept<SupplyRow | null>>(CHANNELS_MAX);
  private readonly asked = new Recent<string, Kept<Offer>>(PRODUCTS_MAX);

  constructor(private readonly kit: OfferHintsKit) {}

  /** As last told; UNKNOWN when that is old, when it never was, or while nobody can look it up. */
  async told(channelId: string, product: string): Promise<Offer> {
    const row = await this.kept(this.rows, channelId, () => this.read(channelId));
    if (row === null || row.staleSince !== null || row.toldAt < this.kit.clock.now() - TOLD_WITHIN_MS) return { kind: 'UNKNOWN' };
    const one = row.products.find((known) => known.product === product);
    return one === undefined ? { kind: 'UNKNOWN' } : { kind: 'SOME', available: one.available, unitCost: one.unitCost };
  }

  /** As the channel says now, in a second at most, and asked at most once a second by each process. UNKNOWN when it says nothing. */
  asks(channelId: string, product: string): Promise<Offer> {
    return this.kept(this.asked, `${channelId}\u001f${product}`, async () => {
      const answer = await this.kit.channels.find(channelId)?.stock(product, { timeoutMs: ASK_TIMEOUT_MS });
      return answer?.outcome === 'answered' ? offerOf(answer) : { kind: 'UNKNOWN' };
    });
  }

  private async read(channelId: string): Promise<SupplyRow | null> {
    try {
      return (await this.kit.readModels.get<SupplyRow>('supply', channelId))?.value ?? null;
    } catch (error) {
      if (error instanceof ReadModelsUnavailable) return null;
      throw error;
    }
  }

  private kept<T>(entries: Recent<string, Kept<T>>, key: string, make: () => Promise<T>): Promise<T> {
    const atMs = this.kit.runtime.monotonicMs();
    const known = entries.get(key);
    if (known !== undefined && atMs < known.atMs + GOOD_FOR_MS) return known.value;
    const value = make();
    entries.set(key, { atMs, value });
    return value;
  }
}

type StockAnswer = CallAnswer<{ readonly available: number; readonly unitCostMinor: number; readonly currency: string }>;

/** What an answer about stock offers. AWAY: the question never arrived there. */
export function offerOf(answer: StockAnswer | undefined): Offer {
  if (answer?.outcome === 'notDone') return { kind: 'AWAY' };
  if (answer?.outcome !== 'answered') return { kind: 'UNKNOWN' };
  const { available, unitCostMinor, currency } = answer.facts;
  return { kind: 'SOME', available, unitCost: { amountMinor: unitCostMinor, currency } };
}
