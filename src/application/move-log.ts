import type { EventToAppend, Position, StoredEvent } from '../domain/kernel/event';
import { canonicalJson } from '../domain/kernel/hash';
import { appendEvents } from './append-events';
import { APPEND_EVENTS_MAX, type EventStore } from './ports/event-store';
import type { Runtime } from './ports/runtime';
import { upToEnd } from './up-to-end';

export interface MoveKit {
  readonly from: EventStore;
  readonly to: EventStore;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** A place in the old log that somebody remembers; `Moved.followed` is the same place in the new one. */
  readonly follow?: Position | null;
  /** Must not throw. `compared` counts events that were found equal in both logs. */
  readonly onProgress?: (done: { readonly copied: number; readonly compared: number }) => void;
}

export interface Moved {
  /** Events that the new log holds, all of them equal to the old one's. */
  readonly events: number;
  /** Of these, the ones that were not there before. */
  readonly copied: number;
  /** Where the new log ends. */
  readonly head: Position | null;
  readonly followed: Position | null;
}

/** The log cannot be moved there, or not now. Nothing that was in either log is changed. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
  constructor(
    readonly code: 'TARGET_DIFFERS' | 'TARGET_AHEAD' | 'SHOP_RUNS' | 'TARGET_WRITTEN' | 'TARGET_UNKNOWN' | 'KEYS_DIFFER',
    message: string,
  ) {
    super(message);
  }
}

/** Ends in one place in both logs. */
interface Common {
  readonly events: number;
  readonly fromAfter: Position | null;
  readonly toAfter: Position | null;
  readonly followed: Position | null;
}

/**
 * Copies a log into another store in its order, with ids, times and hashes as they are. Only positions and `recordedAt` are the new
 * store's own. What the target holds already must be the beginning of the source, and is not written again: so a move that was cut off goes
 * on where it was, and moving back copies only what came since. Every event is compared once, in both logs, after it was written.
 * Throws MoveRefused, StoreUnavailable.
 */
export async function moveLog(kit: MoveKit): Promise<Moved> {
  const { from, to, signal } = kit;
  const begun = await from.head();
  const common = await compare(kit, { events: 0, fromAfter: null, toAfter: null, followed: null });
  const copied = await copy(kit, common.fromAfter);
  signal.throwIfAborted();
  const whole = await compare(kit, common);
  if ((await from.head()) !== begun)
    throw new MoveRefused('SHOP_RUNS', 'events were stored while the log was copied: stop every process of the shop');
  if (whole.events !== common.events + copied || (await from.head()) !== whole.fromAfter)
    throw new MoveRefused('TARGET_WRITTEN', 'the new log does not hold what was copied: does another program write there?');
  return { events: whole.events, copied, head: await to.head(), followed: whole.followed };
}

/** How far both logs are the same, from a place in both. Throws when the target holds anything else. */
async function compare({ from, to, signal, follow = null, onProgress }: MoveKit, start: Common): Promise<Common> {
  const source = eventsOf(from, start.fromAfter);
  let { events, fromAfter, toAfter, followed } = start;
  try {
    for await (const there of eventsOf(to, start.toAfter)) {
      signal.throwIfAborted();
      const { value: here } = await source.next();
      if (here === undefined)
        throw new MoveRefused('TARGET_AHEAD', `the target goes on behind the ${events} events of the source: is the move the other way round?`);
      if (textOf(here) !== textOf(there))
        throw new MoveRefused(
          'TARGET_DIFFERS',
          `event ${events + 1} of the target is ${there.stream}@${there.revision}, of the source ${here.stream}@${here.revision}: the target holds another log`,
        );
      [events, fromAfter, toAfter] = [events + 1, here.position, there.position];
      if (follow !== null && here.position <= follow) followed = there.position;
      onProgress?.({ copied: 0, compared: events });
    }
  } finally {
    await source.return(undefined);
  }
  return { events, fromAfter, toAfter, followed };
}

async function* eventsOf(store: EventStore, after: Position | null): AsyncGenerator<StoredEvent, undefined> {
  for await (const { events } of upToEnd(store, after)) yield* events;
}

/** Everything of an event that goes with it. */
function textOf({ position: _position, recordedAt: _recordedAt, ...kept }: StoredEvent): string {
  return canonicalJson(kept);
}

async function copy(kit: MoveKit, after: Position | null): Promise<number> {
  let copied = 0;
  for await (const { events } of upToEnd(kit.from, after))
    for (const run of runsOf(events)) {
      kit.signal.throwIfAborted();
      await append(kit, run);
      copied += run.length;
      kit.onProgress?.({ copied, compared: 0 });
    }
  return copied;
}

/** Neighbours of one stream go into one append: the order of the log stays, and nearly all of them were one decision. */
function runsOf(events: readonly StoredEvent[]): readonly (readonly StoredEvent[])[] {
  const runs: StoredEvent[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last !== undefined && last[0]?.stream === event.stream && last.length < APPEND_EVENTS_MAX) last.push(event);
    else runs.push([event]);
  }
  return runs;
}

async function append({ to, runtime }: MoveKit, run: readonly StoredEvent[]): Promise<void> {
  const [first] = run;
  if (first === undefined) return;
  const { stream, revision } = first;
  const events = run.map(({ eventId, type, schemaVersion, occurredAt, data, metadata }): EventToAppend => ({
    eventId,
    type,
    schemaVersion,
    occurredAt,
    data,
    metadata,
  }));
  const { outcome } = await appendEvents(to, runtime, stream, revision === 0 ? 'none' : revision - 1, events);
  if (outcome === 'conflict')
    throw new MoveRefused('TARGET_WRITTEN', `${stream}@${revision} is there already: does another program write to the target?`);
  if (outcome === 'unknown')
    throw new MoveRefused('TARGET_UNKNOWN', `whether ${stream}@${revision} was stored cannot be told: run the move again, it goes on`);
}
