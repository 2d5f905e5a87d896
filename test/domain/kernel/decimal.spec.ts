import fc from 'fast-check';
import { decimalsOf, minorUnits } from '../../../src/domain/kernel/decimal';

it.each([
  ['CNY', 2],
  ['JPY', 0],
  ['KWD', 3],
  ['ZZZ', 2],
])('%s is written with %i decimals', (currency, decimals) => {
  expect(decimalsOf(currency)).toBe(decimals);
  expect(decimalsOf(currency)).toBe(decimals);
});

it('what is no code of three letters is refused', () => expect(() => decimalsOf('YUAN')).toThrow(RangeError));

it.each([
  ['48', '', 'CNY', 4_800],
  ['48', '5', 'CNY', 4_850],
  ['48', '50', 'CNY', 4_850],
  ['48', '5000', 'CNY', 4_850],
  ['48', '501', 'CNY', null],
  ['48', '0', 'JPY', 48],
  ['48', '5', 'JPY', null],
  ['90071992547409', '91', 'CNY', Number.MAX_SAFE_INTEGER],
  ['90071992547409', '92', 'CNY', null],
  ['9'.repeat(20), '', 'CNY', null],
])('%s and %s of %s are %s minor units', (whole, fraction, currency, minor) => expect(minorUnits(whole, fraction, currency)).toBe(minor));

it('says every amount of two decimals as it is', () =>
  fc.assert(
    fc.property(fc.nat(10 ** 12), (minor) => {
      const text = (minor / 100).toFixed(2).split('.');
      expect(minorUnits(text[0] ?? '', text[1] ?? '', 'CNY')).toBe(minor);
    }),
  ));
