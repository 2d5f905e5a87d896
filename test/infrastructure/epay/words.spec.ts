import fc from 'fast-check';
import { paymentReference, refundReference } from '../../../src/domain/kernel/ids';
import { referenceOf, tradeNumberOf } from '../../../src/infrastructure/gateways/trade-number';
import { readForm, writeForm } from '../../../src/protocols/epay/form';
import { minorOfYuan, yuanText } from '../../../src/protocols/epay/money';
import { saysNotFound } from '../../../src/protocols/epay/words';

const seed = Number(process.env['CARDRAIL_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
beforeAll(() => console.info(`epay words: CARDRAIL_TEST_SEED=${seed}`));

describe('yuan and fen', () => {
  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
    [4_800, '48.00'],
    [999_999_999_999, '9999999999.99'],
  ])('%i fen is %s', (minor, text) => {
    expect(yuanText(minor)).toBe(text);
    expect(minorOfYuan(text)).toBe(minor);
  });

  it.each([
    ['48', 4_800],
    ['48.5', 4_850],
    ['0.1', 10],
    ['1.15', 115],
    ['4.35', 435],
  ])('%s yuan is exact, though no floating point holds it', (text, minor) => expect(minorOfYuan(text)).toBe(minor));

  it.each([
    '',
    '.',
    '.5',
    '5.',
    '1e1',
    '1E1',
    '010',
    '00',
    '+1',
    '-1',
    '-0',
    '1,000',
    '1 000',
    ' 1',
    '1 ',
    '1.000',
    '1.005',
    '１.00',
    '1．00',
    '٣',
    '0x10',
    'NaN',
    'Infinity',
    '1_0',
    '12345678901',
    '1.0.0',
    '￥1',
  ])('%j is no amount', (text) => expect(minorOfYuan(text)).toBeUndefined());

  it('any amount survives the way there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (minor) => minorOfYuan(yuanText(minor)) === minor),
      { seed },
    );
  });
});

describe('references as epay servers take them', () => {
  const references = fc
    .tuple(fc.uuid(), fc.integer({ min: 1, max: 9_999 }), fc.boolean())
    .map(([id, number, isRefund]) => (isRefund ? refundReference(id, number) : paymentReference(id, number)));

  it('are at most 32 lower-case letters and digits, and are read back exactly', () => {
    fc.assert(
      fc.property(references, (reference) => {
        const number = tradeNumberOf(reference);
        expect(number).toMatch(/^[0-9a-z]{26,30}$/);
        expect(referenceOf(number ?? '')).toBe(reference);
      }),
      { seed },
    );
  });

  it.each([
    '',
    'x',
    'test-1.1',
    '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000000.0',
    'FFFFFFFF-0000-5000-8000-000000000000.1',
  ])('%j is no reference of ours', (reference) => expect(tradeNumberOf(reference)).toBeUndefined());

  it.each(['', '20160806151343349', `${'0'.repeat(25)}0`, `${'0'.repeat(25)}01`, `${'z'.repeat(25)}1`, `${'0'.repeat(24)}1`, `${'A'.repeat(25)}1`])(
    'the number %j was not made here',
    (number) => expect(referenceOf(number)).toBeUndefined(),
  );
});

describe('a form', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['', {}],
    ['a=1&b=', { a: '1', b: '' }],
    ['a', { a: '' }],
    ['a=x+y%20z%2B', { a: 'x y z+' }],
    ['name=VIP%20%E4%BC%9A%E5%91%98', { name: 'VIP 会员' }],
    ['url=https://a.test/?b=1', { url: 'https://a.test/?b=1' }],
  ])('%j is read', (text, params) => expect(readForm(text)).toEqual({ ok: true, params }));

  it.each([
    ['a=1&a=2', 'DUPLICATE_KEY'],
    ['a=1&a=1', 'DUPLICATE_KEY'],
    ['a[]=1', 'ODD_NAME'],
    ['a.b=1', 'ODD_NAME'],
    ['%61=1', 'ODD_NAME'],
    ['=1', 'ODD_NAME'],
    ['a=1&&b=2', 'ODD_NAME'],
    ['a=%', 'BAD_ENCODING'],
    ['a=%zz', 'BAD_ENCODING'],
    ['a=%BB%E1%D4%B1', 'BAD_ENCODING'],
    ['a=%C0%80', 'BAD_ENCODING'],
    ['a=%00', 'BAD_ENCODING'],
    ['a=1%0Ab=2', 'BAD_ENCODING'],
    ['a=\u00e4', 'ODD_BYTES'],
    ['a=1 ', 'ODD_BYTES'],
    [Array.from({ length: 65 }, (_, i) => `p${i}=1`).join('&'), 'TOO_MANY'],
  ])('%j is refused', (text, why) => expect(readForm(text)).toEqual({ ok: false, why }));

  it('`__proto__` is a name like any other', () => {
    const form = readForm('__proto__=1&pid=2');
    expect(form.ok && Object.keys(form.params).sort()).toEqual(['__proto__', 'pid']);
  });

  it('whatever is written is read back', () => {
    const names = fc.stringMatching(/^[A-Za-z0-9_]{1,10}$/).filter((name) => name !== '__proto__');
    const values = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
    fc.assert(
      fc.property(fc.dictionary(names, values, { maxKeys: 20, noNullPrototype: true }), (params) => {
        expect(readForm(writeForm(params))).toEqual({ ok: true, params });
      }),
      { seed },
    );
  });
});

describe('"never heard of it" is known by its message', () => {
  it.each([
    '订单号不存在',
    '订单不存在！',
    '退款单号不存在',
    '查询失败，订单记录不存在',
    'Order not found',
    'the order does not exist'.replace('does not', 'not'),
  ])('%j says so', (message) => expect(saysNotFound(message)).toBe(true));
  it.each([
    '',
    '商户ID不存在',
    '商户密钥错误',
    '系统错误',
    'merchant not found',
    'MD5签名校验失败',
    '订单查询失败，该商户不存在',
    'border not found',
  ])('%j does not', (message) => expect(saysNotFound(message)).toBe(false));
});
