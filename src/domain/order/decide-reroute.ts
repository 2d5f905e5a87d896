import { reject } from '../kernel/rejection';
import type { Decision } from './decision';
import type { OrderEvent } from './events';
import { unwantedSince } from './goods';
import type { SubmittedOrder } from './state';

/**
 * GIVEN a paid order that waits for a purchase whose outcome is unknown or pending, and could be filled from elsewhere
 * WHEN  a person sends it elsewhere
 * THEN  the channel is told to forget the purchase; nothing else is bought before it has said what became of it
 * REJECTED NOT_PAID · NOTHING_TO_REROUTE when nothing of it waits at a channel · NO_OTHER_SOURCE in the terms it was sold under
 * ALREADY SO when the channel is being told
 */
export function rerouteOrder(state: SubmittedOrder): Decision {
  if (state.paidAt === undefined) return reject('NOT_PAID');
  const waiting = state.purchases.filter(({ status }) => status === 'IN_DOUBT' || status === 'PENDING');
  if (waiting.length === 0 || unwantedSince(state) !== undefined) return reject('NOTHING_TO_REROUTE');
  const { sources } = state.submitted.terms;
  const leaves = waiting.filter(({ channelId }) => sources.some((source) => source.kind !== 'CHANNEL' || source.channelId !== channelId));
  if (leaves.length === 0) return reject('NO_OTHER_SOURCE');
  return leaves
    .filter(({ cancelRequestedAt }) => cancelRequestedAt === undefined)
    .map(({ requestId, channelId }): OrderEvent => ({ type: 'PurchaseCancelRequested', data: { requestId, channelId, cause: 'REROUTE' } }));
}
