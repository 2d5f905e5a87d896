import { addCounts, type BulkCounts, type BulkRepair } from '../../domain/job/bulk';
import type { Actor, StoredEvent } from '../../domain/kernel/event';
import { derivedId } from '../../domain/kernel/ids';
import type { JobRow } from '../../projections/jobs';
import { aggregates, streamOf } from '../aggregates';
import { StreamNotUnderstood, TooContended } from '../errors';
import type { CommandContext, CommandHandling } from '../handle-command';
import type { EventStore } from '../ports/event-store';
import type { ReadModels } from '../ports/read-models';
import type { Runtime } from '../ports/runtime';
import { commandOf } from './selection';
import { repeat } from '../repeat';

export type BulkOutcome = 'changed' | 'unchanged' | 'refused';

export interface BulkRepairsKit {
  readonly store: Pick<EventStore, 'read'>;
  readonly commands: CommandHandling;
  readonly readModels: Pick<ReadModels, 'find'>;
  readonly runtime: Runtime;
  /** Orders that are repaired each second, at most: outside calls follow from them. */
  readonly ordersPerSecond: number;
  /** Told of each order that was settled. Must not throw. */
  readonly onSettled: (action: BulkRepair['action'], outcome: BulkOutcome) => void;
  /** A store is away; gone on with where it stood. Must not throw. */
  readonly onFailed: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1_000;
const JOBS_PER_LOOK = 20;
/** Settled orders between two facts about progress: after a crash so many are told again what they were told, which changes nothing. */
export const ORDERS_PER_PROGRESS = 20;

/**
 * Works on bulk repairs, one after the other, the oldest first. Everything it needs stands in the log: which orders, how far it is,
 * whether somebody has stopped it. Each order is told under an id made of job and order, so an order that is told twice does it once,
 * and two of these do no harm. Runs until the signal aborts; never rejects.
 */
export function runBulkRepairs(kit: BulkRepairsKit, signal: AbortSignal): Promise<void> {
  const workOnOpen = async (): Promise<void> => {
    const sort = { field: 'orderedAt', direction: 'asc' } as const;
    const open = await kit.readModels.find<JobRow>('jobs', { filter: { open: { eq: 1 } }, sort, limit: JOBS_PER_LOOK });
    for (const { key } of open) if (!signal.aborted) await workOn(kit, key, signal);
  };
  return repeat(workOnOpen, { ...kit, waitMs: () => LOOK_EVERY_MS }, signal);
}

/** Works on one job until it has ended or the signal aborts. Rejects when a store is away. */
export async function workOn(kit: BulkRepairsKit, jobId: string, signal: AbortSignal): Promise<void> {
  const { commands, store, runtime, ordersPerSecond, onSettled } = kit;
  const [ordered] = await store.read(streamOf(aggregates.job, jobId), { from: 0, limit: 1 });
  let bulk = await read(kit, jobId);
  if (ordered === undefined || bulk === undefined) return;
  while (bulk !== undefined && bulk.end === undefined && !signal.aborted) {
    const from: number = bulk.next;
    let next = from;
    let counts: BulkCounts = { changed: 0, unchanged: 0, refused: [] };
    while (next < bulk.orderIds.length && next - from < ORDERS_PER_PROGRESS && !bulk.stopRequested && !signal.aborted) {
      const settled = await repair(kit, jobId, bulk, bulk.orderIds[next] ?? '', ordered);
      counts = addCounts(counts, settled);
      onSettled(bulk.action, settled.changed > 0 ? 'changed' : settled.unchanged > 0 ? 'unchanged' : 'refused');
      next++;
      await runtime.sleep(1_000 / ordersPerSecond, signal);
      bulk = (await read(kit, jobId)) ?? bulk;
    }
    if (next > from) await commands.handle(aggregates.job, jobId, { type: 'RecordBulkProgress', from, next, ...counts }, contextOf(kit, jobId));
    await commands.handle(aggregates.job, jobId, { type: 'EndBulkRepair' }, contextOf(kit, jobId));
    bulk = await read(kit, jobId);
  }
}

/** To the end of its stream: a stop is heard before the next order. */
const read = async ({ commands }: BulkRepairsKit, jobId: string): Promise<BulkRepair | undefined> =>
  (await commands.load(aggregates.job, jobId, true)).state.bulk;

/** One order is told, by its own rules, in the name of whoever ordered the job. */
async function repair(kit: BulkRepairsKit, jobId: string, { action }: BulkRepair, orderId: string, ordered: StoredEvent): Promise<BulkCounts> {
  const { commands } = kit;
  const counted = (code: string): BulkCounts => ({ changed: 0, unchanged: 0, refused: [{ code, count: 1 }] });
  const { actor, reason = '' } = ordered.metadata;
  const context: CommandContext = {
    commandId: derivedId('command', 'job', jobId, orderId),
    // What is told again after a crash is recognised on the order's own stream.
    fingerprint: jobId,
    correlationId: orderId,
    causationId: ordered.eventId,
    actor,
    reason: `${reason} (job ${jobId})`,
  };
  try {
    const handled = await commands.handle(aggregates.order, orderId, (at) => commandOf(action, at), context);
    if (handled.outcome === 'rejected') return counted(handled.rejection.code);
    return handled.events.length > 0 || handled.replayed ? { changed: 1, unchanged: 0, refused: [] } : { changed: 0, unchanged: 1, refused: [] };
  } catch (error) {
    // One order that this program cannot work on must not keep the others waiting.
    if (error instanceof StreamNotUnderstood) return counted('STREAM_NOT_UNDERSTOOD');
    if (error instanceof TooContended) return counted('TOO_CONTENDED');
    throw error;
  }
}

function contextOf({ runtime }: BulkRepairsKit, jobId: string): CommandContext {
  const actor: Actor = { kind: 'ENGINE', id: 'bulk-repair' };
  const stream = streamOf(aggregates.job, jobId);
  return { commandId: derivedId('command', jobId, 'progress', runtime.newId()), correlationId: stream, causationId: stream, actor };
}
