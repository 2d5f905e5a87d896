import { DEADLINE, undelivered } from './decide-cards';
import { ask, deadlinePassed, decideStep, type Pass, type PlanRow, type Step } from './plan';
import { moneyInDoubt } from './plan-money-back';
import { cardsMissing, fullRefundOpen, inReview, keptPayment, refundableMinor, type SubmittedOrder } from './state';

const drawsOnPool = (state: SubmittedOrder): boolean => state.submitted.terms.sources.some((source) => source.kind === 'POOL');

/** Nobody wants cards for it any more. */
const lettingGo = (state: SubmittedOrder): boolean => state.end !== undefined || fullRefundOpen(state) || state.cancelRequestedAt !== undefined;

const wantsCards = (state: SubmittedOrder): boolean => state.end === undefined && state.paidAt !== undefined && !lettingGo(state) && cardsMissing(state) > 0;

/** Reserves the whole need, or, where a part is welcome, what is there. */
function reserve({ state, world }: Pass, atLeast: number): Step | null {
  const missing = cardsMissing(state);
  if (!drawsOnPool(state)) return null;
  const candidates = world.candidates(state.submitted.skuId, missing);
  if (candidates.kind !== 'SOME' || candidates.cardIds.length < atLeast) return null;
  const cardIds = candidates.cardIds.slice(0, missing);
  return decideStep({ type: 'ReserveCards', cardIds, by: world.by });
}

function settle({ state }: Pass): Step | null {
  if (lettingGo(state) && undelivered(state).length > 0) return decideStep({ type: 'GiveUpUndelivered' });
  if (state.givenUp.length > 0) return ask({ kind: 'release-cards', cards: state.givenUp });
  return state.reserving === undefined ? null : ask({ kind: 'claim-cards', ...state.reserving });
}

function deadline(pass: Pass): Step | null {
  const { state } = pass;
  const { terms } = state.submitted;
  if (!wantsCards(state) || state.deliverBy === undefined || !deadlinePassed(pass, state.deliverBy)) return null;
  const payment = keptPayment(state);
  const left = payment === undefined ? 0 : refundableMinor(state, payment);
  const refused = state.refunds.some((refund) => refund.cause === 'DEADLINE' && refund.status === 'REFUSED');
  if (payment === undefined || left <= 0 || refused || inReview(state, DEADLINE) || moneyInDoubt(pass)) return null;
  const fill = reserve(pass, terms.partial === 'SPLIT' ? 1 : cardsMissing(state));
  if (fill !== null) return fill;
  if (pass.world.candidates(state.submitted.skuId, 1).kind === 'LOADING') return null;
  if (terms.partial === 'SPLIT' && state.held.length > 0) return decideStep({ type: 'DeliverPart' });
  if (terms.compensation === 'REVIEW') return decideStep({ type: 'OpenReview', subject: DEADLINE, cause: 'NOT_DELIVERED_IN_TIME' });
  if (terms.compensation === 'REISSUE' && state.reissueRounds === 0) return decideStep({ type: 'ReissueOrder', at: pass.now });
  return decideStep({ type: 'Compensate', reference: payment.reference, cause: 'DEADLINE' });
}

export const cardRows: { readonly settle: readonly PlanRow[]; readonly deliver: readonly PlanRow[]; readonly reserve: readonly PlanRow[] } = {
  settle: [{ row: '4 settle cards', about: 'claim what is reserved, release what is given up, give up what nobody wants any more', step: settle }],
  deliver: [
    {
      row: '8 deliver',
      about: 'paid and every card secured',
      step: ({ state }) => (state.end === undefined && state.paidAt !== undefined && !lettingGo(state) && cardsMissing(state) <= 0 ? decideStep({ type: 'DeliverOrder' }) : null),
    },
    { row: '9 deadline', about: 'deliver-within passed and the pool cannot fill it: partial policy, then compensation', step: deadline },
    {
      row: '10 source',
      about: 'paid and cards missing: reserve the whole need, or wait for stock',
      step: (pass) => {
        const { state } = pass;
        if (!wantsCards(state) || inReview(state, DEADLINE)) return null;
        const step = reserve(pass, cardsMissing(state));
        if (step === null) pass.waitsFor.push(`stock:${state.submitted.skuId}`);
        return step;
      },
    },
  ],
  reserve: [
    {
      row: '12 reserve at submit',
      about: 'hold the cards before any money moves, or cancel as out of stock',
      step: (pass) => {
        const { state, world } = pass;
        const { terms, skuId } = state.submitted;
        if (terms.reserve !== 'AT_SUBMIT' || lettingGo(state) || state.paidAt !== undefined || cardsMissing(state) <= 0) return null;
        const step = reserve(pass, cardsMissing(state));
        if (step !== null) return step;
        if (state.payments.length === 0 && !terms.oversell && world.candidates(skuId, 1).kind !== 'LOADING') return decideStep({ type: 'CancelOrder', cause: 'OUT_OF_STOCK' });
        pass.waitsFor.push(`stock:${skuId}`);
        pass.wakes.push(state.payBy);
        return null;
      },
    },
  ],
};
