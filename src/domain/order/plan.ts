import { SECOND_MS, type Instant } from '../kernel/time';
import type { EngineCommand } from './commands';
import { tooLongToPlan } from './decide';
import { isSubmitted, type GivenUpCard, type OrderState, type SubmittedOrder } from './state';
import { cardRows } from './plan-cards';
import { doubtRows } from './plan-doubt';
import { moneyBackRows } from './plan-money-back';
import { paymentRows } from './plan-payment';
import type { Timing } from './timing';

/** What the plan may know of a gateway besides the order itself. */
export interface GatewayView {
  readonly flags: { readonly replay: boolean; readonly lookup: boolean; readonly cancel: boolean };
  readonly notFoundFinalAfterMs: number;
  readonly merchantId: string;
  readonly notifyUrl: string;
  readonly paused: boolean;
}

/** Cards of a pool that nobody is known to hold. They only propose: the claim decides. */
export type Candidates = { readonly kind: 'SOME'; readonly cardIds: readonly string[] } | { readonly kind: 'NONE' } | { readonly kind: 'LOADING' };

/** A snapshot of everything outside the order that the plan may look at. */
export interface World {
  readonly timing: Timing;
  /** Engine session and counter that grants of this pass are made out to. */
  readonly by: string;
  /** False while store time and the wall clock disagree: nothing ends because of a deadline then. */
  readonly clockTrusted: boolean;
  /** How long this engine has known of an intent or reference, on its own monotonic clock. Milliseconds. */
  seenForMs(key: string): number;
  gateway(gatewayId: string): GatewayView | undefined;
  /** Up to `quantity` cards that might be had. */
  candidates(skuId: string, quantity: number): Candidates;
  /** Units that can still be promised: stock less what paid orders are owed. */
  sellable(skuId: string): number;
  route(order: SubmittedOrder): { readonly lane: string; readonly policyVersion: string; readonly why: string };
}

/** A call through a port. What it needs beyond this is in the order's state. `first`: the one sending its intent was granted for. */
export type Call =
  | { readonly kind: 'request-payment'; readonly reference: string; readonly first: boolean; readonly nextCheckAt: Instant }
  | { readonly kind: 'query-payment'; readonly reference: string; readonly nextCheckAt?: Instant; readonly notFoundIsFinal: boolean }
  | { readonly kind: 'close-payment'; readonly reference: string; readonly first: boolean }
  | { readonly kind: 'request-refund'; readonly refundReference: string; readonly first: boolean; readonly nextCheckAt: Instant }
  | { readonly kind: 'query-refund'; readonly refundReference: string; readonly nextCheckAt: Instant; readonly notFoundIsFinal: boolean }
  | { readonly kind: 'claim-cards'; readonly reservation: number; readonly cardIds: readonly string[] }
  | { readonly kind: 'release-cards'; readonly cards: readonly GivenUpCard[] };

/** What an order may wait for besides time. */
export type WaitsFor = `stock:${string}` | `gateway:${string}`;

export type Step =
  | { readonly kind: 'decide'; readonly command: EngineCommand; readonly call?: Call }
  | { readonly kind: 'ask'; readonly call: Call }
  | { readonly kind: 'wait'; readonly waitUntil?: Instant; readonly waitsFor?: readonly WaitsFor[] };

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

export const decideStep = (command: EngineCommand, call?: Call): Step => (call === undefined ? { kind: 'decide', command } : { kind: 'decide', command, call });
export const ask = (call: Call): Step => ({ kind: 'ask', call });

/** The first row that wants something counts. */
export const planRows: readonly PlanRow[] = [
  {
    row: '1 frozen',
    about: 'nothing but what people do',
    step: ({ state }) => (state.frozen === undefined ? null : { kind: 'wait' }),
  },
  {
    row: '1 too long',
    about: 'an order that grew past every reason is shown to a person',
    step: ({ state }) => {
      if (!tooLongToPlan(state)) return null;
      return state.reviews.some((review) => review.subject === 'events') ? { kind: 'wait' } : decideStep({ type: 'OpenReview', subject: 'events', cause: 'ORDER_TOO_LONG' });
    },
  },
  ...doubtRows,
  ...moneyBackRows.surplus,
  ...cardRows.settle,
  ...moneyBackRows.refund,
  ...paymentRows.cancel,
  ...cardRows.deliver,
  ...paymentRows.route,
  ...cardRows.reserve,
  ...paymentRows.pay,
];

export interface Planned {
  readonly row: string;
  readonly step: Step;
}

/**
 * What happens next to an order, and when. Pure and level-triggered: it looks at the state, never at what just happened, so a
 * crash at any point, a second engine, a replay and a late callback all lead to the same next step.
 */
export function planOrder(state: OrderState, now: Instant, world: World): Planned {
  if (!isSubmitted(state)) return { row: '0 absent', step: { kind: 'wait' } };
  const pass: Pass = { state, now, world, wakes: [], waitsFor: [] };
  for (const { row, step } of planRows) {
    const wanted = step(pass);
    if (wanted !== null) return { row, step: wanted };
  }
  const ahead = pass.wakes.filter((at) => Number.isFinite(at));
  return {
    row: '15 wait',
    step: {
      kind: 'wait',
      ...(ahead.length === 0 ? {} : { waitUntil: Math.max(Math.min(...ahead), now + 1) }),
      ...(pass.waitsFor.length === 0 ? {} : { waitsFor: pass.waitsFor }),
    },
  };
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

/** A deadline that ends something: it never counts while the clock is in doubt. */
export function deadlinePassed(pass: Pass, at: Instant): boolean {
  if (!isDue(pass, at)) return false;
  if (pass.world.clockTrusted) return true;
  pass.wakes.push(pass.now + 10 * SECOND_MS);
  return false;
}
