import type { StreamHead } from '../../domain/audit/merkle';
import type { Position, StoredEvent } from '../../domain/kernel/event';
import type { EventCodec } from '../ports/event-codec';
import type { SubscriptionBatch } from '../ports/event-store';
import type { HeadBook } from '../ports/head-book';
import { StreamChain } from '../verify/stream-chain';
import type { Violation } from '../verify/violation';

export interface Followed {
  readonly log: { after(position: Position | null): AsyncIterable<SubscriptionBatch> };
  readonly codec: EventCodec;
  readonly book: HeadBook;
  /** Event counts, rising, at which to stop for a moment with the book exactly there. */
  readonly stops?: readonly number[];
  readonly onProgress?: (events: number) => void;
}

/** Where the follower stands: the book is complete up to `events`, and holds what was found on the way there. */
export interface Stop {
  readonly events: number;
  readonly violations: readonly Violation[];
}

/**
 * Reads the log from where the book ends, checks each event against the head of its stream, and brings the book up to date, batch
 * by batch. Keeps one batch in memory. Yields after each batch and at each stop.
 */
export async function* followLog({ log, codec, book, stops = [], onProgress }: Followed): AsyncGenerator<Stop> {
  let { events, position } = book.place();
  const left = stops.filter((stop) => stop > events);
  for await (const batch of log.after(position)) {
    for (const part of partsOf(batch.events, events, left)) {
      const { heads, violations } = followed(part, codec, book);
      events += part.length;
      position = part.at(-1)?.position ?? position;
      book.write(
        heads,
        { position, events },
        violations.map((violation) => JSON.stringify(violation)),
      );
      onProgress?.(events);
      yield { events, violations };
    }
  }
}

/** Cuts a batch where somebody wants to stop. */
function partsOf(batch: readonly StoredEvent[], before: number, stops: readonly number[]): readonly (readonly StoredEvent[])[] {
  const cuts = stops.map((stop) => stop - before).filter((cut) => cut > 0 && cut < batch.length);
  const edges = [0, ...cuts, batch.length];
  return edges
    .slice(1)
    .map((edge, index) => batch.slice(edges[index], edge))
    .filter((part) => part.length > 0);
}

function followed(
  events: readonly StoredEvent[],
  codec: EventCodec,
  book: HeadBook,
): { readonly heads: readonly StreamHead[]; readonly violations: readonly Violation[] } {
  const heads = new Map<string, StreamHead>();
  const violations: Violation[] = [];
  for (const event of events) {
    const { stream, revision, metadata } = event;
    const chain = new StreamChain(codec, () => undefined, heads.get(stream) ?? book.head(stream));
    violations.push(...chain.follow(event));
    heads.set(stream, { stream, revision, hash: metadata.hash });
  }
  return { heads: [...heads.values()], violations };
}
