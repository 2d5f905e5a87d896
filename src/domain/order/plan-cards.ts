import { SECOND_MS } from '../kernel/time';
import { DEADLINE, undelivered } from './decide-cards';
import type { ChannelSource, Source } from './events';
import { BY_HAND, goodsInDoubt } from './goods';
import { attemptsSpent, buy, holdForMargin, stockGoods } from './plan-purchase';
import { callAPerson, deadlinePassed, decideStep, type Pass, type PlanRow, type Step } from './plan-steps';
import { moneyInDoubt } from './plan-money-back';
import {
  allSecured,
  cardsMissing,
  drawsOnPool,
  inReview,
  isRefundOpen,
  keptPayment,
  lettingGo,
  openReplacements,
  receiptUnits,
  refundableMinor,
  type SubmittedOrder,
} from './state';

const wantsCards = (state: SubmittedOrder): boolean => state.paidAt !== undefined && !lettingGo(state) && cardsMissing(state) > 0;

/** Reserves the whole need, or, where a part is welcome, what is there. */
function reserve({ state, world, waitsFor }: Pass, atLeast: number): Step | null {
  const missing = cardsMissing(state);
  if (!drawsOnPool(state)) return null;
  const candidates = world.candidates(state.submitted.skuId, missing);
  if (candidates.kind === 'LOADING') waitsFor.push(`loading:${state.submitted.skuId}`);
  if (candidates.kind !== 'SOME') return null;
  const cardIds = candidates.cardIds.filter((id) => !state.held.some((card) => card.cardId === id)).slice(0, missing);
  if (cardIds.length < atLeast) return null;
  return decideStep({ type: 'ReserveCards', cardIds, by: world.by });
}

/** Always before what follows: nothing is decided about an order whose cards hang between two streams. */
function settle(pass: Pass): Step | null {
  const { state } = pass;
  const goods = stockGoods(pass);
  if (goods !== null) return goods;
  if (lettingGo(state) && undelivered(state).length > 0) return decideStep({ type: 'GiveUpUndelivered' });
  if (state.givenUp.length > 0) return { kind: 'ask', call: { kind: 'release-cards', cards: state.givenUp } };
  return state.reserving === undefined ? null : { kind: 'ask', call: { kind: 'claim-cards', ...state.reserving } };
}

/** Every purchase of this round came to nothing, and there is no pool to wait for: time alone would not help. */
const nothingLeftToTry = (pass: Pass): boolean => {
  const { terms } = pass.state.submitted;
  return terms.delivery !== 'manual' && !drawsOnPool(pass.state) && attemptsSpent(pass);
};

/** The sources in their order; channels with no pool between them are one choice. */
export function sideBySide(sources: readonly Source[]): readonly ('POOL' | readonly ChannelSource[])[] {
  const groups: ('POOL' | ChannelSource[])[] = [];
  for (const source of sources) {
    const last = groups.at(-1);
    if (source.kind === 'POOL') groups.push('POOL');
    else if (last === undefined || last === 'POOL') groups.push([source]);
    else last.push(source);
  }
  return groups;
}

/** Row 10: the sources of the terms in their order, the pool for the whole need, the best channel for what is missing. */
function source(pass: Pass): Step | null {
  const { state, waitsFor } = pass;
  const { terms, skuId } = state.submitted;
  if (!wantsCards(state) || inReview(state, DEADLINE) || goodsInDoubt(state)) return null;
  if (terms.delivery === 'manual') return callAPerson(pass, BY_HAND, 'DELIVER_MANUALLY');
  for (const from of sideBySide(terms.sources)) {
    const step = from === 'POOL' ? reserve(pass, cardsMissing(state)) : buy(pass, from);
    if (step !== null) return step;
    // Nothing is bought while the shop may have it itself.
    if (from === 'POOL' && pass.world.candidates(skuId, cardsMissing(state)).kind === 'LOADING') break;
  }
  if (drawsOnPool(state)) waitsFor.push(`stock:${skuId}`);
  return holdForMargin(pass);
}

