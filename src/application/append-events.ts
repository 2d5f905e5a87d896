import type { EventToAppend } from '../domain/kernel/event';
import { type AppendResult, type EventStore, type ExpectedRevision, StoreUnavailable } from './ports/event-store';
import type { Runtime } from './ports/runtime';

/** Sendings of one batch, all within one call. What is unknown after the last is taken up by whoever looks next. */
const APPEND_TRIES_MAX = 4;
const TRY_PAUSE_MS = 50;

/** Write rule 4: what a read finds where our events should be. The hash covers ids and payload. */
async function readBack(
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): Promise<AppendResult | 'nothing'> {
  const from = expected === 'none' ? 0 : expected + 1;
  const stored = await store.read(stream, { from, limit: events.length });
  const last = stored.at(-1);
  if (last === undefined) return 'nothing';
  const ours =
    stored.length === events.length &&
    stored.every((event, i) => event.eventId === events[i]?.eventId && event.metadata.hash === events[i]?.metadata.hash);
  if (!ours) return { outcome: 'conflict', actual: last.revision };
  return { outcome: 'committed', revision: last.revision, position: last.position, recordedAt: last.recordedAt };
}

async function settle(
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): Promise<AppendResult | 'nothing'> {
  try {
    return await readBack(store, stream, expected, events);
  } catch (error) {
    if (error instanceof StoreUnavailable) return { outcome: 'unknown', cause: error.message };
    throw error;
  }
}

/** From the second sending on "certainly not written" is true of that sending only: the first one may be stored all the same. */
async function sendAgain(store: EventStore, stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
  try {
    return await store.append(stream, expected, events);
  } catch (error) {
    if (error instanceof StoreUnavailable) return { outcome: 'unknown', cause: error.message };
    throw error;
  }
}

/**
 * Appends a batch and does not take "unknown" for an answer as long as its budget lasts: it reads back, and repeats the identical
 * batch only where nothing is stored. The exact revision makes that safe.
 */
export async function appendEvents(
  store: EventStore,
  runtime: Runtime,
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): Promise<AppendResult> {
  let result = await store.append(stream, expected, events);
  for (let tried = 1; tried < APPEND_TRIES_MAX && result.outcome === 'unknown'; tried++) {
    await runtime.sleep(TRY_PAUSE_MS * 2 ** tried * (0.5 + runtime.random()));
    const found = await settle(store, stream, expected, events);
    if (found !== 'nothing') {
      result = found;
      continue;
    }
    result = await sendAgain(store, stream, expected, events);
    // A late first sending may have won against our second one.
    if (result.outcome === 'conflict') {
      const after = await settle(store, stream, expected, events);
      if (after !== 'nothing') result = after;
    }
  }
  return result;
}
