import { foldSteps, type Incoming, stepsOf } from '../../src/application/projections/fold-batch';
import type { StoredEvent } from '../../src/domain/kernel/event';
import type { AnyProjection } from '../../src/projections/projection';

/** Whoever is frozen has a row; it goes with the end of the freeze. */
const frozen: AnyProjection = {
  name: 'frozen',
  version: 1,
  categories: ['order-'],
  indexes: [],
  keys: ({ stream, type }) => (type === 'OrderViewed' ? [] : [stream]),
  project: ({ type }) => (type === 'OrderFrozen' ? { since: 1 } : null),
};
const event = (revision: number, type: string, position: string): StoredEvent => ({ stream: 'order-1', revision, type, position }) as StoredEvent;
const froze = event(1, 'OrderFrozen', '10');
const shows: Incoming = { event: event(3, 'OrderViewed', '30') };

describe('an event that the subscription skipped', () => {
  const skipped: readonly Incoming[] = [{ event: froze, recovered: { shownAt: '30' } }, shows];

  it('counts behind the checkpoint as long as the event that showed it missing does', () => {
    const steps = stepsOf(frozen, skipped, '20');
    expect(foldSteps(frozen, steps, [], []).writes).toEqual([{ key: 'order-1', value: { since: 1 }, position: '10' }]);
  });

  it('is there already where the checkpoint has that one: a row that was deleted since does not come back', () => {
    expect(stepsOf(frozen, skipped, '30')).toEqual([]);
  });

  it('counts in any case when its whole stream is projected once more', () => {
    expect(stepsOf(frozen, [{ event: froze, recovered: {} }], '30')).toHaveLength(1);
  });
});
