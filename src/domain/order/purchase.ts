import type { Money } from '../kernel/money';
import type { Instant } from '../kernel/time';
import type { OpenIntent } from './intent';
import type { PurchaseEventOf, Receipt, ReceivedCard, WriteOffCause } from './purchase-events';

/**
 * REQUESTED: intent without outcome · IN_DOUBT: the outcome is unknown · PENDING: the channel works on it. The rest are outcomes;
 * goods may still come after each of them, and are then recorded.
 */
export type PurchaseStatus = 'REQUESTED' | 'IN_DOUBT' | 'PENDING' | 'COMPLETED' | 'PARTIAL' | 'REFUSED' | 'CANCELLED' | 'WRITTEN_OFF';

export interface Purchase {
  readonly attempt: number;
  readonly requestId: string;
  readonly channelId: string;
  readonly request: PurchaseEventOf<'PurchaseRequested'>['data'];
  readonly status: PurchaseStatus;
  /** Attempts are counted anew in each round of looking for goods. */
  readonly round: number;
  readonly requestedAt: Instant;
  readonly intent?: OpenIntent;
  readonly noticePending: boolean;
  readonly nextCheckAt?: Instant;
  readonly checkedAt?: Instant;
  /** The channel said it never heard of it, first at this time. Not yet a no. */
  readonly notFoundAt?: Instant;
  readonly cancelRequestedAt?: Instant;
  /** A person sent the order elsewhere. */
  readonly takenElsewhere?: true;
  /** When nobody waited for it any more. */
  readonly writtenOffAt?: Instant;
  readonly writtenOffFor?: WriteOffCause;
  readonly costAtRisk?: Money;
  /** Every card it ever named. */
  readonly cardIds: readonly string[];
  /** Units it gave that were worth something: good cards, or those that its receipt stands for. */
  readonly units: number;
  readonly hasReceipt: boolean;
  /** Cards in dispute with the channel. */
  readonly disputed: number;
  readonly unitCost?: Money;
  readonly reason?: string;
  /** Our own performer came too late to send it: that is no attempt. */
  readonly neverSent?: true;
  /** From here on its channel may be asked for the same goods anew. */
  readonly retryAt?: Instant;
  /** Why not earlier. */
  readonly retryCause?: string;
}

/** A card that was answered and is not yet on its own stream. */
export interface ArrivingCard extends ReceivedCard {
  readonly requestId: string;
  readonly reservation: number;
  readonly channelId?: string;
  readonly cost?: Money;
}

export interface HeldReceipt extends Receipt {
  readonly requestId: string;
}

/** It could still give goods: nothing else is bought, and nothing is compensated, before that is known. */
export const isPurchaseOpen = ({ status }: Purchase): boolean => status === 'REQUESTED' || status === 'IN_DOUBT' || status === 'PENDING';

/** It is over and gave nothing. */
export const hasFailed = (purchase: Purchase): boolean => !isPurchaseOpen(purchase) && purchase.units === 0;
