import { isWithinLog } from '../../../src/domain/kernel/position';

describe('a place that somebody remembers', () => {
  it.each([
    ['before the end of the log', '0000000000000007', '0000000000000009', true],
    ['at the end of the log', '0000000000000009', '0000000000000009', true],
    ['behind the end: the log was restored from an older backup', '0000000000000010', '0000000000000009', false],
    ['of an empty log', '0000000000000001', null, false],
    ['of the embedded store, in a log that moved to EventStoreDB', '0000000000000001', '00000000000000000900-00000000000000000900', false],
    ['of EventStoreDB, in a log that moved back', '00000000000000000001-00000000000000000001', '0000000000000009', false],
  ])('%s', (_what, position, head, isWithin) => {
    expect(isWithinLog(position, head)).toBe(isWithin);
  });
});
