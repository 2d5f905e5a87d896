import type { Decider } from '../kernel/decider';
import { reject } from '../kernel/rejection';
import type { OrderCommand, OrderRejection } from './commands';
import { openComplaint, resolveComplaint } from './complaints';
import { deliverOrder, deliverPart, giveUpUndelivered, recordReleased, reissueOrder, reserveCards, settleReservation } from './decide-cards';
import { changePaymentMethod, reportCard, requestCancel, resendDelivery, revealCards, rotateAccessToken } from './decide-intake';
import { assignOrder, revealFields, tagOrder, unassignOrder, untagOrder } from './decide-desk';
import { recordNotice, recordPaymentAnswer, requestClose, requestPayment } from './decide-payment';
import { addNote, freezeOrder, resolveReview, retryOrder, unfreezeOrder } from './decide-people';
import {
  holdPurchase,
  recordPurchaseAnswer,
  recordPurchaseNotice,
  requestPurchase,
  requestPurchaseCancel,
  writeOffPurchase,
} from './decide-purchase';
import { deliverManually, settleGoods } from './decide-received';
import { compensate, confirmRefund, orderRefundByPerson, recordRefundAnswer, requestRefund } from './decide-refund';
import { reissueCard } from './decide-reissue';
import { rerouteOrder } from './decide-reroute';
import { confirmPayment, confirmSurplus } from './decide-vouching';
import type { Decision } from './decision';
import { eraseBuyer, needsBuyer } from './erase';
import type { OrderEvent } from './events';
import { evolveOrder } from './evolve';
import { moveRetry } from './retries';
import { commandOfChoice, openReviews } from './reviews';
import { openShare, revokeShare, shareOrder } from './shares';
import { inReview, isSubmitted, noOrder, type OrderState, type SubmittedOrder } from './state';

export type { Decision } from './decision';

/** No order may grow past this: a loop that nobody thought of ends in a review, not in a full disk. */
export const ORDER_EVENTS_MAX = 400;
/** Kept back for people and for money that still comes in. */
const EVENTS_RESERVED = 100;

function decideOrder(command: OrderCommand, state: OrderState): Decision {
  if (command.type === 'SubmitOrder') {
    return isSubmitted(state) ? reject('ORDER_EXISTS') : [{ type: 'OrderSubmitted', data: command.order }];
  }
  if (!isSubmitted(state)) return reject('ORDER_NOT_FOUND');
  // Whoever is to be forgotten is, however long the order has grown.
  if (command.type === 'EraseBuyer') return eraseBuyer(command, state);
  if (state.erasedAt !== undefined && needsBuyer(command)) return reject('BUYER_ERASED');
  if (state.events >= ORDER_EVENTS_MAX) return reject('ORDER_TOO_LONG');
  return decideSubmitted(command, state);
}

