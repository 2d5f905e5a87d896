import { fromIso } from '../kernel/time';
import { ended } from './evolve-life';
import type { Evolvers } from './evolvers';
import { intentOf } from './intent';
import { findRefund, ofPriceMinor, openReplacements, type OrderState, type Refund } from './state';

type RefundEvent = 'RefundOrdered' | 'RefundRequested' | 'RefundTimedOut' | 'RefundChecked' | 'RefundRefused' | 'Compensated';

/** Only what a definite or an unknown answer leaves behind; the open intent is over either way. */
function answered({ intent: _intent, nextCheckAt: _next, dueAt: _due, dueCause: _why, ...refund }: Refund): Refund {
  return refund;
}

function change(state: OrderState, refundReference: string, how: (refund: Refund) => Refund): OrderState {
  return { ...state, refunds: state.refunds.map((refund) => (refund.refundReference === refundReference ? how(refund) : refund)) };
}

/** The price of reported cards went back: nothing stands for them any more. */
function forgo(state: OrderState, refundReference: string): OrderState {
  const paidFor = findRefund(state, refundReference)?.takesBack ?? [];
  const forgone = openReplacements(state).filter(({ cardId }) => paidFor.includes(cardId));
  if (forgone.length === 0) return state;
  const replacements = state.replacements.map((one) => (forgone.includes(one) ? { ...one, refunded: true as const } : one));
  return { ...state, replacements, notOwed: state.notOwed + forgone.length };
}

export const evolveRefunds: Evolvers<RefundEvent> = {
  RefundOrdered: (state, data, at) => ({
    ...state,
    refunds: [...state.refunds, { ...data, ofPriceMinor: ofPriceMinor(state, data), status: 'ORDERED', attempts: 0, orderedAt: at }],
  }),
  RefundRequested: (state, data, at, occurredAt) =>
    change(state, data.refundReference, ({ notFoundAt: _before, ...refund }) => ({
      ...answered(refund),
      status: 'REQUESTED',
      attempts: data.attempt,
      intent: intentOf(data, occurredAt),
      requestedAt: at,
      sentBy: data.by,
    })),
  RefundTimedOut: (state, data) => change(state, data.refundReference, (refund) => ({ ...answered(refund), status: 'IN_DOUBT' })),
  RefundChecked: (state, data, at) =>
    change(state, data.refundReference, (refund) => ({
      ...answered(refund),
      status: data.status === 'PENDING' ? 'PENDING' : 'IN_DOUBT',
      nextCheckAt: fromIso(data.nextCheckAt),
      ...(data.status === 'NOT_FOUND' ? { notFoundAt: refund.notFoundAt ?? at } : {}),
    })),
  RefundRefused: (state, data) => change(state, data.refundReference, (refund) => ({ ...answered(refund), status: 'REFUSED' })),
  Compensated: (state, data, at) => {
    if (data.method === 'REISSUE') return state;
    const paidBack = change(state, data.refundReference, (refund) => ({ ...answered(refund), status: 'DONE' }));
    return data.full ? ended(paidBack, 'REFUNDED', at, data.cause) : forgo(paidBack, data.refundReference);
  },
};
