import { z } from 'zod';
import type { StoredEvent } from '../../../src/domain/kernel/event';
import { eventsCatalogMarkdown } from '../../../src/infrastructure/codec/catalog-document';
import { codecCatalog } from '../../../src/infrastructure/codec/catalog';
import { createCodec, EventMisfit } from '../../../src/infrastructure/codec/codec';

const SECRET = 'STEAM-7QX2';

const codec = createCodec({
  PriceSet: {
    version: 3,
    schema: z.strictObject({ amountMinor: z.int(), currency: z.string() }),
    upcasters: {
      1: (data) => ({ yuan: (data as { price: number }).price }),
      2: (data) => ({ amountMinor: (data as { yuan: number }).yuan * 100, currency: 'CNY' }),
    },
  },
  Fragile: {
    version: 2,
    schema: z.strictObject({}),
    upcasters: {
      1: () => {
        throw new Error(SECRET);
      },
    },
  },
});

function stored(type: string, schemaVersion: number, data: object): StoredEvent {
  const metadata = { commandId: 'c', correlationId: 'o', causationId: 'c', actor: { kind: 'CLI', id: 'apply' }, hash: '0'.repeat(64) } as const;
  return {
    eventId: 'e',
    stream: 'sku-1',
    revision: 0,
    position: '1',
    type,
    schemaVersion,
    occurredAt: '2026-11-21T08:00:00.000Z',
    recordedAt: '2026-11-21T08:00:00.004Z',
    data,
    metadata,
  };
}

describe('decode', () => {
  it('gives back an event of today as it is, without a copy', () => {
    const event = stored('PriceSet', 3, { amountMinor: 4800, currency: 'CNY' });
    expect(codec.decode(event)).toEqual({ outcome: 'read', event });
    expect((codec.decode(event) as { event: StoredEvent }).event).toBe(event);
  });

  it.each([
    [1, { price: 48 }],
    [2, { yuan: 48 }],
  ])('lifts version %i step by step and leaves what was stored alone', (version, data) => {
    const event = Object.freeze(stored('PriceSet', version, Object.freeze(data)));
    expect(codec.decode(event)).toEqual({ outcome: 'read', event: { ...event, schemaVersion: 3, data: { amountMinor: 4800, currency: 'CNY' } } });
  });

  it.each([
    ['Unheard', 1, 'UNKNOWN_TYPE'],
    ['__proto__', 1, 'UNKNOWN_TYPE'],
    ['constructor', 1, 'UNKNOWN_TYPE'],
    ['PriceSet', 4, 'NEWER_VERSION'],
    ['PriceSet', 0, 'NO_SUCH_VERSION'],
    ['PriceSet', -1, 'NO_SUCH_VERSION'],
    ['PriceSet', 1.5, 'NO_SUCH_VERSION'],
    ['Fragile', 1, 'UPCAST_FAILED'],
  ])('%s version %d is %s: nothing is guessed', (type, version, why) => {
    expect(codec.decode(stored(type, version, {}))).toEqual({ outcome: 'unknown', why });
  });
});

describe('versionFor', () => {
  it('is the version of today', () => {
    expect(codec.versionFor({ type: 'PriceSet', data: { amountMinor: 1, currency: 'CNY' } })).toBe(3);
  });

  it.each([
    ['a wrong type', { amountMinor: SECRET, currency: 'CNY' }],
    ['a missing field', { amountMinor: 1 }],
    ['a field that nobody knows', { amountMinor: 1, currency: 'CNY', code: SECRET }],
    ['a fraction', { amountMinor: 0.5, currency: 'CNY' }],
    ['not a number', { amountMinor: Number.NaN, currency: 'CNY' }],
  ])('refuses %s, and says where but not what', (_, data) => {
    expect(() => codec.versionFor({ type: 'PriceSet', data })).toThrow(EventMisfit);
    expect(() => codec.versionFor({ type: 'PriceSet', data })).not.toThrow(SECRET);
  });

  it('refuses an event that is not in the list', () => {
    expect(() => codec.versionFor({ type: 'Unheard', data: {} })).toThrow(EventMisfit);
  });
});

describe('problemOf', () => {
  it('is null for a sound event of any version', () => {
    expect(codec.problemOf(stored('PriceSet', 1, { price: 48 }))).toBeNull();
    expect(codec.problemOf(stored('PriceSet', 3, { amountMinor: 1, currency: 'CNY' }))).toBeNull();
  });

  it('names the place of damage in data and envelope, never the value', () => {
    const sound = stored('PriceSet', 3, { amountMinor: 1, currency: 'CNY' });
    expect(codec.problemOf({ ...sound, data: { amountMinor: SECRET, currency: 'CNY' } })).toBe('amountMinor: invalid_type');
    expect(codec.problemOf({ ...sound, occurredAt: SECRET })).toBe('envelope: occurredAt: invalid_format');
    expect(codec.problemOf({ ...sound, metadata: { ...sound.metadata, hash: SECRET } })).toBe('envelope: metadata.hash: invalid_format');
    expect(codec.problemOf({ ...sound, schemaVersion: 9 })).toBe('NEWER_VERSION');
  });
});

describe('the catalog', () => {
  const schema = z.strictObject({});
  it.each([
    ['a version without its upcaster', { version: 2, schema }],
    ['a gap between upcasters', { version: 3, schema, upcasters: { 2: (data: object) => data } }],
    ['an upcaster too many', { version: 1, schema, upcasters: { 1: (data: object) => data } }],
    ['version 0', { version: 0, schema }],
  ])('%s is refused at start', (_, definition) => {
    expect(() => createCodec({ PriceSet: definition })).toThrow();
  });

  it('is documented: every event has its heading', () => {
    const document = eventsCatalogMarkdown();
    for (const [type, { version }] of Object.entries(codecCatalog)) expect(document).toContain(`### ${type} (version ${version})`);
  });
});
