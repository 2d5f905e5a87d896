import {
  streamNameFilter,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  type ReadPosition,
  type ResolvedEvent,
  type StreamingRead,
} from './client-package';
import type { Follow, FollowEvents, LogPlace, StreamFilter, WireRecord } from './wire';

/** Records that a filtered subscription looks through for each page, and after which it says how far it is. */
const SEARCH_WINDOW = 256;
/** Everything but the server's own streams. */
const OWN_STREAMS = '^[^$].*';

/** The records of one read. Ends with what it has when the signal aborts: whoever aborts looks no further. */
export async function collected(
  reading: StreamingRead<ResolvedEvent> | StreamingRead<AllStreamResolvedEvent>,
  signal: AbortSignal,
): Promise<readonly WireRecord[]> {
  const cancel = (): void => {
    reading.destroy();
    reading.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  // Its error reaches the loop below; a second one, after the loop has ended, nobody.
  reading.on('error', () => undefined);
  try {
    const records: WireRecord[] = [];
    for await (const { event } of reading as AsyncIterable<ResolvedEvent>) if (event !== undefined) records.push(recordOf(event));
    return records;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function recordOf(event: NonNullable<ResolvedEvent['event']>): WireRecord {
  const { streamId, revision, id, type, data, metadata, created, position } = event;
  if (position === undefined) throw new Error('the server does not say positions: it must be EventStoreDB 22.6 or later');
  return { stream: streamId, revision: Number(revision), id, type, data, metadata, recordedAt: created.toISOString(), place: position };
}

export function follow(client: EventStoreDBClient, fromPosition: ReadPosition, filter: StreamFilter, on: FollowEvents): Follow {
  let stopped = false;
  // The package tells of progress while events before it still wait in the stream: what it tells is held back until they are through.
  const held: (() => void)[] = [];
  const inOrder = (tell: () => void): void => {
    if (subscription.readableLength === 0) tell();
    else held.push(tell);
  };
  const lose = (cause: unknown): void => {
    if (stopped) return;
    stopped = true;
    on.lost(cause);
  };
  const options = {
    maxSearchWindow: SEARCH_WINDOW,
    checkpointInterval: 1,
    checkpointReached: async (_subscription: unknown, place: LogPlace): Promise<void> => inOrder(() => on.passed(place)),
  };
  const subscription = client.subscribeToAll({
    fromPosition,
    requiresLeader: true,
    filter:
      'prefixes' in filter ? streamNameFilter({ ...options, prefixes: [...filter.prefixes] }) : streamNameFilter({ ...options, regex: OWN_STREAMS }),
  });
  subscription
    .on('data', ({ event }) => {
      if (stopped) return;
      if (event !== undefined) on.event(recordOf(event));
      if (subscription.readableLength === 0) for (const tell of held.splice(0)) tell();
    })
    .on('caughtUp', () => inOrder(() => on.caughtUp()))
    .on('fellBehind', () => inOrder(() => on.fellBehind()))
    .on('error', lose)
    .on('end', () => lose(new Error('the subscription ended without an error')))
    .on('close', () => lose(new Error('the subscription was closed')));
  return {
    pause: () => void subscription.pause(),
    resume: () => void subscription.resume(),
    stop: () => {
      stopped = true;
      held.length = 0;
      subscription.destroy();
      subscription.unsubscribe().catch(() => undefined);
    },
  };
}
