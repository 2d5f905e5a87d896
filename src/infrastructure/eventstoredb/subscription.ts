import { StoreUnavailable, type SubscribeOptions, type SubscriptionBatch } from '../../application/ports/event-store';
import { causeOf } from './cause';
import { Following, SubscriptionLost, type FollowingOptions } from './following';
import { placeOf, positionOf } from './position';
import { isSystemStream } from './reader';
import type { LogPlace, StreamFilter } from './wire';

/** Prefixes of one subscription at most: the server compares each of them with each event. */
export const STREAM_PREFIXES_MAX = 32;
const BATCH_EVENTS = 512;
const BATCH_EVENTS_MAX = 4_096;
/** Beginnings in a row that brought nothing, before the consumer is told that the store is away. */
const LOSSES_MAX = 5;
/** Pause before beginning anew: doubled each time, and spread, so that a cluster that comes back is not met by everybody at once. */
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 5_000;

/** Subscriptions begun anew, for metrics; called synchronously, must not throw. */
export interface SubscriptionObserver {
  subscriptionLost?(cause: string): void;
  /** An event in a stream of ours that this program did not write. Consumers see a gap in its revisions. */
  foreignEvent?(stream: string, revision: number): void;
}

export interface SubscriptionOptions extends Omit<FollowingOptions, 'filter' | 'onForeign'> {
  readonly observer?: SubscriptionObserver;
  /** Aborts when the store is closed, which ends all its subscriptions. */
  readonly closing: AbortSignal;
}

interface LastEvent {
  readonly place: LogPlace;
  readonly eventId: string;
  readonly stream: string;
}

/**
 * Catch-up, then live, over as many subscriptions of the server as it takes: one that is lost is begun anew behind the last batch.
 * Ends with StoreUnavailable when that brings nothing several times in a row.
 */
export async function* subscription(
  { after, streamPrefixes, batchMax = BATCH_EVENTS, signal }: SubscribeOptions,
  options: SubscriptionOptions,
): AsyncGenerator<SubscriptionBatch, void, undefined> {
  const filter = filterOf(streamPrefixes);
  const eventsMax = Math.min(Math.max(batchMax, 1), BATCH_EVENTS_MAX);
  let place = after === null ? undefined : placeOf(after);
  let last: LastEvent | undefined;
  for (let losses = 0; !signal.aborted;) {
    try {
      if (options.closing.aborted) throw new StoreUnavailable('the store is closed');
      if (last !== undefined) await assertStillThere(last, options);
      for await (const batch of followed(place, filter, eventsMax, signal, options)) {
        losses = 0;
        place = placeOf(batch.position);
        last = lastOf(batch) ?? last;
        yield batch;
      }
      return;
    } catch (error) {
      if (!(error instanceof SubscriptionLost) && !(error instanceof StoreUnavailable)) throw error;
      if (options.closing.aborted) throw new StoreUnavailable('the store is closed');
      options.observer?.subscriptionLost?.(causeOf(error));
      if (++losses > LOSSES_MAX) throw new StoreUnavailable(`the subscription was lost ${losses} times in a row: ${error.message}`, { cause: error });
      const { runtime } = options;
      await runtime.sleep(Math.min(PAUSE_MS * 2 ** (losses - 1), PAUSE_MS_MAX) * (0.5 + runtime.random()), signal);
    }
  }
}

/** One subscription of the server, until the signal aborts or it is lost. */
async function* followed(
  place: LogPlace | undefined,
  filter: StreamFilter,
  eventsMax: number,
  signal: AbortSignal,
  options: SubscriptionOptions,
): AsyncGenerator<SubscriptionBatch, void, undefined> {
  const { observer, closing } = options;
  const following = new Following(place, { ...options, filter, onForeign: ({ stream, revision }) => observer?.foreignEvent?.(stream, revision) });
  const stop = (): void => following.stop();
  closing.addEventListener('abort', stop, { once: true });
  try {
    for (let next = await following.next(eventsMax, signal); next !== undefined; next = await following.next(eventsMax, signal)) {
      const { events, caughtUp } = next;
      yield { events, position: positionOf(next.place), caughtUp };
    }
  } finally {
    closing.removeEventListener('abort', stop);
    following.stop();
  }
}

function filterOf(streamPrefixes: readonly string[] | undefined): StreamFilter {
  if (streamPrefixes === undefined) return { all: true };
  if (streamPrefixes.length < 1 || streamPrefixes.length > STREAM_PREFIXES_MAX) throw new RangeError(`1 to ${STREAM_PREFIXES_MAX} stream prefixes`);
  if (streamPrefixes.some((prefix) => prefix === '' || isSystemStream(prefix)))
    throw new RangeError('a stream prefix is neither empty nor one of the server');
  return { prefixes: streamPrefixes };
}

function lastOf({ events }: SubscriptionBatch): LastEvent | undefined {
  const event = events.at(-1);
  return event === undefined ? undefined : { place: placeOf(event.position), eventId: event.eventId, stream: event.stream };
}

/** The log is another one: what was handed over is no longer in it, and the same places may hold other events. */
export class LogRewound extends Error {
  override readonly name = 'LogRewound';
}

/** A cluster that was restored, or lost the end of its log, goes on at places that it has given out before. */
async function assertStillThere(last: LastEvent, { reader }: SubscriptionOptions): Promise<void> {
  const record = await reader.eventAt(last.place);
  const envelope = record?.metadata as { readonly cardrail?: { readonly eventId?: unknown } } | undefined;
  if (record?.stream !== last.stream || envelope?.cardrail?.eventId !== last.eventId)
    throw new LogRewound(`the event of ${last.stream} at ${positionOf(last.place)} is no longer in the log: it was restored or cut, read it anew`);
}
