import { existsSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Moved } from '../../application/move-log';
import { isWithinLog } from '../../domain/kernel/position';
import type { Config } from '../../config';
import type { OpenEventStore, OutboxCursors, StoreName } from '../../stores';
import { BadNews, Refused, requireYes, WrongUse } from '../exit';
import { answer, say } from '../output';
import { progressOf } from '../progress';
import { configOf, PATIENCE_MS, untilInterrupted } from '../session';
import { verifyThroughPort } from './verify';

interface Options {
  readonly from: StoreName;
  readonly to: StoreName;
  readonly yes?: true;
  readonly json?: true;
}

/**
 * Moves the log of a stopped shop. In this order, so that a crash leaves the old shop as it was until all of the new one is sound:
 * copy and compare, check the new log, bring the outbox to the same place, and leave a note where the log was.
 */
export async function migrate({ from, to, yes, json }: Options): Promise<void> {
  if (from === to) throw new WrongUse('a log is moved from one store to another one');
  requireYes(yes, 'every process of the shop has to be stopped while its log is copied');
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
  try {
    const [source, target] = [await open(from), await open(to)];
    const sent = await sentUpTo(cursors, source);
    const moved = await move(source, target, sent.position);
    say('checking the new log');
    const { violations } = await verifyThroughPort(stores.logOver(target));
    if (violations.length > 0)
      throw new BadNews(`the copy is whole, and the log has ${violations.length} violations: nothing was switched; see cardrail verify`);
    await bringOutbox(cursors, sent.isOfSource ? moved.followed : await keptPlace(cursors, moved));
    await switchOver(config, to);
    await answer(json, { from, to, ...moved }, () => textOf(to, moved));
  } finally {
    for (const one of opened.reverse()) await one.close();
  }
}

async function refuseUnlessStopped(config: Config, from: StoreName): Promise<void> {
  const [{ filesOf }, { isFreeAfterFolding }] = await Promise.all([import('../../stores'), import('../../workbench')]);
  const { events } = filesOf(config);
  if (from === 'embedded' && !existsSync(events)) throw new WrongUse(`there is no event log at ${events}`);
  if (existsSync(events) && !isFreeAfterFolding(events)) throw new Refused('the shop is running: stop every process of it first');
}

async function move(from: OpenEventStore, to: OpenEventStore, follow: string | null): Promise<Moved> {
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
      signal: untilInterrupted(),
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

function textOf(to: StoreName, { events, copied }: Moved): string {
  return [
    `${events} events are in the new store, ${copied} of them copied now; each was compared, and the log is sound`,
    `start every process with CARDRAIL_STORE=${to} from now on; read models build themselves anew`,
  ].join('\n');
}
