import { canonicalJson, sha256Hex } from '../../domain/kernel/hash';
import type { EventMetadata, EventToAppend, StoredEvent } from '../../domain/kernel/event';
import { positionOf } from './position';
import type { WireEvent, WireRecord } from './wire';

/** What the server has no place of its own for. Stored for ever under this name in the metadata of each event. */
const ENVELOPE = 'cardrail';

interface Envelope {
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly occurredAt: string;
}

/** A stream holds what this program did not write, or its numbers have a gap: somebody else wrote to it, deleted it or cut it. */
export class StreamDamaged extends Error {
  override readonly name = 'StreamDamaged';
}

/**
 * The server recognises a repeated append by the ids of its events alone, and silently drops a batch that has the same ids and other
 * content. So the id that it sees is a digest of the whole event, our own id included: equal ids mean equal content there, and
 * everything else is a conflict. Shaped as a UUID of version 8.
 */
function wireId(canonical: string): string {
  const digest = sha256Hex(canonical);
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function canonicalEvent({ eventId, type, schemaVersion, occurredAt, data, metadata }: EventToAppend): string {
  return canonicalJson({ eventId, type, schemaVersion, occurredAt, data, metadata });
}

/** An event ready to send, and what it takes up in the request, in bytes. */
export interface PreparedEvent {
  readonly wire: WireEvent;
  readonly bytes: number;
}

export function preparedEvent(event: EventToAppend): PreparedEvent {
  const { eventId, type, schemaVersion, occurredAt, data, metadata } = event;
  const envelope: Envelope = { eventId, schemaVersion, occurredAt };
  const canonical = canonicalEvent(event);
  return { wire: { id: wireId(canonical), type, data, metadata: { ...metadata, [ENVELOPE]: envelope } }, bytes: Buffer.byteLength(canonical) };
}

/** Whether this program wrote the event: whatever else shares the server, it never leaves this folder. */
export function isOurs(record: WireRecord): boolean {
  const { metadata, data } = record;
  if (metadata === null || typeof metadata !== 'object' || data === null || typeof data !== 'object') return false;
  const { eventId, schemaVersion, occurredAt } = ((metadata as Record<string, unknown>)[ENVELOPE] ?? {}) as Record<string, unknown>;
  return typeof eventId === 'string' && typeof schemaVersion === 'number' && typeof occurredAt === 'string';
}

/** Only for records that are ours. */
export function storedEvent(record: WireRecord): StoredEvent {
  const { [ENVELOPE]: envelope, ...metadata } = record.metadata as EventMetadata & { readonly [ENVELOPE]: Envelope };
  return {
    stream: record.stream,
    revision: record.revision,
    position: positionOf(record.place),
    recordedAt: record.recordedAt,
    eventId: envelope.eventId,
    type: record.type,
    schemaVersion: envelope.schemaVersion,
    occurredAt: envelope.occurredAt,
    data: record.data as StoredEvent['data'],
    metadata,
  };
}

/** Whether the record is this very event: its id, and what it holds. */
export function isSameEvent(record: WireRecord, event: PreparedEvent): boolean {
  return record.id === event.wire.id && isOurs(record) && wireId(canonicalEvent(storedEvent(record))) === event.wire.id;
}
