import { exhaustive, type Decider } from '../kernel/decider';
import type { Money } from '../kernel/money';
import type { Rejection } from '../kernel/rejection';
import { fromIso, toIso, type Instant } from '../kernel/time';
import type { Stocked, SupplyEvent } from './events';

export interface Balance {
  readonly balanceMinor: number;
  readonly currency: string;
}

export interface SupplyState {
  /** As last told, by product. */
  readonly products: ReadonlyMap<string, Stocked>;
  readonly balance?: Balance;
  readonly staleSince?: Instant;
}

/** Less is left than should be. What is in another currency cannot be compared. */
export const isLow = ({ balanceMinor, currency }: Balance, min: Money | undefined): boolean =>
  min?.currency === currency && balanceMinor < min.amountMinor;

/** How much of a change is worth an event: all the numbers between two are noise. */
export interface SupplyRule {
  /** A number of pieces, or a balance, has to move by this share of what was told before. 0 to 1. */
  readonly stepShare: number;
  /** Whether less than this is left is always told. Minor units of the channel's currency. */
  readonly balanceMinMinor?: number;
}

export type SupplyCommand =
  /** What one look showed; what did not answer is left out. */
  | {
      readonly type: 'Hear';
      readonly channelId: string;
      readonly products: readonly Stocked[];
      readonly balance?: Balance;
      readonly rule: SupplyRule;
    }
  /** Looks that were answered nothing, for so long that it matters. */
  | { readonly type: 'MarkStale'; readonly channelId: string; readonly since: Instant };

const moved = (before: number, now: number, { stepShare }: SupplyRule): boolean =>
  now !== before && Math.abs(now - before) >= Math.abs(before) * stepShare;

/** Whether some can be had is always told, as is the price. */
function isNews(before: Stocked | undefined, now: Stocked, rule: SupplyRule): boolean {
  if (before === undefined) return true;
  const { unitCost, available } = before;
  if (unitCost.amountMinor !== now.unitCost.amountMinor || unitCost.currency !== now.unitCost.currency) return true;
  return (available === 0) !== (now.available === 0) || moved(available, now.available, rule);
}

function isBalanceNews(before: Balance | undefined, now: Balance, rule: SupplyRule): boolean {
  if (before === undefined || before.currency !== now.currency) return true;
  const { balanceMinMinor: min } = rule;
  const crossed = min !== undefined && before.balanceMinor < min !== now.balanceMinor < min;
  return crossed || moved(before.balanceMinor, now.balanceMinor, rule);
}

/**
 * GIVEN what was last told of a channel
 * WHEN  it is heard, or answers nothing for too long
 * THEN  only what has changed by enough is told, and that it is stale, or no longer is, once
 */
function decide(command: SupplyCommand, state: SupplyState): readonly SupplyEvent[] {
  const { channelId } = command;
  if (command.type === 'MarkStale')
    return state.staleSince === undefined ? [{ type: 'ChannelSupplyStale', data: { channelId, since: toIso(command.since) } }] : [];
  const { rule, balance } = command;
  const products = command.products.filter((now) => isNews(state.products.get(now.product), now, rule));
  return [
    ...(state.staleSince === undefined ? [] : [{ type: 'ChannelSupplyFresh', data: { channelId } } as const]),
    ...(products.length === 0 ? [] : [{ type: 'ChannelStockChanged', data: { channelId, products } } as const]),
    ...(balance === undefined || !isBalanceNews(state.balance, balance, rule)
      ? []
      : [{ type: 'ChannelBalanceChanged', data: { channelId, ...balance } } as const]),
  ];
}

function evolve(state: SupplyState, event: SupplyEvent): SupplyState {
  switch (event.type) {
    case 'ChannelStockChanged':
      return { ...state, products: new Map([...state.products, ...event.data.products.map((one) => [one.product, one] as const)]) };
    case 'ChannelBalanceChanged': {
      const { balanceMinor, currency } = event.data;
      return { ...state, balance: { balanceMinor, currency } };
    }
    case 'ChannelSupplyStale':
      return { ...state, staleSince: fromIso(event.data.since) };
    case 'ChannelSupplyFresh': {
      const { staleSince: _over, ...rest } = state;
      return rest;
    }
    default:
      return exhaustive(event, state);
  }
}

/** What one channel said in one day. */
export const supply: Decider<SupplyCommand, SupplyEvent, SupplyState, Rejection<never>> = {
  initial: () => ({ products: new Map() }),
  evolve,
  decide,
};
