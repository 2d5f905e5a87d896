import { reject } from '../kernel/rejection';
import type { Instant } from '../kernel/time';
import type { BuyerCommand, PersonCommand } from './commands';
import type { Decision } from './decision';
import type { ComplaintOutcome, OrderEvent, ReviewSubject } from './events';
import { inReview, type Complaint, type OrderState, type SubmittedOrder } from './state';

/** Reported cards have a bound of their own: the order has only so many. */
export const COMPLAINTS_PER_ORDER_MAX = 20;

/** What is still to be answered. */
export const openComplaints = ({ complaints }: Pick<OrderState, 'complaints'>): readonly Complaint[] =>
  complaints.filter(({ resolvedAt }) => resolvedAt === undefined);

/** The buyer complains, for the first time or again. */
export function complained(state: OrderState, complaint: Complaint): OrderState {
  return { ...state, complaints: [...state.complaints.filter(({ subject }) => subject !== complaint.subject), complaint] };
}

/** The complaint of a subject is answered. Who called the review over without saying how it came out said nothing of it. */
export function answered(state: OrderState, of: ReviewSubject, at: Instant, outcome?: ComplaintOutcome): OrderState {
  if (!state.complaints.some(({ subject, resolvedAt }) => subject === of && (resolvedAt === undefined || outcome !== undefined))) return state;
  const told = outcome === undefined ? {} : { outcome };
  const complaints = state.complaints.map((one) => (one.subject === of ? { ...one, resolvedAt: one.resolvedAt ?? at, ...told } : one));
  return { ...state, complaints };
}

/**
 * GIVEN an order
 * WHEN  its buyer, or the desk for them, complains of something other than one code
 * THEN  that is a fact on the order, and a person looks at it
 * REJECTED COMPLAINT_OPEN while one about the same waits for a person · TOO_MANY_COMPLAINTS
 */
export function openComplaint({ about, text }: Extract<BuyerCommand, { type: 'OpenComplaint' }>, state: SubmittedOrder): Decision {
  if (openComplaints(state).some((open) => open.about === about)) return reject('COMPLAINT_OPEN');
  const before = state.complaints.filter((complaint) => complaint.about !== 'CODE').length;
  if (before >= COMPLAINTS_PER_ORDER_MAX) return reject('TOO_MANY_COMPLAINTS', { complaintsMax: COMPLAINTS_PER_ORDER_MAX });
  const subject = `complaint:${before + 1}`;
  return [
    { type: 'ComplaintOpened', data: { subject, about, text } },
    { type: 'ReviewOpened', data: { subject, cause: 'COMPLAINT' } },
  ];
}

/**
 * GIVEN a complaint, about a code or about anything else
 * WHEN  a person says how it came out
 * THEN  it is answered, and nobody waits for it any more
 * REJECTED COMPLAINT_NOT_FOUND · ALREADY SO when it came out like that
 */
export function resolveComplaint({ subject, outcome }: Extract<PersonCommand, { type: 'ResolveComplaint' }>, state: SubmittedOrder): Decision {
  const complaint = state.complaints.find((one) => one.subject === subject);
  if (complaint === undefined) return reject('COMPLAINT_NOT_FOUND');
  if (complaint.outcome === outcome) return [];
  const resolved: OrderEvent = { type: 'ComplaintResolved', data: { subject, outcome } };
  return inReview(state, subject) ? [resolved, { type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } }] : [resolved];
}