function deadline(pass: Pass): Step | null {
  const { state } = pass;
  const { terms } = state.submitted;
  if (!wantsCards(state) || state.deliverBy === undefined) return null;
  if (!deadlinePassed(pass, state.deliverBy) && !nothingLeftToTry(pass)) return null;
  const payment = keptPayment(state);
  const left = payment === undefined ? 0 : refundableMinor(state, payment);
  const refundOpen = state.refunds.some((refund) => refund.reference === payment?.reference && isRefundOpen(refund));
  if (payment === undefined || left <= 0 || refundOpen || inReview(state, DEADLINE) || moneyInDoubt(pass) || goodsInDoubt(state)) return null;
  const fill = reserve(pass, terms.partial === 'SPLIT' ? 1 : cardsMissing(state));
  if (fill !== null) return fill;
  if (drawsOnPool(state) && pass.world.candidates(state.submitted.skuId, 1).kind === 'LOADING') {
    pass.wakes.push(pass.now + SECOND_MS);
    return null;
  }
  // Codes that were seen are refunded by people only.
  if (openReplacements(state).length > 0) return decideStep({ type: 'OpenReview', subject: DEADLINE, cause: 'NOT_REPLACED_IN_TIME' });
  if (terms.partial === 'SPLIT' && state.held.length + receiptUnits(state) > 0) return decideStep({ type: 'DeliverPart' });
  if (terms.compensation === 'REVIEW') return decideStep({ type: 'OpenReview', subject: DEADLINE, cause: 'NOT_DELIVERED_IN_TIME' });
  if (terms.compensation === 'REISSUE' && state.reissueRounds === 0) return decideStep({ type: 'ReissueOrder', at: pass.now });
  const refused = state.refunds.some((refund) => refund.cause === 'DEADLINE' && refund.status === 'REFUSED');
  if (refused) return decideStep({ type: 'OpenReview', subject: DEADLINE, cause: 'REFUND_REFUSED' });
  return decideStep({ type: 'Compensate', reference: payment.reference, cause: 'DEADLINE' });
}

export const cardRows: { readonly settle: readonly PlanRow[]; readonly deliver: readonly PlanRow[]; readonly reserve: readonly PlanRow[] } = {
  settle: [
    {
      row: '4 settle cards',
      about: 'stock what was bought, claim what is reserved, release what is given up, give up what nobody wants any more',
      step: settle,
    },
  ],
  deliver: [
    {
      row: '8 deliver',
      about: 'paid and every card secured',
      step: ({ state }) => (state.paidAt !== undefined && !lettingGo(state) && allSecured(state) ? decideStep({ type: 'DeliverOrder' }) : null),
    },
    { row: '9 deadline', about: 'deliver-within passed and the pool cannot fill it: partial policy, then compensation', step: deadline },
    {
      row: '10 source',
      about: 'paid and goods missing: the pool, or a channel, or a person; else wait for stock or a channel',
      step: source,
    },
  ],
  reserve: [
    {
      row: '12 reserve at submit',
      about: 'hold the cards before any money moves, or cancel as out of stock',
      step: (pass) => {
        const { state, now, world } = pass;
        const { terms, skuId } = state.submitted;
        const unpaid = !lettingGo(state) && state.paidAt === undefined && now < state.payBy;
        if (terms.reserve !== 'AT_SUBMIT' || !drawsOnPool(state) || !unpaid || cardsMissing(state) <= 0) return null;
        const step = reserve(pass, cardsMissing(state));
        if (step !== null) return step;
        if (state.payments.length === 0 && !terms.oversell && world.candidates(skuId, 1).kind !== 'LOADING')
          return decideStep({ type: 'CancelOrder', cause: 'OUT_OF_STOCK' });
        pass.waitsFor.push(`stock:${skuId}`);
        pass.wakes.push(state.payBy);
        return null;
      },
    },
  ],
};
