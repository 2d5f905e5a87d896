import type { RefundOutcome, ReviewChoice } from '../../domain/order/commands';
import type { OwedWhy } from '../../domain/order/open-money';
import type { ReviewKind } from '../../domain/order/reviews';
import type { RefundStatus } from '../../domain/order/state';
import { graphqlEnum } from './enums';

export const ReviewKindEnum = graphqlEnum<ReviewKind>('ReviewKind', 'What a review is about.', {
  payment: 'A payment that nobody can ask about, or whose money does not fit.',
  purchase: 'A purchase at a channel that nobody can ask about.',
  delivery: 'Goods that a person has to hand in.',
  deadline: 'Paid, and not delivered in time.',
  frozen: 'A frozen order.',
  refund: 'A refund that was refused, or whose outcome nobody knows.',
  card: 'A delivered card that does not work.',
  complaint: 'Something else that the buyer complains of.',
  events: 'An order that has grown past every reason.',
  progress: 'Past its times, and nothing has happened to it for long.',
  other: 'Something else.',
});

export const ReviewChoiceEnum = graphqlEnum<ReviewChoice>('ReviewChoice', 'A way out of a review.', {
  RETRY: 'Give the order its deliver-within time anew.',
  REISSUE: 'Give another card for the reported one.',
  REFUND: 'Order the money back: of the order, the payment, or the one card, as the subject says.',
  CONFIRM_PAYMENT: 'Vouch for the money, with evidence.',
  CONFIRM_SURPLUS: 'Money was taken a second time, with evidence and the id of that capture: it goes back.',
  NOT_PAID: 'No money was seen: the payment counts as closed.',
  CONFIRM_REFUNDED: 'The refund was done, with evidence.',
  NOT_REFUNDED: 'The refund was not done, with evidence.',
  WRITE_OFF: 'Give the purchase up: what it may have cost is booked as a risk, and goods that still come become stock.',
  REFUND_AGAIN: 'Order the refused refund anew.',
  UNFREEZE: 'Let the order go on.',
  DISMISS: 'Nothing is to be done.',
});

export const RefundOutcomeEnum = graphqlEnum<RefundOutcome>('RefundOutcome', 'What a person found out about a refund.', {
  REFUNDED: 'The money went back.',
  NOT_REFUNDED: 'It did not, and will not by that refund.',
});

const refundMeanings: Readonly<Record<RefundStatus, string>> = {
  ORDERED: 'Decided, not sent yet.',
  REQUESTED: 'Being sent.',
  IN_DOUBT: 'The outcome is unknown.',
  PENDING: 'The gateway works on it.',
  RETRY: 'It did not get through; it is sent again.',
  REFUSED: 'The gateway refused it.',
  DONE: 'The money went back.',
};
export const RefundStatusEnum = graphqlEnum<RefundStatus>('RefundStatus', 'How far a refund is.', refundMeanings);

const { DONE: _done, ...openRefundMeanings } = refundMeanings;
export const OwedWhyEnum = graphqlEnum<OwedWhy>('OwedWhy', 'Why money is still to go back.', {
  ...openRefundMeanings,
  SURPLUS: 'It was paid more than once; no refund is ordered yet.',
  MISMATCHED: 'It does not fit the order; a person must decide.',
});
