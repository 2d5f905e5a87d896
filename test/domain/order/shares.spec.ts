import { order as decider } from '../../../src/domain/order/decide';
import type { OrderEvent } from '../../../src/domain/order/events';
import { phaseOf } from '../../../src/domain/order/phase';
import { OPENING_QUIET_MS, OPENINGS_KEPT_MAX, SHARES_PER_ORDER_MAX } from '../../../src/domain/order/shares';
import { HOUR_MS, toIso } from '../../../src/domain/kernel/time';
import { at, deliveredOrder, given, paidOrder, submitted, submittedState, T0 } from '../../support/given';

const order = given(decider);
const shared = (shareId = 'link-1', hours = 24): OrderEvent => ({ type: 'OrderShared', data: { shareId, expiresAt: toIso(T0 + hours * HOUR_MS) } });
const opened = (opening: number, shareId = 'link-1'): OrderEvent => ({ type: 'SharedOrderOpened', data: { shareId, opening } });
const revoked = (shareId = 'link-1'): OrderEvent => ({ type: 'ShareRevoked', data: { shareId } });
const share = (shareId = 'link-1', hours = 24) => ({ type: 'ShareOrder', shareId, hours, at: T0 }) as const;
const open = (atMs = 0, shareId = 'link-1') => ({ type: 'OpenShare', shareId, at: T0 + atMs }) as const;
const revoke = (shareId = 'link-1') => ({ type: 'RevokeShare', shareId }) as const;

describe('a link to an order', () => {
  it('is made for so many hours, also of an order that has ended', () => {
    order(submitted()).when(share()).then(shared());
    order(...deliveredOrder(), shared())
      .when(share('link-2', 720))
      .then(shared('link-2', 720));
  });

  it(`is one of ${SHARES_PER_ORDER_MAX} at most, whatever became of the others`, () => {
    const made = Array.from({ length: SHARES_PER_ORDER_MAX }, (_, nth) => shared(`link-${nth}`));
    order(submitted(), ...made, revoked('link-0'))
      .when(share('one-more'))
      .rejects('TOO_MANY_SHARES');
    order(submitted(), ...made.slice(1))
      .when(share('one-more'))
      .then(shared('one-more'));
  });

  it('opens until its time, and not at it', () => {
    order(submitted(), shared())
      .when(open(24 * HOUR_MS - 1))
      .then(opened(1));
    order(submitted(), shared())
      .when(open(24 * HOUR_MS))
      .rejects('SHARE_OVER');
    order(submitted(), shared()).when(open(0, 'link-2')).rejects('SHARE_OVER');
  });

  it('opens nothing once it was taken back, which is done once', () => {
    order(submitted(), shared()).when(revoke()).then(revoked());
    order(submitted(), shared(), revoked()).when(revoke()).isAlreadySo();
    order(submitted(), shared()).when(revoke('link-2')).rejects('SHARE_NOT_FOUND');
    order(submitted(), shared(), opened(1), revoked()).when(open(1)).rejects('SHARE_OVER');
  });

  it('keeps the first look, and one in an hour after it', () => {
    order(submitted(), shared(), opened(1))
      .when(open(OPENING_QUIET_MS - 1))
      .isAlreadySo();
    order(submitted(), shared(), opened(1)).when(open(OPENING_QUIET_MS)).then(opened(2));
    order(submitted(), shared(), shared('link-2'), opened(1)).when(open(1, 'link-2')).then(opened(1, 'link-2'));
  });

  it(`keeps ${OPENINGS_KEPT_MAX} looks at most: an order does not grow by being looked at`, () => {
    const looks = Array.from({ length: OPENINGS_KEPT_MAX }, (_, nth) => at(nth * HOUR_MS, opened(nth + 1)));
    order(submitted(), shared(), ...looks)
      .when(open(20 * HOUR_MS))
      .isAlreadySo();
    order(submitted(), shared(), ...looks.slice(0, -1))
      .when(open(20 * HOUR_MS))
      .then(opened(OPENINGS_KEPT_MAX));
  });

  it('tells when it was first and last opened', () => {
    const { shares } = submittedState(submitted(), at(1, shared()), at(2, opened(1)), at(3, opened(2)), at(4, revoked()));
    const [sharedAt, firstOpenedAt, lastOpenedAt, revokedAt] = [1, 2, 3, 4].map((ms) => T0 + ms);
    expect(shares).toEqual([{ shareId: 'link-1', sharedAt, expiresAt: T0 + 24 * HOUR_MS, openings: 2, firstOpenedAt, lastOpenedAt, revokedAt }]);
  });

  it('changes nothing about the order', () => {
    const [before, after] = [submittedState(...paidOrder()), submittedState(...paidOrder(), shared(), opened(1), revoked())];
    expect(phaseOf(after)).toBe(phaseOf(before));
    expect({ ...after, shares: [], events: before.events, lastEventAt: before.lastEventAt }).toEqual(before);
  });
});
