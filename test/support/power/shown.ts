import type { StoredEvent } from '../../../src/domain/kernel/event';
import { SystemRuntime } from '../../../src/infrastructure/runtime/system-runtime';
import { openSqliteEventStore, type SqliteEventStore } from '../../../src/infrastructure/sqlite/event-store';

/** Everything that readers of a log can be shown, each in its way, as text. */
export interface Shown {
  /** The log from its beginning, one text per event. */
  readonly log: readonly string[];
  /** Each stream, read by its name. */
  readonly streams: ReadonlyMap<string, string>;
  /** A category, read by its index. */
  readonly category: string;
  readonly head: string | null;
}

const FAR = 4_096;
const FOLLOW_MS = 10_000;

/** Opens the log as a shop does and reads it in every way there is. Throws what a start refuses with. */
export async function shownBy(file: string, streams: readonly string[]): Promise<Shown> {
  const store = await openSqliteEventStore({ file, runtime: new SystemRuntime() });
  try {
    const log = await followed(store);
    const read = await Promise.all(streams.map(async (stream) => [stream, JSON.stringify(await store.read(stream))] as const));
    const category = (await followed(store, ['order-'])).length;
    return { log: log.map((event) => JSON.stringify(event)), streams: new Map(read), category: String(category), head: await store.head() };
  } finally {
    await store.close();
  }
}

async function followed(store: SqliteEventStore, streamPrefixes?: readonly string[]): Promise<readonly StoredEvent[]> {
  const head = await store.head();
  const events: StoredEvent[] = [];
  if (head === null) return events;
  // A reader that waits for ever would be a finding too: it shows less then.
  const signal = AbortSignal.timeout(FOLLOW_MS);
  for await (const batch of store.subscribe({ after: null, batchMax: FAR, signal, ...(streamPrefixes && { streamPrefixes }) })) {
    events.push(...batch.events);
    if (batch.position >= head) break;
  }
  return events;
}
