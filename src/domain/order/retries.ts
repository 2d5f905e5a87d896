import { toIso, type Instant } from '../kernel/time';
import type { Account } from '../routing/account';
import type { EngineCommand } from './commands';
import type { Decision } from './decision';
import type { RetryStep } from './events';
import { failedInRound } from './goods';
import { findRefund, type OrderState, type Refund, type SubmittedOrder } from './state';
import { NEVER_SENT } from './timing';

/** Why a retry was moved: so many were sent there to no end that the next one has to wait. Stored in `RetryScheduled`. */
export const RETRY_BUDGET = 'RETRY_BUDGET';

/** A request made anew to somebody with whom an earlier one of this order came to nothing. What never left this shop is no such request. */
export interface Retry {
  readonly step: RetryStep;
  readonly account: Account;
  /** Of what came to nothing. */
  readonly reference: string;
  readonly attempt: number;
  /** When it may be made, as stored. */
  readonly dueAt?: Instant;
  /** It has been moved, to a time that was kept for it. */
  readonly moved: boolean;
}

/** Of the next payment, or of the one that is being requested. */
export function paymentRetry({ payments, method, paymentRetry: scheduled }: OrderState): Retry | undefined {
  const last = payments.filter(({ status }) => status !== 'REQUESTED').at(-1);
  if (scheduled === undefined || last?.status !== 'NOT_DONE' || last.neverSent === true || last.gatewayId !== method?.gatewayId) return undefined;
  const { reference, attempt, gatewayId } = last;
  return { step: 'payment', account: `gateway:${gatewayId}`, reference, attempt, dueAt: scheduled.dueAt, moved: scheduled.cause === RETRY_BUDGET };
}

/** Of the next purchase at a channel, or of the one that is under way there. */
export function purchaseRetry(state: OrderState, channelId: string): Retry | undefined {
  const last = failedInRound(state)
    .filter((purchase) => purchase.channelId === channelId && purchase.neverSent === undefined)
    .at(-1);
  if (last === undefined) return undefined;
  const { requestId: reference, attempt, retryAt, retryCause } = last;
  const due = retryAt === undefined ? {} : { dueAt: retryAt };
  return { step: 'purchase', account: `channel:${channelId}`, reference, attempt, ...due, moved: retryCause === RETRY_BUDGET };
}

/** Of a refund that is to be sent again. */
export function refundRetry({ refundReference: reference, gatewayId, status, attempts, dueAt, dueCause }: Refund): Retry | undefined {
  if (status !== 'RETRY' || dueCause === NEVER_SENT) return undefined;
  const due = dueAt === undefined ? {} : { dueAt };
  return { step: 'refund', account: `gateway:${gatewayId}`, reference, attempt: attempts, ...due, moved: dueCause === RETRY_BUDGET };
}

/** The retry that a command begins or moves; undefined for what is none. */
export function retryOf(state: OrderState, command: EngineCommand): Retry | undefined {
  switch (command.type) {
    case 'RequestPayment':
      return paymentRetry(state);
    case 'RequestPurchase':
      return purchaseRetry(state, command.channelId);
    case 'RequestRefund':
      return retryOfRefund(state, command.refundReference);
    case 'MoveRetry':
      return retriesOf(state).find(({ step, reference }) => step === command.step && reference === command.reference);
    default:
      return undefined;
  }
}

function retryOfRefund(state: OrderState, refundReference: string): Retry | undefined {
  const refund = findRefund(state, refundReference);
  return refund === undefined ? undefined : refundRetry(refund);
}

function retriesOf(state: OrderState): readonly Retry[] {
  const channels = new Set(state.purchases.map(({ channelId }) => channelId));
  const all = [paymentRetry(state), ...state.refunds.map(refundRetry), ...[...channels].map((channelId) => purchaseRetry(state, channelId))];
  return all.filter((retry) => retry !== undefined);
}

/**
 * GIVEN a request that came to nothing and is to be made anew
 * WHEN  the retry budget of its gateway or channel is used up
 * THEN  the next attempt has a later time, which everybody may see; it is never dropped
 * ALREADY SO when it was moved before: the time it has was kept for it
 */
export function moveRetry(command: Extract<EngineCommand, { type: 'MoveRetry' }>, state: SubmittedOrder): Decision {
  const retry = retryOf(state, command);
  if (retry === undefined || retry.moved) return [];
  const { step, reference, attempt } = retry;
  return [{ type: 'RetryScheduled', data: { step, reference, attempt, dueAt: toIso(command.to), cause: RETRY_BUDGET } }];
}
