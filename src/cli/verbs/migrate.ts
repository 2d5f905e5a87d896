import { existsSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { copySubjectKeys, handOverSubjectKeys, KeysMoved, NewerSeal } from '../../application/keys/move-subject-keys';
import type { Moved } from '../../application/move-log';
import type { SubjectKeyPlace } from '../../application/ports/subject-keys';
import { isWithinLog } from '../../domain/kernel/position';
import type { Config } from '../../config';
import type { OpenEventStore, OutboxCursors, ReadModelsName, StoreName } from '../../stores';
import { BadNews, Refused, requireYes, WrongUse } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import { configOf, PATIENCE_MS, untilInterrupted } from '../session';
import { verifyThroughPort } from './verify';

interface Options {
  readonly from: StoreName;
  readonly to: StoreName;
  /** Where read models, and with them the keys of buyers, are to lie; as usual for the new store without it. */
  readonly readModels?: ReadModelsName;
  readonly yes?: true;
  readonly json?: true;
}

/**
 * Moves the log of a stopped shop, and the keys of its buyers. In this order, so that a crash leaves the old shop as it was until all of the new one is
 * sound: copy the keys, without which the new log could not be used, copy the log and compare, check the new log, bring the outbox to the same
 * place, leave a note where the log was, and only then destroy the keys that were left behind.
 */
export async function migrate({ from, to, readModels, yes, json }: Options): Promise<void> {
  if (from === to) throw new WrongUse('MOVE_TO_ITSELF');
  requireYes(yes, 'MOVE_NEEDS_STOP');
  const config = configOf();
  await refuseUnlessStopped(config, from);
  const stores = await import('../../stores');
  const { SystemRuntime } = await import('../../workbench');
  const options = { runtime: new SystemRuntime(), patienceMs: PATIENCE_MS, evenIfMoved: true } as const;
  const opened: { close(): Promise<void> }[] = [];
  const open = async (name: StoreName): Promise<OpenEventStore> => {
    const store = await stores.openEventStore(name, config, options);
    opened.push(store);
    return store;
  };
  const cursors = await stores.outboxCursors(config);
  opened.push(cursors);
  const signal = untilInterrupted();
  try {
    const keys = await keysOnTheMove(config, readModels ?? usualReadModels(config, to), opened);
    for (const { source: left, target: entered, newer } of keys.moves) await keys.copy(left, entered, newer, signal);
    const [source, target] = [await open(from), await open(to)];
    const sent = await sentUpTo(cursors, source);
    const moved = await move(source, target, sent.position, signal);
    say('checking the new log');
    const { violations } = await verifyThroughPort(stores.logOver(target));
    if (violations.length > 0)
      throw new BadNews(`the copy is whole, and the log has ${violations.length} violations: nothing was switched; see cardrail verify`);
    await bringOutbox(cursors, sent.isOfSource ? moved.followed : await keptPlace(cursors, moved));
    await switchOver(config, to);
    const buyerKeys = await handOver(keys, signal);
    await answer(json, { from, to, ...moved, buyerKeys }, () => textOf(to, moved, buyerKeys));
  } finally {
    for (const one of opened.reverse()) await one.close();
  }
}

async function refuseUnlessStopped(config: Config, from: StoreName): Promise<void> {
  const [{ filesOf }, { isFreeAfterFolding }] = await Promise.all([import('../../stores'), import('../../workbench')]);
  const { events } = filesOf(config);
  if (from === 'embedded' && !existsSync(events)) throw new WrongUse('NO_EVENT_LOG', { file: events });
  if (existsSync(events) && !isFreeAfterFolding(events)) throw new Refused('SHOP_RUNNING');
}

/** MongoDB holds what processes share where several of them have one log; where there is none, keys stay where they are. */
const usualReadModels = (config: Config, to: StoreName): ReadModelsName =>
  to === 'eventstoredb' && config.values.CARDRAIL_MONGODB_URL !== undefined ? 'mongodb' : 'embedded';

interface KeysOnTheMove {
  readonly to: ReadModelsName;
  readonly moves: readonly { readonly source: SubjectKeyPlace; readonly target: SubjectKeyPlace; readonly newer: NewerSeal }[];
  readonly copy: typeof copySubjectKeys;
  readonly handOver: typeof handOverSubjectKeys;
}

/** From every place that this shop knows to the one that it is going to use. Throws WrongUse. */
async function keysOnTheMove(config: Config, to: ReadModelsName, opened: { close(): Promise<void> }[]): Promise<KeysOnTheMove> {
  const [{ subjectKeyPlaces }, { copySubjectKeys: copy, handOverSubjectKeys: handOver }] = await Promise.all([
    import('../../stores'),
    import('../../application/keys/move-subject-keys'),
  ]);
  const places = await subjectKeyPlaces(config);
  opened.push(...places.values());
  const target = places.get(to);
  if (target === undefined) throw new WrongUse('MONGODB_URL_MISSING');
  const sources = [...places].filter(([name]) => name !== to);
  // The seals of the place that the shop has used so far are the newer ones, also when a move that was cut off is made again.
  const moves = sources.map(
    ([name, source]) => ({ source, target, newer: name === config.values.CARDRAIL_READ_MODELS ? 'source' : 'target' }) as const,
  );
  return { to, moves, copy, handOver };
}

async function handOver({ to, moves, handOver: leave }: KeysOnTheMove, signal: AbortSignal): Promise<KeysMoved & { readonly to: ReadModelsName }> {
  const sum = { to, keys: 0, erasures: 0 };
  for (const { source, target, newer } of moves) {
    const { keys, erasures } = await leave(source, target, newer, { where: to === 'mongodb' ? 'MongoDB' : 'subject-keys.db', signal });
    sum.keys += keys;
    sum.erasures += erasures;
  }
  return sum;
}

async function move(from: OpenEventStore, to: OpenEventStore, follow: string | null, signal: AbortSignal): Promise<Moved> {
  const [{ moveLog }, { SystemRuntime }] = await Promise.all([import('../../application/move-log'), import('../../workbench')]);
  const progress = progressOf('events');
  const runtime = new SystemRuntime();
  const startedMs = runtime.monotonicMs();
  try {
    return await moveLog({
      from,
      to,
      runtime,
      follow,
      signal,
      onProgress: ({ copied, compared }) => {
        const perSecond = Math.round((copied + compared) / Math.max(0.001, (runtime.monotonicMs() - startedMs) / 1_000));
        progress.at(copied + compared, 0, `${copied > 0 ? 'copied' : 'found equal'}, ${perSecond}/s`);
      },
    });
  } finally {
    progress.end();
  }
}

/** How far the outbox has sent. After a move that was done already it remembers a place of the other log. */
async function sentUpTo(cursors: OutboxCursors, source: OpenEventStore): Promise<{ readonly position: string | null; readonly isOfSource: boolean }> {
  const state = await cursors.current.load();
  const position = state?.position ?? null;
  const isOfSource = state !== null && (position === null || isWithinLog(position, await source.head()));
  return { position: isOfSource ? position : null, isOfSource };
}

/** A move that was cut off at its very end has brought the outbox to the new log in one place, and perhaps not in all. */
async function keptPlace(cursors: OutboxCursors, { head }: Moved): Promise<string | null | undefined> {
  const position = (await cursors.current.load())?.position ?? undefined;
  return position !== undefined && isWithinLog(position, head) ? position : undefined;
}

/** To the same event in the new log: nothing is sent twice or left out. Undefined: it remembers a place of neither log, or none. */
async function bringOutbox(cursors: OutboxCursors, position: string | null | undefined): Promise<void> {
  const state = await cursors.current.load();
  if (state === null || position === undefined) return say('the outbox remembers no place of this log: it is left as it is');
  for (const cursor of cursors.all) await cursor.save({ ...state, position });
}

/** What follows from the log begins anew, and the log that is left behind says so. */
async function switchOver(config: Config, to: StoreName): Promise<void> {
  const { filesOf } = await import('../../stores');
  const files = filesOf(config);
  rmSync(files.wake, { force: true });
  if (to === 'embedded') rmSync(files.moved, { force: true });
  else await writeFile(files.moved, `${JSON.stringify({ to, at: new Date().toISOString() })}\n`, { mode: 0o600 });
}

function textOf(to: StoreName, { events, copied }: Moved, { to: readModels, keys, erasures }: KeysMoved & { readonly to: ReadModelsName }): string {
  return [
    `${events} events are in the new store, ${copied} of them copied now; each was compared, and the log is sound`,
    `${keys} keys of buyers and ${erasures} erasures went with it`,
    `start every process with CARDRAIL_STORE=${to} and CARDRAIL_READ_MODELS=${readModels} from now on; read models build themselves anew`,
  ].join('\n');
}
