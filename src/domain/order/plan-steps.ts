import type { Money } from '../kernel/money';
import { SECOND_MS, type Instant } from '../kernel/time';
import { openness, type Health, type HealthPolicy, type Openness } from '../routing/health';
import { BUILT_IN, type PolicyInForce, type RoutingPolicy } from '../routing/policy';
import type { HeldBack } from '../routing/silence';
import type { TrackRecord } from '../routing/track-record';
import type { Account } from '../routing/account';
import type { EngineCommand } from './commands';
import type { ReviewSubject } from './events';
import { inReview, type GivenUpCard, type SubmittedOrder } from './state';
import type { Timing } from './timing';

/** What the plan may know of a gateway besides the order itself. */
export interface GatewayView {
  readonly flags: { readonly replay: boolean; readonly lookup: boolean; readonly cancel: boolean };
  readonly notFoundFinalAfterMs: number;
  readonly merchantId: string;
  readonly notifyUrl: string;
  readonly paused: boolean;
  /** So much is under way there that nothing more may be sent at this moment. */
  readonly busy: boolean;
  /** Absent: nothing was said of it. */
  readonly health?: Health;
  /** Its limits, or while it is ill what its ramp leaves of them, have no room for another request. */
  readonly rampFull?: boolean;
  /** How it has done, as far as this engine has seen; absent: it has seen nothing. */
  readonly record?: TrackRecord;
}

/** What the plan may know of an issuing channel besides the order itself. */
export interface ChannelView {
  readonly flags: { readonly replay: boolean; readonly lookup: boolean; readonly cancel: boolean; readonly partialFill: boolean };
  readonly notFoundFinalAfterMs: number;
  readonly callbackUrl?: string;
  readonly paused: boolean;
  /** Orders submitted later do without it. */
  readonly drainingSince?: Instant;
  /** So much is under way there that nothing more may be sent at this moment. */
  readonly busy: boolean;
  /** Lower is asked first. */
  readonly priority: number;
  /** Its share among channels of one priority. */
  readonly weight: number;
  /** Absent: nothing was said of it. */
  readonly health?: Health;
  /** Its limits, or while it is ill what its ramp leaves of them, have no room for another request. */
  readonly rampFull?: boolean;
  /** How it has done, as far as this engine has seen. */
  readonly record: TrackRecord;
}

/** What a channel last said of one product: a hint. AWAY: it could not be reached when it was last needed, and has not answered since. */
export type Offer =
  { readonly kind: 'SOME'; readonly available: number; readonly unitCost: Money } | { readonly kind: 'UNKNOWN' } | { readonly kind: 'AWAY' };

/** Cards of a pool that nobody is known to hold. They only propose: the claim decides. */
export type Candidates = { readonly kind: 'SOME'; readonly cardIds: readonly string[] } | { readonly kind: 'NONE' } | { readonly kind: 'LOADING' };

/** REQUEST: something new, for which health and its ramp count. QUESTION: what settles something, in any health. */
export type Wanted = 'REQUEST' | 'QUESTION';

/** Room for retries, by whom they are sent to. */
export interface RetryRoom {
  /** How long one that asks now must wait. Milliseconds; 0: not at all. */
  waitMs(account: Account): number;
  /** Whether one that was promised a later time may go now. */
  hasRoomEarly(account: Account): boolean;
}

/** A snapshot of everything outside the order that the plan may look at. */
export interface World {
  readonly timing: Timing;
  readonly healthPolicy: HealthPolicy;
  /** How this order chooses where to buy; absent: nothing was ever published. */
  readonly policy?: PolicyInForce;
  /** Engine session and counter that grants of this pass are made out to. */
  readonly by: string;
  /** Whether a time has certainly come at the store. What cannot tell yet, or doubts its clocks, says no: nothing ends because of a deadline then. */
  hasCome(at: Instant): boolean;
  /** How long this engine has known of an intent or reference, on its own monotonic clock. Milliseconds. */
  seenForMs(key: string): number;
  gateway(gatewayId: string): GatewayView | undefined;
  channel(channelId: string): ChannelView | undefined;
  offer(channelId: string, product: string): Offer;
  /**
   * What keeps a question that told nothing new from being put again; the engine paces it with capped back-off. Until then it holds up
   * nothing: the rows below have their turn. An engine that remembers nothing asks at once.
   */
  askAgain?(call: Call): HeldBack | undefined;
  /** Room for what is made anew; absent: any number of times. */
  readonly retries?: RetryRoom;
  /** Whether somebody of the same lane has waited longer for room there; absent: nobody. */
  isBehind?(account: Account, wants: Wanted): boolean;
  /** Up to `quantity` cards that might be had. */
  candidates(skuId: string, quantity: number): Candidates;
  /** Units that can still be promised: stock less what paid orders are owed. Undefined until it is known. */
  sellable(skuId: string): number | undefined;
  route(order: SubmittedOrder): { readonly lane: string; readonly policyVersion: string; readonly canary?: boolean; readonly why: string };
}

