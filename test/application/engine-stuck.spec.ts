import { Stuck } from '../../src/application/engine/stuck';

describe('instances that get nowhere', () => {
  const limits = { stuckFirstMs: 500, stuckMaxMs: 4_000, stuckReviewAfter: 3 };
  /** With this chance the spread is nothing. */
  const MIDDLE = 0.5;

  it('are tried again after twice as long each time, up to the longest wait', () => {
    const stuck = new Stuck(limits);
    const waits = Array.from({ length: 6 }, () => stuck.again('order-1', MIDDLE).inMs);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
  });

  it('are spread by a quarter to either side, so that those which failed together do not come together', () => {
    expect(new Stuck(limits).again('order-1', 0).inMs).toBe(375);
    expect(new Stuck(limits).again('order-1', 1).inMs).toBe(625);
  });

  it('call a person at the third failure in a row and at the sixth, not between', () => {
    const stuck = new Stuck(limits);
    const calls = Array.from({ length: 6 }, () => stuck.again('order-1', MIDDLE).isForAPerson);
    expect(calls).toEqual([false, false, true, false, false, true]);
  });

  it('begin anew once they got somewhere, each for itself', () => {
    const stuck = new Stuck(limits);
    stuck.again('order-1', MIDDLE);
    stuck.again('order-2', MIDDLE);
    stuck.forget('order-1');
    expect(stuck.again('order-1', MIDDLE).inMs).toBe(500);
    expect(stuck.again('order-2', MIDDLE).inMs).toBe(1_000);
  });
});
