import type { RiskSignal } from '../../domain/buyer/limits';
import { money, type Money } from '../../domain/kernel/money';
import { toIso, type Instant } from '../../domain/kernel/time';
import type { ComplaintOutcome, PaymentKind } from '../../domain/order/events';
import { BY_HAND } from '../../domain/order/goods';
import { nextStepOf, phaseOf, statusOf, type NextStep, type OrderStatus, type Phase } from '../../domain/order/phase';
import { nextAttempt, type AttemptReason } from '../../domain/order/next-attempt';
import type { PassedOver } from '../../domain/order/purchase-events';
import {
  capturedMinor,
  cardsMissing,
  fullRefundOpen,
  isRefundOpen,
  isWithheld,
  latestPayment,
  refundedMinor,
  type Complaint,
  type Payment,
  type PaymentStatus,
  type Refund,
  type Share,
  type SubmittedOrder,
} from '../../domain/order/state';

export interface PaymentView {
  readonly attempt: number;
  readonly reference: string;
  readonly gatewayId: string;
  readonly kind: PaymentKind;
  readonly status: PaymentStatus;
  readonly amount: Money;
  readonly payUrl: string | null;
  readonly qrText: string | null;
  readonly expiresAt: string;
}

export type RefundView = Pick<Refund, 'refundReference' | 'reference' | 'gatewayId' | 'amount' | 'status' | 'cause' | 'takesBack'> & {
  readonly orderedAt: string;
};

/** RESERVED: being claimed · SECURED: held for the order · WITHHELD: a refund takes it back · REVEALED: its buyer has seen it · REPLACED: reported, and no longer to be seen. */
export type OrderCardState = 'RESERVED' | 'SECURED' | 'DELIVERED' | 'REVEALED' | 'WITHHELD' | 'REPLACED';

/** Never the code. What only a card's own stream knows is null here. */
export interface OrderCardView {
  readonly id: string;
  readonly state: OrderCardState;
  /** The reported card that this one stands for. */
  readonly replaces: string | null;
  readonly maskedCode: null;
  /** The channel that sold it to this very order, and the purchase that is its batch. */
  readonly channelId: string | null;
  readonly batchId: string | null;
}

/** What the buyer complained of. The words stand in the history. */
export interface ComplaintView {
  readonly id: string;
  readonly about: Complaint['about'];
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly outcome: ComplaintOutcome | null;
}

export interface RefusalView {
  readonly code: string;
  /** The same purchase may succeed when it is tried again. */
  readonly retryable: boolean;
}

/** A link that shows the order, redacted, to somebody outside. Never what opens it. */
export interface ShareView {
  readonly id: string;
  readonly sharedAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly openings: number;
  readonly firstOpenedAt: string | null;
  readonly lastOpenedAt: string | null;
}

/** The public order. Times are ISO-8601 UTC text, amounts integer minor units. Holds no token, no secret and nothing sealed. */
export interface OrderView {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly phase: Phase;
  readonly inReview: boolean;
  readonly frozen: boolean;
  readonly clientId: string;
  readonly buyerRef: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly currency: string;
  readonly amount: Money;
  /** Everything confirmed captured on any payment, surplus included. */
  readonly paid: Money;
  /** Everything confirmed returned. */
  readonly refunded: Money;
  readonly checkoutId: string | null;
  /** The payment in use; while a method is being changed, still the old one. */
  readonly payment: PaymentView | null;
  readonly payments: readonly PaymentView[];
  readonly refunds: readonly RefundView[];
  readonly lane: string | null;
  /** What was worth a second look when it was submitted. */
  readonly risk: readonly RiskSignal[];
  /** The channel that was asked last for its goods. */
  readonly channelId: string | null;
  readonly nextStep: NextStep;
  /** It waits for a person of the shop, who delivers it by hand. */
  readonly byHand: boolean;
  /** Channels that it could buy from but for the margin, or for what else stands against them; null while nothing of the kind holds it up. */
  readonly heldBack: readonly PassedOver[] | null;
  /** When something is tried again, or asked about again; null when that is at once, or when something else must come first. */
  readonly nextAttemptAt: string | null;
  readonly nextAttemptReason: AttemptReason | null;
  /** Since when the order waits in its present phase; null when it is at rest. */
  readonly waitingSince: string | null;
  readonly refusal: RefusalView | null;
  readonly submittedAt: string;
  readonly paidAt: string | null;
  readonly deliveredAt: string | null;
  readonly firstViewedAt: string | null;
  /** Pay by then, or, once paid, delivered by then; null when it has ended. */
  readonly deadlineAt: string | null;
  readonly cards: readonly OrderCardView[];
  readonly complaints: readonly ComplaintView[];
  /** The person at the desk whose order it is, as the id of an actor. */
  readonly assignee: string | null;
  readonly tags: readonly string[];
  readonly shares: readonly ShareView[];
  readonly revision: number;
}

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

const paymentView = ({ attempt, reference, gatewayId, status, request, payUrl, qrText }: Payment): PaymentView => ({
  attempt,
  reference,
  gatewayId,
  kind: request.kind,
  status,
  amount: request.amount,
  payUrl: payUrl ?? null,
  qrText: qrText ?? null,
  expiresAt: request.expiresAt,
});