/** A call through a port. What it needs beyond this is in the order's state. `first`: the one sending its intent was granted for. */
export type Call =
  | { readonly kind: 'request-payment'; readonly reference: string; readonly first: boolean; readonly nextCheckAt: Instant }
  | {
      readonly kind: 'query-payment';
      readonly reference: string;
      readonly nextCheckAt?: Instant;
      readonly notFoundIsFinal: boolean;
      /** So long after the notice that an answer without its money is no old one any more. */
      readonly noticeIsOld?: true;
    }
  | { readonly kind: 'close-payment'; readonly reference: string; readonly first: boolean }
  | { readonly kind: 'request-refund'; readonly refundReference: string; readonly first: boolean; readonly nextCheckAt: Instant }
  | { readonly kind: 'query-refund'; readonly refundReference: string; readonly nextCheckAt: Instant; readonly notFoundIsFinal: boolean }
  | { readonly kind: 'request-purchase'; readonly requestId: string; readonly first: boolean; readonly nextCheckAt: Instant }
  | { readonly kind: 'query-purchase'; readonly requestId: string; readonly nextCheckAt?: Instant; readonly notFoundIsFinal: boolean }
  | { readonly kind: 'cancel-purchase'; readonly requestId: string; readonly nextCheckAt?: Instant }
  /** Brings answered cards to their own streams; `claim`: for this order, else into the pool. */
  | {
      readonly kind: 'stock-cards';
      readonly reservation: number;
      readonly cards: readonly { readonly cardId: string; readonly claim: boolean }[];
    }
  | { readonly kind: 'claim-cards'; readonly reservation: number; readonly cardIds: readonly string[] }
  | { readonly kind: 'release-cards'; readonly cards: readonly GivenUpCard[] };

/** What an order may wait for besides time: cards of a SKU, numbers that are being read, news of a gateway or channel, room for a retry there, one's turn to send a request or to put a question there, or that one who was silent is heard of. */
export type WaitsFor =
  `stock:${string}` | `loading:${string}` | Account | `retry:${Account}` | `turn:${Account}` | `room:${Account}` | `heard:${Account}`;

export type Step =
  | { readonly kind: 'decide'; readonly command: EngineCommand; readonly call?: Call }
  | { readonly kind: 'ask'; readonly call: Call }
  | { readonly kind: 'wait'; readonly waitUntil?: Instant; readonly waitsFor?: readonly WaitsFor[]; readonly since?: Instant };

/** One look at one order. Rows that find nothing to do yet leave here when to look again. */
export interface Pass {
  readonly state: SubmittedOrder;
  readonly now: Instant;
  readonly world: World;
  readonly wakes: Instant[];
  readonly waitsFor: WaitsFor[];
}

/** A line of the plan table: what it is for, and the step it wants, or null when it does not apply. */
export interface PlanRow {
  readonly row: string;
  readonly about: string;
  readonly step: (pass: Pass) => Step | null;
}

export const decideStep = (command: EngineCommand, call?: Call): Step =>
  call === undefined ? { kind: 'decide', command } : { kind: 'decide', command, call };
/** Before somebody who is busy with us is looked at again, should nobody ring. Thousands may wait, so this must not be what moves them. */
const BUSY_MS = 30 * SECOND_MS;

/**
 * A dead gateway or channel must not take up every engine: beyond its limits nothing is sent to it until it has room again. Whoever comes while others
 * wait goes behind those that have waited longer.
 */
export function comesBackIfBusy(pass: Pass, account: Account, { busy }: { readonly busy: boolean }): boolean {
  if (!busy && pass.world.isBehind?.(account, 'QUESTION') !== true) return false;
  pass.waitsFor.push(`room:${account}`);
  pass.wakes.push(pass.now + BUSY_MS);
  return true;
}

/** When a grant made now runs out. */
export function grantFrom(pass: Pass, timeoutMs: number): { by: string; performBy: Instant; answerBy: Instant } {
  const { performWithinMs, answerSlackMs } = pass.world.timing;
  return { by: pass.world.by, performBy: pass.now + performWithinMs, answerBy: pass.now + performWithinMs + timeoutMs + answerSlackMs };
}

/** Notes a later look; true when that time has come. */
export function isDue(pass: Pass, at: Instant): boolean {
  if (at <= pass.now) return true;
  pass.wakes.push(at);
  return false;
}

/** Opens a review unless one of this subject is open. */
export function callAPerson(pass: Pass, subject: ReviewSubject, cause: string): Step | null {
  return inReview(pass.state, subject) ? null : decideStep({ type: 'OpenReview', subject, cause });
}

/** A deadline that ends something: it never counts while the clock is in doubt. */
export function deadlinePassed(pass: Pass, at: Instant): boolean {
  if (!isDue(pass, at)) return false;
  if (pass.world.hasCome(at)) return true;
  pass.wakes.push(pass.now + 10 * SECOND_MS);
  return false;
}

/**
 * The same for a request: the longest waiting is called when it is his turn, and nobody else looks meanwhile. `isOnRamp`: he has nowhere else to go, so
 * while the other side is ill it is for the room of its ramp that he waits. Says why he may not go now; null: he may.
 */
export function waitsForTurn(
  pass: Pass,
  account: Account,
  { busy, health, rampFull }: Pick<GatewayView, 'busy' | 'health' | 'rampFull'>,
  isOnRamp = true,
): 'ISOLATED' | 'PROBED_BY_OTHERS' | 'BUSY' | null {
  const why =
    isOnRamp && health?.word === 'ISOLATED'
      ? 'ISOLATED'
      : isOnRamp && health?.word === 'PROBING' && rampFull === true
        ? 'PROBED_BY_OTHERS'
        : busy || pass.world.isBehind?.(account, 'REQUEST') === true
          ? 'BUSY'
          : null;
  if (why !== null) pass.waitsFor.push(`turn:${account}`);
  return why;
}

/** By which policy this order chooses where to buy. */
export const policyOf = ({ world }: Pass): RoutingPolicy => world.policy?.policy ?? BUILT_IN;

/** What the health of a channel means for an order that could go elsewhere. A ramp that will let it in is noted as a later look. */
export function opennessOf(pass: Pass, account: Account, health: Health | undefined): Openness {
  const open = openness(health, pass.state.orderId, account, pass.now, pass.world.healthPolicy);
  if (open.kind === 'CLOSED' && open.at !== undefined) pass.wakes.push(open.at);
  return open;
}
