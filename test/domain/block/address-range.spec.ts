import fc from 'fast-check';
import { ADDRESS_BITS, addressText, parseAddress, parseRange, rangeOf, rangeText } from '../../../src/domain/block/address-range';

const textOf = (typed: string): string | null => {
  const address = parseAddress(typed);
  return address === null ? null : addressText(address);
};

describe('an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    [' 203.0.113.9 ', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0:0:0:c000:221'],
  ])('%s is %s', (typed, text) => expect(textOf(typed)).toBe(text));

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.+4',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3',
    'localhost',
  ])('%p is none', (typed) => expect(parseAddress(typed)).toBeNull());
});

describe('a network', () => {
  it.each([
    ['203.0.113.77/24', '203.0.113.0/24'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['2001:db8:1:2::/48', '2001:db8:1:0:0:0:0:0/48'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is %s', (typed, text) => {
    const range = parseRange(typed);
    expect(range === null ? null : rangeText(range)).toBe(text);
  });

  it.each(['203.0.113.0', '203.0.113.0/33', '203.0.113.0/-1', '203.0.113.0/8/8', '::/129', '/24', 'a/24'])('%p is none', (typed) =>
    expect(parseRange(typed)).toBeNull(),
  );

  it('has every address that shares its first bits, and no other', () => {
    const v4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ version: 4 as const, value }));
    const v6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ version: 6 as const, value }));
    fc.assert(
      fc.property(fc.oneof(v4, v6), fc.nat(128), fc.nat(127), (address, size, flipped) => {
        const bits = Math.min(size, ADDRESS_BITS[address.version]);
        const bit = flipped % ADDRESS_BITS[address.version];
        const other = { ...address, value: address.value ^ (1n << BigInt(ADDRESS_BITS[address.version] - 1 - bit)) };
        expect(rangeText(rangeOf(other, bits)) === rangeText(rangeOf(address, bits))).toBe(bit >= bits);
      }),
    );
  });
});
