import fc from 'fast-check';
import { v5 } from 'uuid';
import { canonicalJson, unitHash } from '../../../src/domain/kernel/hash';
import {
  categoryOf,
  derivedId,
  idOf,
  orderIdFor,
  orderIdOfReference,
  orderNumberFor,
  parseOrderNumber,
  paymentReference,
  refundReference,
  streams,
} from '../../../src/domain/kernel/ids';
import { money, sameMoney, times } from '../../../src/domain/kernel/money';
import { defaultTiming, nextStage, retryDelayMs } from '../../../src/domain/order/timing';

const NAMESPACE = '6f0c1f5e-7d5b-4c0f-9a3e-2b8d41c79e60';
const id = fc.string().map((text) => derivedId(text));

describe('ids', () => {
  it('are UUID version 5 of the one namespace', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (words) =>
        expect(derivedId(...words)).toBe(v5(words.join('\u001f'), NAMESPACE)),
      ),
    ));
  it('the same client and key make the same order, another key another', () => {
    expect(orderIdFor('shop', 'k')).toBe(orderIdFor('shop', 'k'));
    expect(orderIdFor('shop', 'k')).not.toBe(orderIdFor('shop', 'l'));
  });
  it('are read back from streams and references', () =>
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 9_999 }), (orderId, attempt) => {
        expect([categoryOf(streams.order(orderId)), idOf(streams.order(orderId))]).toEqual(['order', orderId]);
        expect(orderIdOfReference(paymentReference(orderId, attempt))).toBe(orderId);
        expect(orderIdOfReference(refundReference(orderId, attempt))).toBe(orderId);
        expect(paymentReference(orderId, attempt)).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
      }),
    ));
  it.each([
    '',
    'x',
    `${derivedId('a')}.0`,
    `${derivedId('a')}.01`,
    `${derivedId('a')}.1 `,
    `${derivedId('a')}.r`,
    `${derivedId('a').toUpperCase()}.1`,
  ])('no order is read from %j', (text) => expect(orderIdOfReference(text)).toBeNull());
});

describe('order numbers', () => {
  it('are read back as people type them', () =>
    fc.assert(
      fc.property(id, (orderId) => {
        const number = orderNumberFor(orderId);
        const typed = `${number.slice(0, 5)}-${number.slice(5, 13).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} ${number.slice(13)}`;
        expect(parseOrderNumber(typed)).toBe(number);
      }),
    ));
  it('with one wrong character, or two neighbours swapped, are refused', () =>
    fc.assert(
      fc.property(id, fc.nat(12), fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), (orderId, at, wrong) => {
        const number = orderNumberFor(orderId);
        if (number[at] !== wrong) expect(parseOrderNumber(number.slice(0, at) + wrong + number.slice(at + 1))).toBeNull();
        const swapped =
          number.slice(0, at) +
          number
            .slice(at, at + 2)
            .split('')
            .reverse()
            .join('') +
          number.slice(at + 2);
        if (swapped !== number && at < 12) expect(parseOrderNumber(swapped)).toBeNull();
      }),
    ));
});

describe('canonical JSON', () => {
  it('is the same text for the same value, and the value again when read', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const clean: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(clean))).toEqual(clean);
        const turned = (item: unknown): unknown =>
          Array.isArray(item)
            ? item.map(turned)
            : item !== null && typeof item === 'object'
              ? Object.fromEntries(
                  Object.entries(item)
                    .reverse()
                    .map(([key, member]) => [key, turned(member)]),
                )
              : item;
        expect(canonicalJson(turned(clean))).toBe(canonicalJson(clean));
      }),
    ));
  it('has the members in the order of their UTF-16 code units, few or many', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 80 }), (names) => {
        // Names that read as numbers come first in any object.
        const kept = names.filter((name) => !/^[0-9]+$/.test(name) && name !== '__proto__');
        expect(Object.keys(JSON.parse(canonicalJson(Object.fromEntries(kept.map((name) => [name, 1])))) as object)).toEqual(kept.sort());
      }),
    ));
  it('leaves nothing out because of its name', () => {
    const text = '{"__proto__":{"constructor":1},"a":2}';
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });
  it('leaves out what is undefined', () => expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}'));
});

describe('money and time', () => {
  it('multiplies and compares in minor units', () => {
    expect(times(money(4_800, 'CNY'), 3)).toEqual(money(14_400, 'CNY'));
    expect(sameMoney(money(1, 'CNY'), money(1, 'USD'))).toBe(false);
  });
  it('a retry waits a second at least, a minute at most, and the same at every replay', () =>
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 1_000 }), (orderId, attempt) => {
        const delay = retryDelayMs(defaultTiming, orderId, 'payment', attempt);
        expect(delay).toBeGreaterThanOrEqual(1_000);
        expect(delay).toBeLessThanOrEqual(60_000);
        expect(retryDelayMs(defaultTiming, orderId, 'payment', attempt)).toBe(delay);
        expect(unitHash(orderId, attempt)).toBeLessThan(1);
      }),
    ));
  it('the next stage is the first that lies ahead', () => {
    expect(nextStage([5, 10], 100, 104)).toBe(105);
    expect(nextStage([5, 10], 100, 105)).toBe(110);
    expect(nextStage([5, 10], 100, 110)).toBeUndefined();
  });
});
