import type { Money } from '../../domain/kernel/money';
import { toIso } from '../../domain/kernel/time';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { Channels } from '../ports/channel';
import type { CallAnswer } from '../ports/outside-call';
import type { Runtime } from '../ports/runtime';
import type { Settings } from '../settings';
import { productsOf } from '../supply/products-of';
import { Query, type QueryHandler } from './query';

/** What a channel says at this moment; where it does not say it, `problem` says why in a stable word such as TIMEOUT. */
export interface ChannelSupply {
  /** ISO-8601 UTC. */
  readonly askedAt: string;
  /** What is left of the deposit there. */
  readonly balance: Money | null;
  readonly balanceProblem: string | null;
  readonly products: readonly ProductSupply[];
}

/** One product of the channel that some SKU names. */
export interface ProductSupply {
  readonly product: string;
  readonly available: number | null;
  readonly unitCost: Money | null;
  readonly problem: string | null;
}

const ASK_TIMEOUT_MS = 3_000;
/** More than this is as good as any number, and fits everywhere. */
const AVAILABLE_MAX = 1_000_000_000;

/** Asks the channel itself, now. */
export class AskChannel extends Query<ChannelSupply> {
  static readonly operation = 'channelSupply';
  static readonly rights: Rights = { roles: ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] };
  constructor(
    readonly caller: Caller,
    readonly channelId: string,
  ) {
    super();
  }
}

export class AskChannelHandler implements QueryHandler<AskChannel> {
  readonly query = AskChannel;
  constructor(
    private readonly settings: Pick<Settings, 'allSkus'>,
    private readonly channels: Channels,
    private readonly runtime: Pick<Runtime, 'wallMs'>,
  ) {}

  async execute({ caller, channelId }: AskChannel): Promise<ChannelSupply> {
    requireRole(AskChannel, caller);
    const channel = this.channels.find(channelId);
    const options = { timeoutMs: ASK_TIMEOUT_MS };
    const asking = productsOf(this.settings, channelId).map(async (product): Promise<ProductSupply> => {
      const answer = await channel?.stock(product, options);
      if (answer?.outcome !== 'answered') return { product, available: null, unitCost: null, problem: problemOf(answer) };
      const { available, unitCostMinor, currency } = answer.facts;
      return { product, available: Math.min(available, AVAILABLE_MAX), unitCost: { amountMinor: unitCostMinor, currency }, problem: null };
    });
    const [balance, ...products] = await Promise.all([channel?.balance(options), ...asking]);
    const left = balance?.outcome === 'answered' ? { amountMinor: balance.facts.balanceMinor, currency: balance.facts.currency } : null;
    return { askedAt: toIso(this.runtime.wallMs()), balance: left, balanceProblem: left === null ? problemOf(balance) : null, products };
  }
}

function problemOf(answer: CallAnswer<unknown> | undefined): string {
  if (answer === undefined) return 'NOT_USABLE';
  switch (answer.outcome) {
    case 'answered':
      return 'UNREADABLE_ANSWER';
    case 'unknown':
      return answer.cause;
    case 'notFound':
      return 'NOT_FOUND';
    default:
      return answer.code;
  }
}
