import { Unreplicated } from '../../src/simulation/ports/unreplicated';
import { StreamBuilder } from '../support/event-builders';

describe('an append that the leader alone has', () => {
  const order = new StreamBuilder('order-1');
  const events = order.batch(2);

  it('answers nobody who repeats it, and refuses whoever writes something else at its place', () => {
    const leader = new Unreplicated();
    leader.hold('order-1', 'none', events);
    expect(leader.answer('order-1', events)).toBe('silent');
    expect(leader.answer('order-1', events.slice(0, 1))).toEqual({ outcome: 'conflict', actual: 1 });
    expect(leader.answer('order-1', order.proposed(2))).toEqual({ outcome: 'conflict', actual: 1 });
    expect(leader.answer('order-2', events)).toBeUndefined();
  });

  it('is no longer in the way when the others have it, or when it is lost', () => {
    const leader = new Unreplicated();
    leader.hold('order-1', 3, events);
    leader.letGo('order-1');
    expect(leader.answer('order-1', events)).toBeUndefined();
  });
});