function decideSubmitted(command: Exclude<OrderCommand, { type: 'SubmitOrder' | 'EraseBuyer' }>, state: SubmittedOrder): Decision {
  const { skuId } = state.submitted;
  switch (command.type) {
    case 'RequestCancel':
      return requestCancel(state);
    case 'ChangePaymentMethod':
      return changePaymentMethod(command, state);
    case 'RevealCards':
      return revealCards(command, state);
    case 'ReportCard':
      return reportCard(command, state);
    case 'RotateAccessToken':
      return rotateAccessToken(state);
    case 'ResendDelivery':
      return resendDelivery(state);
    case 'RecordNotice':
      return recordNotice(command, state);
    case 'OrderRefund':
      return orderRefundByPerson(command, state);
    case 'RetryOrder':
      return retryOrder(command, state);
    case 'RerouteOrder':
      return rerouteOrder(state);
    case 'ReissueCard':
      return reissueCard(command, state);
    case 'ConfirmRefund':
      return confirmRefund(command, state);
    case 'ConfirmPayment':
      return confirmPayment(command, state);
    case 'ConfirmSurplus':
      return confirmSurplus(command, state);
    case 'FreezeOrder':
      return freezeOrder(command, state);
    case 'UnfreezeOrder':
      return unfreezeOrder(state);
    case 'ResolveReview':
      return resolveReview(command, state);
    case 'AnswerReview':
      return answerReview(command, state);
    case 'AddNote':
      return addNote(command);
    case 'OpenComplaint':
      return openComplaint(command, state);
    case 'ResolveComplaint':
      return resolveComplaint(command, state);
    case 'AssignOrder':
      return assignOrder(command, state);
    case 'UnassignOrder':
      return unassignOrder(state);
    case 'TagOrder':
      return tagOrder(command, state);
    case 'UntagOrder':
      return untagOrder(command, state);
    case 'RevealFields':
      return revealFields(command, state);
    case 'ShareOrder':
      return shareOrder(command, state);
    case 'RevokeShare':
      return revokeShare(command, state);
    case 'OpenShare':
      return openShare(command, state);
    case 'DeliverManually':
      return deliverManually(command, state);
    case 'RecordPurchaseNotice':
      return recordPurchaseNotice(command, state);
    case 'RouteOrder':
      return state.lane !== undefined
        ? []
        : [
            {
              type: 'OrderRouted',
              data: { skuId, lane: command.lane, policyVersion: command.policyVersion, canary: command.canary ?? false, why: command.why },
            },
          ];
    case 'RequestPayment':
      return requestPayment(command, state);
    case 'RecordPaymentAnswer':
      return recordPaymentAnswer(command, state);
    case 'MoveRetry':
      return moveRetry(command, state);
    case 'RequestClose':
      return requestClose(command, state);
    case 'RequestPurchase':
      return requestPurchase(command, state);
    case 'RecordPurchaseAnswer':
      return recordPurchaseAnswer(command, state);
    case 'RequestPurchaseCancel':
      return requestPurchaseCancel(command, state);
    case 'WriteOffPurchase':
      return writeOffPurchase(command, state);
    case 'HoldPurchase':
      return holdPurchase(command, state);
    case 'SettleGoods':
      return settleGoods(command, state);
    case 'ReserveCards':
      return reserveCards(command, state);
    case 'SettleReservation':
      return settleReservation(command, state);
    case 'GiveUpUndelivered':
      return giveUpUndelivered(state);
    case 'RecordReleased':
      return recordReleased(command, state);
    case 'DeliverOrder':
      return deliverOrder(state);
    case 'DeliverPart':
      return deliverPart(state);
    case 'ReissueOrder':
      return reissueOrder(command, state);
    case 'Compensate':
      return compensate(command, state);
    case 'RequestRefund':
      return requestRefund(command, state);
    case 'RecordRefundAnswer':
      return recordRefundAnswer(command, state);
    case 'CancelOrder':
      return endUnpaid(state, { type: 'OrderCancelled', data: { skuId, cause: command.cause } });
    case 'ExpireOrder':
      return endUnpaid(state, { type: 'OrderExpired', data: { skuId } });
    case 'FailOrder':
      return endUnpaid(state, { type: 'OrderFailed', data: { skuId, cause: command.cause } });
    case 'OpenReview':
      return inReview(state, command.subject) ? [] : [{ type: 'ReviewOpened', data: { subject: command.subject, cause: command.cause } }];
  }
}

/**
 * GIVEN a review
 * WHEN  a person takes one of its ways out
 * THEN  what follows is what that way stands for, decided as if it had been asked for by itself
 * REJECTED REVIEW_NOT_FOUND · CHOICE_NOT_OFFERED · whatever that command is rejected for
 */
function answerReview({ subject, choice, ...facts }: Extract<OrderCommand, { type: 'AnswerReview' }>, state: SubmittedOrder): Decision {
  if (!openReviews(state).some((review) => review.subject === subject)) return reject('REVIEW_NOT_FOUND');
  const command = commandOfChoice(state, subject, choice, facts);
  return command === null ? reject('CHOICE_NOT_OFFERED') : decideSubmitted(command, state);
}

/** An unpaid end. Paid orders end by delivery or refund, never this way (I16). */
function endUnpaid(state: SubmittedOrder, end: OrderEvent): Decision {
  return state.end !== undefined || state.paidAt !== undefined ? reject('ILLEGAL_STATE') : [end];
}

/** The engine stops planning here and calls a person; people and late money still have room. */
export const tooLongToPlan = (state: OrderState): boolean => state.events >= ORDER_EVENTS_MAX - EVENTS_RESERVED;

export const order: Decider<OrderCommand, OrderEvent, OrderState, OrderRejection> = {
  initial: (orderId) => ({ ...noOrder, orderId }),
  evolve: evolveOrder,
  decide: decideOrder,
};
