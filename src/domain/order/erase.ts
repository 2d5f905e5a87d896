import type { Sealed } from '../kernel/sealed';
import { subjectIdFor, subjectKeyNameOf } from '../kernel/subject';
import { DAY_MS, type Instant } from '../kernel/time';
import type { EraseCommand, OrderCommand } from './commands';
import { reject } from '../kernel/rejection';
import type { Decision } from './decision';
import type { OrderSubmitted, PaymentMethod } from './events';
import { doubtsOf, owedMoney } from './open-money';
import { findPayment, isProvenClosed, isRefundOpen, openReplacements, type OrderState, type SubmittedOrder } from './state';

/** Stands where the shop's own id of the buyer was. */
export const ERASED_BUYER = 'erased';

/** After-care asks about a payment for the last time a day after the end: so long, and a night, money may still come in for its buyer. */
const MAY_BE_PAID_MS = 2 * DAY_MS;

/** What is done for a buyer, or by one: nobody can show any more to be that. */
const FOR_THE_BUYER: ReadonlySet<OrderCommand['type']> = new Set<OrderCommand['type']>([
  'RevealCards',
  'ReportCard',
  'OpenComplaint',
  'RevealFields',
  'ReissueCard',
  'ResendDelivery',
  'RotateAccessToken',
  'RetryOrder',
]);

export const needsBuyer = ({ type }: Pick<OrderCommand, 'type'>): boolean => FOR_THE_BUYER.has(type);

/** Whose order it is; null when that was forgotten. */
export const subjectOf = ({ erasedAt, submitted: { clientId, buyer } }: SubmittedOrder): string | null =>
  erasedAt === undefined ? subjectIdFor(clientId, buyer.ref) : null;

/** Something is still to be done for the buyer, or money may still come from one or go back. */
export function isOpenForBuyer(state: SubmittedOrder, at: Instant): boolean {
  const { end, reviews, frozen, refunds, arriving, reserving, payments } = state;
  if (end === undefined || frozen !== undefined || reserving !== undefined || arriving.length > 0) return true;
  if (reviews.length > 0 || refunds.some(isRefundOpen) || openReplacements(state).length > 0) return true;
  if (doubtsOf(state).length > 0 || owedMoney(state).length > 0) return true;
  const isWatched = (reference: string): boolean => {
    const payment = findPayment(state, reference);
    return payment !== undefined && payment.status !== 'PAID' && !isProvenClosed(payment);
  };
  return at - end.at < MAY_BE_PAID_MS && payments.some(({ reference }) => isWatched(reference));
}

/** The newest generation of the buyer's key that sealed something of it; null when none did. */
function generationOf({ submitted: { buyer, fields }, method }: SubmittedOrder): number | null {
  const names = [buyer.contact, fields, method.instrument].map((sealed) => (sealed === undefined ? null : subjectKeyNameOf(sealed.kid)));
  const generations = names.flatMap((name) => (name === null ? [] : [name.generation]));
  return generations.length === 0 ? null : Math.max(...generations);
}

/**
 * GIVEN an order at rest whose buyer is to be erased
 * WHEN  its turn comes
 * THEN  it forgets its buyer: what was sealed, by what it was found, and what its client called the buyer
 * REJECTED BUYER_HAS_OPEN_ORDERS while something is to be done for the buyer or money is on its way
 * ALREADY SO when it has forgotten, and for an order of later, which is sealed with a key that stays
 */
export function eraseBuyer({ generation, orderedAt, at }: EraseCommand, state: SubmittedOrder): Decision {
  const sealedWith = generationOf(state);
  const isLater = sealedWith === null ? state.submittedAt > orderedAt : sealedWith > generation;
  if (state.erasedAt !== undefined || isLater) return [];
  if (isOpenForBuyer(state, at)) return reject('BUYER_HAS_OPEN_ORDERS', { orderId: state.orderId });
  return [{ type: 'BuyerErased', data: { skuId: state.submitted.skuId, contactKeys: state.submitted.buyer.contactKeys ?? [] } }];
}

const NOTHING_SEALED: Sealed = { kid: ERASED_BUYER, iv: '', tag: '', ct: '' };

function methodWithoutBuyer({ instrument: _instrument, returnUrl: _returnUrl, ...method }: PaymentMethod): PaymentMethod {
  return method;
}

function submittedWithoutBuyer({ buyer, fields: _fields, client: _client, ...submitted }: OrderSubmitted): OrderSubmitted {
  return { ...submitted, buyer: { ref: ERASED_BUYER, tier: buyer.tier }, payment: methodWithoutBuyer(submitted.payment) };
}

/** The order as it is without its buyer: what was bought, paid and handed over stays. */
export function withoutBuyer<S extends OrderState>(state: S): S {
  const { submitted, method } = state;
  return {
    ...state,
    ...(submitted === undefined ? {} : { submitted: submittedWithoutBuyer(submitted) }),
    ...(method === undefined ? {} : { method: methodWithoutBuyer(method) }),
    payments: state.payments.map((payment) => {
      const { payUrl: _payUrl, qrText: _qrText, ...paid } = payment;
      const { instrument: _instrument, returnUrl: _returnUrl, ...request } = payment.request;
      return { ...paid, request };
    }),
    purchases: state.purchases.map((purchase) => {
      const { fields: _fields, ...request } = purchase.request;
      return { ...purchase, request };
    }),
    receipts: state.receipts.map((receipt) => ({ ...receipt, sealed: NOTHING_SEALED })),
  };
}
