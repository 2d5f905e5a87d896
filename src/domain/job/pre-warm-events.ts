import type { Money } from '../kernel/money';
import type { ChannelSource, OrderEvent } from '../order/events';
import type { PurchaseEvent, PurchaseEventOf } from '../order/purchase-events';

/**
 * Cards that the shop buys ahead of a peak, for its own pool. These names and shapes are stored for ever. Buying is the same as for an
 * order, so each of its facts says the same as that of an order, under a name of its own.
 */

/** What an order says of its purchases, and how a purchase for the pool is called. */
const OWN_NAMES = {
  PurchaseRequested: 'PreWarmPurchaseRequested',
  PurchaseTimedOut: 'PreWarmPurchaseTimedOut',
  PurchaseChecked: 'PreWarmPurchaseChecked',
  PurchaseCancelRequested: 'PreWarmPurchaseCancelRequested',
  PurchaseCompleted: 'PreWarmPurchaseCompleted',
  PurchasePartlyCompleted: 'PreWarmPurchasePartlyCompleted',
  PurchaseRefused: 'PreWarmPurchaseRefused',
  PurchaseCancelled: 'PreWarmPurchaseCancelled',
  PurchaseWrittenOff: 'PreWarmPurchaseWrittenOff',
  PurchaseDisputed: 'PreWarmPurchaseDisputed',
  SurplusStocked: 'PreWarmCardsStocked',
} as const satisfies Partial<Record<PurchaseEvent['type'], string>>;

type Named = keyof typeof OWN_NAMES;
export type PreWarmPurchaseEvent = { [T in Named]: { readonly type: (typeof OWN_NAMES)[T]; readonly data: PurchaseEventOf<T>['data'] } }[Named];

export interface PreWarmOrdered {
  readonly skuId: string;
  /** Cards that are to come into the pool. */
  readonly units: number;
  /** What may be spent on them, with what may still come of purchases in doubt. */
  readonly budget: Money;
  /** Where they may be bought, each with the most that one may cost there. */
  readonly sources: readonly ChannelSource[];
  /** Nothing new is bought from here on: the peak is over. ISO-8601 UTC. */
  readonly buyBy: string;
  /** What it was ordered for: the hour that is expected to sell most, and what it is expected to sell. */
  readonly peak: { readonly hour: string; readonly units: number };
  /** Cards that were for sale then. */
  readonly available: number;
}

/** FILLED: all are there · BUDGET: the next would cost more than is left · TOO_LATE: the peak is over · NO_CHANNEL: too many purchases came to nothing · STOPPED: by a person. */
export type PreWarmEndCause = 'FILLED' | 'BUDGET' | 'TOO_LATE' | 'NO_CHANNEL' | 'STOPPED';

export type PreWarmEvent =
  | { readonly type: 'PreWarmOrdered'; readonly data: PreWarmOrdered }
  | PreWarmPurchaseEvent
  | { readonly type: 'PreWarmStopRequested'; readonly data: Record<string, never> }
  | { readonly type: 'PreWarmEnded'; readonly data: { readonly cause: PreWarmEndCause } };

const ORDER_NAMES: ReadonlyMap<string, Named> = new Map(Object.entries(OWN_NAMES).map(([theirs, own]) => [own, theirs as Named]));

/** What an order would say, in words of its own; nothing for what only an order has: reviews, and retries that are promised to a buyer. */
export function ownEvents(events: readonly OrderEvent[]): readonly PreWarmPurchaseEvent[] {
  const names: Readonly<Record<string, string>> = OWN_NAMES;
  return events.flatMap(({ type, data }) => {
    const name = names[type];
    return name === undefined ? [] : [{ type: name, data } as PreWarmPurchaseEvent];
  });
}

/** The same fact as an order would say it; null for what is not about a purchase. */
export function purchaseEventOf({ type, data }: PreWarmEvent): PurchaseEventOf<Named> | null {
  const name = ORDER_NAMES.get(type);
  return name === undefined ? null : ({ type: name, data } as PurchaseEventOf<Named>);
}
