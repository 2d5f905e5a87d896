import { block, BLOCK_DAYS_MAX, blockIdFor, counts } from '../../../src/domain/block/decide';
import type { BlockEvent } from '../../../src/domain/block/events';
import { DAY_MS, toIso } from '../../../src/domain/kernel/time';
import { given, T0 } from '../../support/given';

const blocks = given(block);
const until = (expiresAt: number): BlockEvent => ({ type: 'BlockPlaced', data: { kind: 'DEVICE', key: 'digest', expiresAt: toIso(expiresAt) } });
const place = (expiresAt: number, at = T0) => ({ type: 'PlaceBlock', kind: 'DEVICE', key: 'digest', expiresAt, at }) as const;

describe('a block', () => {
  it('counts up to its end and not at it, with nobody doing anything', () => {
    expect([counts({ expiresAt: T0 }, T0 - 1), counts({ expiresAt: T0 }, T0)]).toEqual([true, false]);
  });

  it(`ends in the future, within ${BLOCK_DAYS_MAX} days`, () => {
    blocks().when(place(T0)).rejects('BLOCK_EXPIRY_OUT_OF_RANGE');
    blocks()
      .when(place(T0 + 1))
      .then(until(T0 + 1));
    blocks()
      .when(place(T0 + BLOCK_DAYS_MAX * DAY_MS))
      .then(until(T0 + BLOCK_DAYS_MAX * DAY_MS));
    blocks()
      .when(place(T0 + BLOCK_DAYS_MAX * DAY_MS + 1))
      .rejects('BLOCK_EXPIRY_OUT_OF_RANGE');
  });

  it('is placed anew with another end, earlier or later, and is already so with the same', () => {
    blocks(until(T0 + 10))
      .when(place(T0 + 5))
      .then(until(T0 + 5));
    blocks(until(T0 + 10))
      .when(place(T0 + 10))
      .isAlreadySo();
  });

  it('is lifted once, and not when it has ended by itself', () => {
    blocks(until(T0 + DAY_MS))
      .when({ type: 'LiftBlock', at: T0 + 10 })
      .then({ type: 'BlockLifted', data: {} });
    blocks(until(T0 + 10))
      .when({ type: 'LiftBlock', at: T0 + 10 })
      .isAlreadySo();
    blocks().when({ type: 'LiftBlock', at: T0 }).rejects('BLOCK_NOT_FOUND');
  });

  it('has one name for one thing', () => {
    expect(blockIdFor('DEVICE', 'a')).toBe(blockIdFor('DEVICE', 'a'));
    expect(blockIdFor('DEVICE', 'a')).not.toBe(blockIdFor('CONTACT', 'a'));
  });
});
