import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalog } from '../../../src/domain/event-catalog';
import type { StoredEvent } from '../../../src/domain/kernel/event';
import { chainHash, GENESIS_HASH } from '../../../src/domain/kernel/hash';
import { categoryOf } from '../../../src/domain/kernel/ids';
import { codecCatalog } from '../../../src/infrastructure/codec/catalog';
import { eventJsonSchemas } from '../../../src/infrastructure/codec/catalog-document';
import { createCodec } from '../../../src/infrastructure/codec/codec';

const FOLDER = join(__dirname, '../../golden');
const SHAPES = join(FOLDER, 'shapes/event-schemas.json');

const golden = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, event: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as StoredEvent }));
const codec = createCodec(codecCatalog);

describe('golden events: what was stored once is read for ever', () => {
  it('there is one for every event and version that ever was', () => {
    const wanted = Object.entries(codecCatalog).flatMap(([type, { version }]) =>
      Array.from({ length: version }, (_, before) => `${type}.v${before + 1}.json`),
    );
    expect(golden.map(({ name }) => name).sort()).toEqual(wanted.sort());
  });

  it.each(golden)('$name is read, and as sound as any event of today', ({ name, event }) => {
    expect(name).toBe(`${event.type}.v${event.schemaVersion}.json`);
    expect(codec.problemOf(event)).toBeNull();
    const decoded = codec.decode(event);
    expect(decoded.outcome).toBe('read');
    if (decoded.outcome === 'read' && codecCatalog[event.type]?.version === event.schemaVersion) expect(decoded.event).toEqual(event);
  });

  it.each(golden)('$name stands in the stream category that the list of events names', ({ event }) => {
    expect(Object.entries(eventCatalog)).toContainEqual([categoryOf(event.stream), expect.objectContaining({ [event.type]: expect.any(Number) })]);
  });

  it('nothing changed: each stream of them still has its hash chain', () => {
    for (const stream of new Set(golden.map(({ event }) => event.stream))) {
      const events = golden
        .map(({ event }) => event)
        .filter((event) => event.stream === stream)
        .sort((a, b) => a.revision - b.revision);
      let previous = GENESIS_HASH;
      for (const event of events) {
        expect({ type: event.type, hash: event.metadata.hash }).toEqual({
          type: event.type,
          hash: chainHash(previous, stream, event.revision, event),
        });
        previous = event.metadata.hash;
      }
    }
  });

  // A new optional field may be added with UPDATE_GOLDEN=1; any other difference needs a new version, an upcaster and a golden file.
  it('no schema changed unnoticed', () => {
    const shapes = `${JSON.stringify(eventJsonSchemas(), null, 1)}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(SHAPES, shapes);
    expect(JSON.parse(shapes)).toEqual(JSON.parse(readFileSync(SHAPES, 'utf8')));
  });
});
