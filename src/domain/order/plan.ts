import type { Instant } from '../kernel/time';
import { tooLongToPlan } from './decide';
import { cardRows } from './plan-cards';
import { doubtRows } from './plan-doubt';
import { moneyBackRows } from './plan-money-back';
import { paymentRows } from './plan-payment';
import { purchaseRows } from './plan-purchase-doubt';
import { openReviews } from './reviews';
import { owedMoney } from './open-money';
import { callAPerson, deadlinePassed, decideStep, type Pass, type PlanRow, type Step, type World } from './plan-steps';
import { inReview, isSubmitted, type OrderState } from './state';

export type { Call, Candidates, ChannelView, GatewayView, Offer, RetryRoom, Step, WaitsFor, World } from './plan-steps';

/** A sweep without a sweeper: an order that should have come to rest and has not shows itself. Each answer of a person gives it as long again. */
function noProgress(pass: Pass): Step | null {
  const { state, world } = pass;
  const rests = state.end !== undefined && owedMoney(state).length === 0;
  if (rests || openReviews(state).length > 0) return null;
  const quietSince = Math.max(state.deliverBy ?? state.payBy, state.lastEventAt);
  return deadlinePassed(pass, quietSince + world.timing.noProgressAfterMs) ? callAPerson(pass, 'progress', 'NO_PROGRESS') : null;
}

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
      return inReview(state, 'events') ? { kind: 'wait' } : decideStep({ type: 'OpenReview', subject: 'events', cause: 'ORDER_TOO_LONG' });
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
  ...purchaseRows.watch,
  ...paymentRows.pay,
  { row: '15 no progress', about: 'past all its times, and nothing has happened to it for long: a person should know', step: noProgress },
];

/** Its place among those who wait for the same, as a time. */
export const placeOf = ({ paidAt, submittedAt }: OrderState): Instant => paidAt ?? submittedAt;

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
  const ahead = pass.wakes.filter((at) => at > now && Number.isFinite(at));
  return {
    row: '15 wait',
    step: {
      kind: 'wait',
      ...(ahead.length === 0 ? {} : { waitUntil: Math.min(...ahead) }),
      // Whoever has paid first is first, whatever the engine heard of first.
      ...(pass.waitsFor.length === 0 ? {} : { waitsFor: pass.waitsFor, since: placeOf(state) }),
    },
  };
}
