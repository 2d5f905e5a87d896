import type { StoredEvent } from '../../domain/kernel/event';

/** Streams whose last revision is remembered, the ones last heard of: some 2 MB. */
const STREAMS_MAX = 8_192;

/** Notices when a subscription skips events of a stream. Memory is bounded: a stream not seen for long is taken as it comes. */
export class Continuity {
  private readonly last = new Map<string, number>();
  private seesAll: boolean;

  /** `fromStart`: the subscription begins with the log, so a stream first seen must begin at revision 0. */
  constructor(fromStart: boolean) {
    this.seesAll = fromStart;
  }

  /** The first revision that is missing before this event, or null when it follows on (or is a repetition). */
  gapBefore({ stream, revision }: StoredEvent): number | null {
    const last = this.last.get(stream) ?? (this.seesAll ? -1 : revision - 1);
    this.last.delete(stream);
    this.last.set(stream, Math.max(last, revision));
    if (this.last.size > STREAMS_MAX) this.forgetOldest();
    return revision > last + 1 ? last + 1 : null;
  }

  private forgetOldest(): void {
    this.seesAll = false;
    for (const oldest of this.last.keys()) {
      this.last.delete(oldest);
      return;
    }
  }
}
