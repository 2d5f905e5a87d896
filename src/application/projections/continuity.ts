import type { StoredEvent } from '../../domain/kernel/event';
import { type EventStore, READ_LIMIT_MAX } from '../ports/event-store';

/** Streams whose last revision is remembered, the ones last heard of: some 2 MB. */
const STREAMS_MAX = 8_192;

/** Revisions `from` to `to` of a stream that a subscription has left out, and what the stream itself has of them. */
export interface Gap {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  /** In their order; at most as many as one read gives. */
  readonly events: readonly StoredEvent[];
}

export const isWhole = ({ from, to, events }: Gap): boolean => events.length === to - from + 1;
export const inWords = ({ stream, from, to }: Gap): string => `revisions ${from} to ${to} of ${stream} were left out`;

/** Notices when a subscription skips events of a stream, and reads them. Memory is bounded: a stream not seen for long is taken as it comes. */
export class Continuity {
  private readonly last = new Map<string, number>();
  private seesAll: boolean;

  /** `fromStart`: the subscription begins with the log, so a stream first seen must begin at revision 0. */
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    fromStart: boolean,
  ) {
    this.seesAll = fromStart;
  }

  /** What is missing before this event; null at once when it follows on (or is a repetition). Rejects while the store is away: then it is still missing. */
  gapBefore({ stream, revision }: StoredEvent): Promise<Gap> | null {
    const last = this.last.get(stream) ?? (this.seesAll ? -1 : revision - 1);
    if (revision > last + 1) return this.read(stream, last + 1, revision);
    this.remember(stream, Math.max(last, revision));
    return null;
  }

  private async read(stream: string, from: number, revision: number): Promise<Gap> {
    const events = await this.store.read(stream, { from, limit: Math.min(revision - from, READ_LIMIT_MAX) });
    this.remember(stream, revision);
    return { stream, from, to: revision - 1, events };
  }

  private remember(stream: string, revision: number): void {
    this.last.delete(stream);
    this.last.set(stream, revision);
    if (this.last.size > STREAMS_MAX) this.forgetOldest();
  }

  private forgetOldest(): void {
    this.seesAll = false;
    for (const oldest of this.last.keys()) {
      this.last.delete(oldest);
      return;
    }
  }
}
