import { money, type Money } from '../../domain/kernel/money';
import { toIso } from '../../domain/kernel/time';
import { isLow } from '../../domain/supply/decide';
import type { SupplyRow } from '../../projections/supply';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { ReadModels } from '../ports/read-models';
import type { Settings } from '../settings';
import { productsOf } from '../supply/products-of';
import { Query, type QueryHandler } from './query';

/** What is left of the shop's deposit at a channel. */
export interface KnownBalance {
  /** Below zero where the channel lends. */
  readonly amount: Money;
  /** People are told when less is left; null when nobody asked for that. */
  readonly min: Money | null;
  readonly low: boolean;
  /** When it last moved by enough to be told, ISO-8601 UTC. */
  readonly toldAt: string;
}

/** One product of a channel. */
export interface KnownStock {
  readonly product: string;
  readonly available: number;
  readonly unitCost: Money;
  readonly toldAt: string;
}

/** What was last told of a channel. */
export interface KnownSupply {
  /** Null while it never told one. */
  readonly balance: KnownBalance | null;
  /** Of what some SKU buys there. */
  readonly stock: readonly KnownStock[];
  /** It has answered nothing since then, so all of it is old; null while it answers. */
  readonly staleSince: string | null;
}

/** What is known of a channel's balance, stock and prices, without asking it. */
export class GetKnownSupply extends Query<KnownSupply> {
  static readonly operation = 'channelKnownSupply';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly channelId: string,
  ) {
    super();
  }
}

export class GetKnownSupplyHandler implements QueryHandler<GetKnownSupply> {
  readonly query = GetKnownSupply;
  constructor(
    private readonly settings: Pick<Settings, 'channel' | 'allSkus'>,
    private readonly readModels: Pick<ReadModels, 'get'>,
  ) {}

  /** Throws Forbidden and ReadModelsUnavailable. */
  async execute({ caller, channelId }: GetKnownSupply): Promise<KnownSupply> {
    requireRole(GetKnownSupply, caller);
    const row = (await this.readModels.get<SupplyRow>('supply', channelId))?.value;
    if (row === undefined) return { balance: null, stock: [], staleSince: null };
    const bought = new Set(productsOf(this.settings, channelId));
    return {
      balance: this.balanceOf(channelId, row.balance),
      stock: row.products.filter(({ product }) => bought.has(product)).map((one) => ({ ...one, toldAt: toIso(one.toldAt) })),
      staleSince: row.staleSince === null ? null : toIso(row.staleSince),
    };
  }

  private balanceOf(channelId: string, known: SupplyRow['balance']): KnownBalance | null {
    if (known === null) return null;
    const min = this.settings.channel(channelId)?.settings?.balanceMin;
    const { balanceMinor, currency, toldAt } = known;
    return { amount: money(balanceMinor, currency), min: min ?? null, low: isLow(known, min), toldAt: toIso(toldAt) };
  }
}