const refundView = ({ refundReference, reference, gatewayId, amount, status, cause, takesBack, orderedAt }: Refund): RefundView => ({
  refundReference,
  reference,
  gatewayId,
  amount,
  status,
  cause,
  takesBack,
  orderedAt: toIso(orderedAt),
});

function cardViews(state: SubmittedOrder): readonly OrderCardView[] {
  const { held, reserving, deliveredCardIds, revealedCardIds, replacements } = state;
  const view = (id: string, cardState: OrderCardState): OrderCardView => {
    const purchase = state.purchases.find(({ cardIds }) => cardIds.includes(id));
    return {
      id,
      state: cardState,
      replaces: replacements.find(({ newCardId }) => newCardId === id)?.cardId ?? null,
      maskedCode: null,
      channelId: purchase?.channelId ?? null,
      batchId: purchase?.requestId ?? null,
    };
  };
  const heldState = (id: string): OrderCardState => {
    if (!deliveredCardIds.includes(id)) return 'SECURED';
    if (isWithheld(state, id)) return 'WITHHELD';
    return revealedCardIds.includes(id) ? 'REVEALED' : 'DELIVERED';
  };
  return [
    ...held.map(({ cardId }) => view(cardId, heldState(cardId))),
    ...(reserving?.cardIds ?? []).map((id) => view(id, 'RESERVED')),
    ...replacements.map(({ cardId }) => view(cardId, 'REPLACED')),
  ];
}

const complaintView = ({ subject, about, openedAt, resolvedAt, outcome }: Complaint): ComplaintView => ({
  id: subject,
  about,
  openedAt: toIso(openedAt),
  resolvedAt: isoOrNull(resolvedAt),
  outcome: outcome ?? null,
});

export const shareView = ({ shareId, sharedAt, expiresAt, revokedAt, openings, firstOpenedAt, lastOpenedAt }: Share): ShareView => ({
  id: shareId,
  sharedAt: toIso(sharedAt),
  expiresAt: toIso(expiresAt),
  revokedAt: isoOrNull(revokedAt),
  openings,
  firstOpenedAt: isoOrNull(firstOpenedAt),
  lastOpenedAt: isoOrNull(lastOpenedAt),
});

/** A declined buyer may try another instrument; what is out of stock stays so until the shop has new cards. */
function refusalOf({ end }: SubmittedOrder): RefusalView | null {
  if (end?.kind === 'DECLINED') return { code: end.cause ?? 'DECLINED', retryable: true };
  return end?.kind === 'CANCELLED' && end.cause === 'OUT_OF_STOCK' ? { code: 'OUT_OF_STOCK', retryable: false } : null;
}

/** It was held for its margin, and nothing has come in since. */
const waitsForMargin = (state: SubmittedOrder): boolean =>
  state.margin !== undefined && state.end === undefined && !fullRefundOpen(state) && cardsMissing(state) > 0;

function waitingSinceOf(state: SubmittedOrder): Instant | undefined {
  const refund = state.refunds.find((one) => one.full && isRefundOpen(one));
  if (refund !== undefined) return refund.requestedAt ?? state.paidAt;
  if (state.end !== undefined) return undefined;
  if (state.paidAt !== undefined) return Math.max(state.paidAt, state.reopenedAt ?? 0);
  return latestPayment(state)?.requestedAt ?? state.submittedAt;
}

/** What everybody may see of an order, for the API and the command line alike. */
export function orderView(state: SubmittedOrder, revision: number): OrderView {
  const { submitted, end } = state;
  const { skuId, quantity, amount, clientId, buyer, orderNumber, checkoutId } = submitted;
  const phase = phaseOf(state);
  const next = nextAttempt(state);
  const latest = latestPayment(state);
  const deadline = end !== undefined || fullRefundOpen(state) ? undefined : (state.deliverBy ?? state.payBy);
  return {
    id: state.orderId,
    number: orderNumber,
    status: statusOf(phase),
    phase,
    inReview: state.reviews.length > 0 || state.frozen !== undefined,
    frozen: state.frozen !== undefined,
    clientId,
    buyerRef: buyer.ref,
    skuId,
    quantity,
    currency: amount.currency,
    amount,
    paid: money(capturedMinor(state), amount.currency),
    refunded: money(refundedMinor(state), amount.currency),
    checkoutId: checkoutId ?? null,
    payment: latest === undefined ? null : paymentView(latest),
    payments: state.payments.map(paymentView),
    refunds: state.refunds.map(refundView),
    lane: state.lane ?? null,
    risk: submitted.risk ?? [],
    channelId: state.purchases.at(-1)?.channelId ?? null,
    nextStep: nextStepOf(state),
    byHand: state.reviews.some(({ subject }) => subject === BY_HAND),
    heldBack: waitsForMargin(state) ? (state.margin?.channels ?? null) : null,
    nextAttemptAt: isoOrNull(next?.at),
    nextAttemptReason: next?.reason ?? null,
    waitingSince: isoOrNull(waitingSinceOf(state)),
    refusal: refusalOf(state),
    submittedAt: toIso(state.submittedAt),
    paidAt: isoOrNull(state.paidAt),
    deliveredAt: isoOrNull(state.deliveredAt),
    firstViewedAt: isoOrNull(state.firstViewedAt),
    deadlineAt: isoOrNull(deadline),
    cards: cardViews(state),
    complaints: state.complaints.map(complaintView),
    assignee: state.assignee ?? null,
    tags: state.tags,
    shares: state.shares.map(shareView),
    revision,
  };
}
