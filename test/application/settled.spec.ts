import { Settled } from '../../src/application/outbox/settled';

describe('how far the outbox has come', () => {
  it('wakes who waits for it to move when the last message before the next place is done, and not before', async () => {
    const settled = new Settled('1');
    let moved = 0;
    void settled.movedFrom('1', new AbortController().signal).then(() => moved++);
    const entry = settled.add('2', 2);
    settled.done(entry);
    await Promise.resolve();
    expect(moved).toBe(0);
    settled.done(entry);
    await Promise.resolve();
    expect({ moved, position: settled.position }).toEqual({ moved: 1, position: '2' });
  });

  it('keeps nobody waiting who knows an older place, or is told to stop', async () => {
    const settled = new Settled('2');
    await settled.movedFrom('1', new AbortController().signal);
    const stopping = new AbortController();
    const stopped = settled.movedFrom('2', stopping.signal);
    stopping.abort();
    await stopped;
    await settled.movedFrom('2', stopping.signal);
    expect(settled.position).toBe('2');
  });
});
