import type { z } from 'zod';
import type { Decoded, EventCodec } from '../../application/ports/event-codec';
import type { DomainEvent, StoredEvent } from '../../domain/kernel/event';
import type { CodecCatalog, EventDefinition, Upcaster } from './catalog';
import { envelopeSchema } from './envelope-schema';

/** An event does not fit its own schema: a defect of ours, found before anything was stored. Holds paths, never values. */
export class EventMisfit extends Error {
  override readonly name = 'EventMisfit';
}

interface KnownEvent {
  readonly version: number;
  readonly schema: z.ZodType;
  /** `lifts[n]` lifts version n + 1 to n + 2. */
  readonly lifts: readonly Upcaster[];
}

/** Throws when the catalog is incomplete: a version without its upcaster would make stored events unreadable. */
export function createCodec(catalog: CodecCatalog): EventCodec {
  return new CatalogCodec(new Map(Object.entries(catalog).map(([type, definition]) => [type, knownEvent(type, definition)])));
}

class CatalogCodec implements EventCodec {
  constructor(private readonly known: ReadonlyMap<string, KnownEvent>) {}

  versionFor(event: DomainEvent): number {
    const known = this.known.get(event.type);
    if (known === undefined) throw new EventMisfit(`Event ${event.type} is not in the catalog.`);
    const misfit = misfitOf(known.schema, event.data);
    if (misfit !== null) throw new EventMisfit(`Event ${event.type} does not fit its schema: ${misfit}`);
    return known.version;
  }

  /** The lifted event carries today's version; an event of today's version is given back as it is. */
  decode(stored: StoredEvent): Decoded {
    const known = this.known.get(stored.type);
    if (known === undefined) return { outcome: 'unknown', why: 'UNKNOWN_TYPE' };
    if (stored.schemaVersion === known.version) return { outcome: 'read', event: stored };
    if (stored.schemaVersion > known.version) return { outcome: 'unknown', why: 'NEWER_VERSION' };
    const lifts = known.lifts.slice(stored.schemaVersion - 1);
    if (lifts.length !== known.version - stored.schemaVersion) return { outcome: 'unknown', why: 'NO_SUCH_VERSION' };
    return lift(stored, lifts, known.version);
  }

  problemOf(stored: StoredEvent): string | null {
    const { data: _data, ...envelope } = stored;
    const misfit = misfitOf(envelopeSchema, envelope);
    if (misfit !== null) return `envelope: ${misfit}`;
    const decoded = this.decode(stored);
    if (decoded.outcome === 'unknown') return decoded.why;
    const known = this.known.get(stored.type);
    return known === undefined ? 'UNKNOWN_TYPE' : misfitOf(known.schema, decoded.event.data);
  }
}

function lift(stored: StoredEvent, lifts: readonly Upcaster[], version: number): Decoded {
  try {
    const data = lifts.reduce((older, upcast) => upcast(older), stored.data);
    return { outcome: 'read', event: { ...stored, data, schemaVersion: version } };
  } catch {
    return { outcome: 'unknown', why: 'UPCAST_FAILED' };
  }
}

function knownEvent(type: string, { version, schema, upcasters = {} }: EventDefinition): KnownEvent {
  if (!Number.isInteger(version) || version < 1) throw new Error(`Event ${type} has no version from 1 on.`);
  const lifts = Array.from({ length: version - 1 }, (_, at) => upcasters[at + 1]).filter((upcast) => upcast !== undefined);
  if (lifts.length !== version - 1 || Object.keys(upcasters).length !== lifts.length)
    throw new Error(`Event ${type} needs one upcaster for each version before ${version}.`);
  return { version, schema, lifts };
}

/** What does not fit, by place and kind. Messages are left out: they could quote a value. */
function misfitOf(schema: z.ZodType, value: unknown): string | null {
  const parsed = schema.safeParse(value);
  if (parsed.success) return null;
  return parsed.error.issues.map((issue) => `${issue.path.join('.') || 'data'}: ${issue.code}`).join(', ');
}
