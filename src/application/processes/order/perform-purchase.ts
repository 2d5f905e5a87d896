import type { Instant } from '../../../domain/kernel/time';
import type { EngineCommand } from '../../../domain/order/commands';
import { failedInRound, findPurchase } from '../../../domain/order/goods';
import type { OpenIntent } from '../../../domain/order/intent';
import type { Call } from '../../../domain/order/plan';
import type { Purchase } from '../../../domain/order/purchase';
import type { PurchaseAnswer } from '../../../domain/order/purchase-commands';
import { isSubmitted, type OrderState, type SubmittedOrder } from '../../../domain/order/state';
import { grantedMs, retryDelayMs, type Timing } from '../../../domain/order/timing';
import { type OrderSecrets, ownerOf } from '../../order-secrets';
import type { Channels, IssuingChannel, PurchaseFacts, PurchaseRequest } from '../../ports/channel';
import type { Keyring } from '../../ports/keyring';
import type { CallAnswer, CallOptions } from '../../ports/outside-call';
import { reportOf } from '../../received-cards';
import type { StoreClock } from '../../store-clock';

export type PurchaseCall = Extract<Call, { kind: 'request-purchase' | 'query-purchase' | 'cancel-purchase' }>;

export interface PurchaseOutside {
  readonly channels: Channels;
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
  readonly clock: StoreClock;
  readonly timing: Timing;
  isReusable(skuId: string): boolean;
}

/**
 * The one sending that an intent was granted for may leave only until `performBy`; a repeat or a cancel only as long after it was
 * planned, so that an engine which was stopped in between sends nothing that others have given up waiting for.
 */
function granted({ clock, timing }: PurchaseOutside, intent: OpenIntent | undefined): CallOptions {
  const sendBy = intent?.performBy ?? clock.now() + timing.performWithinMs;
  const maySend = (): boolean => clock.now() < sendBy;
  return intent === undefined ? { timeoutMs: timing.issueTimeoutMs, maySend, again: true } : { timeoutMs: grantedMs(intent, timing), maySend };
}

async function bodyOf({ secrets }: PurchaseOutside, orderId: string, { request }: Purchase): Promise<PurchaseRequest> {
  const { requestId, product, quantity, maxUnitCost, fields, callbackUrl } = request;
  return {
    requestId,
    product,
    quantity,
    maxUnitCostMinor: maxUnitCost.amountMinor,
    currency: maxUnitCost.currency,
    ...(fields === undefined ? {} : { fields: await secrets.openFields(orderId, fields) }),
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
  };
}

async function send(
  outside: PurchaseOutside,
  channel: IssuingChannel,
  call: PurchaseCall,
  orderId: string,
  purchase: Purchase,
): Promise<CallAnswer<PurchaseFacts>> {
  const { requestId } = purchase;
  switch (call.kind) {
    case 'request-purchase': {
      const options = granted(outside, call.first ? purchase.intent : undefined);
      return channel.purchase(await bodyOf(outside, orderId, purchase), options);
    }
    case 'query-purchase':
      return channel.query(requestId, { timeoutMs: outside.timing.issueTimeoutMs });
    case 'cancel-purchase':
      return channel.cancel(requestId, granted(outside, undefined));
  }
}

/** When the same channel may be asked for these goods anew: not at all once so many purchases came to nothing. */
function retryAtOf({ clock, timing }: PurchaseOutside, state: OrderState, { channelId }: Purchase, answer: CallAnswer<unknown>): Instant | undefined {
  const failed = failedInRound(state);
  if (failed.length + 1 >= timing.attemptsMax) return undefined;
  const failures = failed.filter((purchase) => purchase.channelId === channelId).length + 1;
  const asked = answer.outcome === 'notDone' ? (answer.retryAfterMs ?? 0) : 0;
  return clock.now() + Math.max(asked, retryDelayMs(timing, state.orderId, `purchase ${channelId}`, failures));
}

async function classify(
  outside: PurchaseOutside,
  state: SubmittedOrder,
  purchase: Purchase,
  answer: CallAnswer<PurchaseFacts>,
  final: boolean,
): Promise<PurchaseAnswer> {
  switch (answer.outcome) {
    case 'answered': {
      const { requestId } = purchase;
      const { skuId } = purchase.request;
      const receiving = { skuId, requestId, reusable: outside.isReusable(skuId) };
      return { kind: 'REPORTED', report: await reportOf(outside, ownerOf(state.orderId, state.submitted), receiving, answer.facts) };
    }
    case 'refused':
      return { kind: 'REFUSED', code: answer.code };
    case 'notDone':
      return { kind: 'NOT_DONE', code: answer.code };
    case 'notFound':
      return { kind: 'NOT_FOUND', final };
    case 'unknown':
      return { kind: 'UNKNOWN', cause: answer.cause };
  }
}

/** A port call and what its answer means; nothing is decided here. The codes in it are sealed before anything else happens. */
export async function performPurchase(outside: PurchaseOutside, call: PurchaseCall, state: OrderState): Promise<EngineCommand | null> {
  const purchase = findPurchase(state, call.requestId);
  const channel = purchase === undefined ? undefined : outside.channels.find(purchase.channelId);
  if (purchase === undefined || channel === undefined || !isSubmitted(state)) return null;
  const answer = await send(outside, channel, call, state.orderId, purchase);
  const retryAt = retryAtOf(outside, state, purchase, answer);
  return {
    type: 'RecordPurchaseAnswer',
    requestId: call.requestId,
    answer: await classify(outside, state, purchase, answer, call.kind === 'query-purchase' && call.notFoundIsFinal),
    first: call.kind === 'request-purchase' && call.first,
    at: outside.clock.now(),
    ...(call.nextCheckAt === undefined ? {} : { nextCheckAt: call.nextCheckAt }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}
