import { GENESIS_HASH, chainHash } from '../../src/domain/kernel/hash';
import type { EventToAppend } from '../../src/domain/kernel/event';
import { derivedId } from '../../src/domain/kernel/ids';

export interface BatchOptions {
  /** Whose events these are: two writers never make the same event id. */
  readonly writer?: string;
  readonly type?: string;
  /** Given the revision that the event will have. */
  readonly data?: (revision: number) => object;
}

/** Makes events for one stream, chained as write rule 7 asks; each batch follows the one before it. */
export class StreamBuilder {
  private next = 0;
  private hash = GENESIS_HASH;

  constructor(readonly stream: string) {}

  /** The revision to expect when the next batch is appended. */
  get expected(): number | 'none' {
    return this.next === 0 ? 'none' : this.next - 1;
  }

  /** The next batch, which later batches follow. */
  batch(count = 1, options: BatchOptions = {}): readonly EventToAppend[] {
    const events = this.proposed(count, options);
    this.next += events.length;
    this.hash = events.at(-1)?.metadata.hash ?? this.hash;
    return events;
  }

  /** A batch that could stand here, without counting on it: for writers that race. */
  proposed(
    count = 1,
    { writer = 'w', type = 'NoteAdded', data = (revision) => ({ note: `note ${revision}` }) }: BatchOptions = {},
  ): readonly EventToAppend[] {
    let previous = this.hash;
    return Array.from({ length: count }, (_, index) => {
      const revision = this.next + index;
      const event = {
        eventId: derivedId(this.stream, writer, revision),
        type,
        schemaVersion: 1,
        occurredAt: new Date(Date.UTC(2026, 0, 1) + revision * 1_000).toISOString(),
        data: data(revision),
        metadata: {
          commandId: derivedId('command', this.stream, writer, revision),
          correlationId: this.stream,
          causationId: derivedId('command', this.stream, writer, revision),
          actor: { kind: 'SUPPORT', id: writer },
        },
      } as const;
      previous = chainHash(previous, this.stream, revision, event);
      return { ...event, metadata: { ...event.metadata, hash: previous } };
    });
  }
}
