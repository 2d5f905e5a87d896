import { BlockBook, BLOCKS_MAX } from '../../src/application/blocks/block-book';
import { blockIdFor } from '../../src/domain/block/decide';
import type { BlockKind } from '../../src/domain/block/events';
import { toIso } from '../../src/domain/kernel/time';

const T0 = Date.UTC(2026, 10, 28);
const HOUR = 3_600_000;

function bookOf(...placed: readonly (readonly [kind: BlockKind, key: string, expiresAt?: number])[]): BlockBook {
  const book = new BlockBook();
  for (const [kind, key, expiresAt = T0 + HOUR] of placed) {
    book.take(blockIdFor(kind, key), { type: 'BlockPlaced', data: { kind, key, expiresAt: toIso(expiresAt) }, occurredAt: toIso(T0) });
  }
  return book;
}
const order = { contactKeys: ['c1', 'c2'], address: '203.0.113.9', addressKey: 'a1', deviceKey: 'd1' };

describe('what stands against an order', () => {
  it.each<readonly [BlockKind, string, boolean]>([
    ['CONTACT', 'c2', true],
    ['CONTACT', 'd1', false],
    ['ADDRESS', 'a1', true],
    ['DEVICE', 'd1', true],
    ['RANGE', '203.0.113.0/24', true],
    ['RANGE', '203.0.113.9/32', true],
    ['RANGE', '203.0.112.0/24', false],
    ['RANGE', '2001:db8:0:0:0:0:0:0/32', false],
  ])('%s %s: %s', (kind, key, found) => {
    expect(bookOf([kind, key]).find(order, T0) !== null).toBe(found);
    expect(bookOf([kind, key]).find({ contactKeys: [] }, T0)).toBeNull();
  });

  it('counts until its time by the clock that is asked with, and no longer', () => {
    const book = bookOf(['DEVICE', 'd1']);
    expect(book.find(order, T0 + HOUR - 1)).toMatchObject({ kind: 'DEVICE' });
    expect(book.find(order, T0 + HOUR)).toBeNull();
  });

  it('is what lasts longest, and what is lifted stands against nobody', () => {
    const book = bookOf(['DEVICE', 'd1'], ['RANGE', '203.0.113.0/24', T0 + 2 * HOUR]);
    expect(book.find(order, T0)).toMatchObject({ kind: 'RANGE', expiresAt: T0 + 2 * HOUR });
    const lifted = { type: 'BlockLifted', data: {}, occurredAt: toIso(T0 + 1) } as const;
    book.take(blockIdFor('RANGE', '203.0.113.0/24'), lifted);
    expect(book.find(order, T0 + 2)).toMatchObject({ kind: 'DEVICE' });
    book.take(blockIdFor('DEVICE', 'd1'), lifted);
    expect(book.find(order, T0 + 2)).toBeNull();
  });

  it(`is kept in memory ${BLOCKS_MAX} times at most, and what has expired makes room`, () => {
    const many = Array.from({ length: BLOCKS_MAX }, (_, at) => ['DEVICE', `d${at}`, at === 0 ? T0 + 1 : T0 + HOUR] as const);
    const book = bookOf(...many);
    expect(book.hasRoom(T0)).toBe(false);
    expect(book.hasRoom(T0 + 1)).toBe(true);
    expect(book.find({ contactKeys: [], deviceKey: 'd0' }, T0)).toBeNull();
    expect(book.find({ contactKeys: [], deviceKey: 'd1' }, T0)).not.toBeNull();
  });
});
