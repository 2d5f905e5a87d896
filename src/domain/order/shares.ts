import { reject } from '../kernel/rejection';
import { fromIso, HOUR_MS, toIso, type Instant } from '../kernel/time';
import type { PersonCommand, ShareCommand } from './commands';
import type { Decision } from './decision';
import type { OrderState, Share, SubmittedOrder } from './state';

/** A case has a handful of people; an order that needs more links is better explained in a letter. */
export const SHARES_PER_ORDER_MAX = 20;
/** A dispute desk answers within a week or so. */
export const SHARE_HOURS_DEFAULT = 7 * 24;
/** As long as card schemes give a shop to answer a dispute. */
export const SHARE_HOURS_MAX = 30 * 24;
/** A look within an hour of the last one that was kept belongs to it: whoever reloads the page leaves no trail of it. */
export const OPENING_QUIET_MS = HOUR_MS;
/** So many openings of one link are kept, and later ones are shown without a new fact: an order must not grow by being looked at. */
export const OPENINGS_KEPT_MAX = 8;

export const isShareOpen = ({ revokedAt, expiresAt }: Pick<Share, 'revokedAt' | 'expiresAt'>, at: Instant): boolean =>
  revokedAt === undefined && at < expiresAt;

export const findShare = ({ shares }: Pick<OrderState, 'shares'>, shareId: string): Share | undefined =>
  shares.find((share) => share.shareId === shareId);

/**
 * GIVEN an order
 * WHEN  a person of the shop wants somebody outside to see how it went
 * THEN  there is a link to it, for as many hours as they say
 * REJECTED TOO_MANY_SHARES
 */
export function shareOrder({ shareId, hours, at }: Extract<PersonCommand, { type: 'ShareOrder' }>, { shares }: SubmittedOrder): Decision {
  if (shares.length >= SHARES_PER_ORDER_MAX) return reject('TOO_MANY_SHARES', { sharesMax: SHARES_PER_ORDER_MAX });
  return [{ type: 'OrderShared', data: { shareId, expiresAt: toIso(at + hours * HOUR_MS) } }];
}

/**
 * GIVEN a link to an order
 * WHEN  a person of the shop takes it back
 * THEN  it opens nothing any more
 * REJECTED SHARE_NOT_FOUND · ALREADY SO when it was taken back
 */
export function revokeShare({ shareId }: Extract<PersonCommand, { type: 'RevokeShare' }>, state: SubmittedOrder): Decision {
  const share = findShare(state, shareId);
  if (share === undefined) return reject('SHARE_NOT_FOUND');
  return share.revokedAt === undefined ? [{ type: 'ShareRevoked', data: { shareId } }] : [];
}

/**
 * GIVEN a link to an order
 * WHEN  whoever holds it opens it
 * THEN  the look is stored before anything of the order leaves
 * REJECTED SHARE_OVER when it has run out or was taken back
 * ALREADY SO within an hour of the last look that was kept, and when enough of them were
 */
export function openShare({ shareId, at }: ShareCommand, state: SubmittedOrder): Decision {
  const share = findShare(state, shareId);
  if (share === undefined || !isShareOpen(share, at)) return reject('SHARE_OVER');
  const isSameLook = share.lastOpenedAt !== undefined && at - share.lastOpenedAt < OPENING_QUIET_MS;
  if (isSameLook || share.openings >= OPENINGS_KEPT_MAX) return [];
  return [{ type: 'SharedOrderOpened', data: { shareId, opening: share.openings + 1 } }];
}

export const shared = (state: OrderState, shareId: string, expiresAt: string, at: Instant): OrderState => ({
  ...state,
  shares: [...state.shares, { shareId, sharedAt: at, expiresAt: fromIso(expiresAt), openings: 0 }],
});

const changed = (state: OrderState, shareId: string, change: (share: Share) => Share): OrderState => ({
  ...state,
  shares: state.shares.map((share) => (share.shareId === shareId ? change(share) : share)),
});

export const revoked = (state: OrderState, shareId: string, at: Instant): OrderState =>
  changed(state, shareId, (share) => ({ ...share, revokedAt: at }));

export const opened = (state: OrderState, shareId: string, opening: number, at: Instant): OrderState =>
  changed(state, shareId, (share) => ({ ...share, openings: opening, firstOpenedAt: share.firstOpenedAt ?? at, lastOpenedAt: at }));
