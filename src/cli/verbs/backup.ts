import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Refused, requireYes, WrongUse } from '../exit';
import { answer, say } from '../output';
import { configOf } from '../session';
import { archiveOf, assertArchive, keepIn, takeFrom } from './buyer-keys';
import { unopenable } from './key-uses';

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

const KEYRING_NOTE = 'The keyring is not in it: keep a copy of that apart, or no stored code can ever be read again.';

/** Copies the log as it is at this moment, and looks the copy over. */
export async function create(target: string, { yes, json }: Options): Promise<void> {
  const { events } = await shopFiles();
  if (!existsSync(events)) throw new WrongUse('NO_EVENT_LOG', { file: events });
  if (resolve(target) === resolve(events)) throw new WrongUse('COPY_ONTO_ITSELF');
  if (existsSync(target)) requireYes(yes, 'WOULD_BE_REPLACED', { file: target });
  const { backupLog } = await import('../../workbench');
  mkdirSync(dirname(resolve(target)), { recursive: true, mode: 0o700 });
  await backupLog(events, target);
  const found = await inspected(target);
  // After the log: whoever came meanwhile has a key in it that no order in the copy needs, and nobody the other way round.
  const buyers = await keepIn(archiveOf(target));
  const bytes = statSync(target).size;
  say(KEYRING_NOTE);
  await answer(json, { file: target, bytes, ...found, keyring: false, buyerKeys: { file: archiveOf(target), ...buyers } }, () =>
    [`${target}: ${found.events} events, ${bytes} bytes`, `${archiveOf(target)}: ${buyers.keys} keys of buyers, ${buyers.erasures} erasures`].join(
      '\n',
    ),
  );
}

const shopFiles = async () => {
  const { filesOf } = await import('../../stores');
  const config = configOf();
  if (config.values.CARDRAIL_STORE !== 'embedded') throw new Refused('BACKUP_OF_CLUSTER');
  return filesOf(config);
};

/** Throws Refused when the copy is not sound. */
async function inspected(file: string): Promise<{ readonly events: number; readonly head: string | null }> {
  const { checkStore, eventsUpTo, openLogFile } = await import('../../workbench');
  for await (const { kind, what, stream, position } of checkStore(file))
    throw new Refused('COPY_NOT_SOUND', { file, why: [kind, stream, position, what].filter((part) => part !== undefined).join(' ') });
  const log = openLogFile(file);
  const head = await log.head();
  log.close();
  forgetCompanions(file);
  return { events: eventsUpTo(head), head };
}

/** What SQLite leaves beside a file that was only read. */
function forgetCompanions(file: string): void {
  for (const end of ['-wal', '-shm']) {
    const stat = statSync(file + end, { throwIfNoEntry: false });
    if (stat !== undefined && (end === '-shm' || stat.size === 0)) rmSync(file + end, { force: true });
  }
}

/**
 * Puts a copy in the place of the log. In this order, so that a crash leaves the old shop, or no log, or the whole new one:
 * look the copy over, see that nobody uses the log, bring the copy next to it, set the old log aside, forget what follows from
 * it (read models, wake index), take the keys of buyers, but for those who were erased since, move the outbox back to where the copy ends, and give the copy its name.
 */
export async function restore(source: string, { yes, json, erasures }: Options & { readonly erasures?: string }): Promise<void> {
  if (!existsSync(source)) throw new WrongUse('COPY_NOT_FOUND', { file: source });
  const files = await shopFiles();
  if (resolve(source) === resolve(files.events)) throw new WrongUse('COPY_IS_THE_LOG');
  const replaces = existsSync(files.events);
  if (replaces) requireYes(yes, 'WOULD_BE_SET_ASIDE', { file: files.events });
  const archive = existsSync(archiveOf(source)) ? archiveOf(source) : null;
  for (const file of [archive, erasures]) if (file !== null && file !== undefined) await assertArchive(file);
  const found = await inspected(source);
  const { isFreeAfterFolding } = await import('../../workbench');
  if (replaces && !isFreeAfterFolding(files.events)) throw new Refused('SHOP_RUNNING');

  mkdirSync(dirname(files.events), { recursive: true, mode: 0o700 });
  const draft = `${files.events}.restoring`;
  await copyDurably(source, draft);
  const setAside = replaces ? freeName(`${files.events}.before-restore`) : null;
  if (setAside !== null) {
    renameSync(files.events, setAside);
    for (const end of ['-wal', '-shm']) if (existsSync(files.events + end)) renameSync(files.events + end, setAside + end);
  }
  const buyers = await takeBuyerKeys(archive, erasures);
  for (const end of ['', '-wal', '-shm']) rmSync(files.readModels + end, { force: true });
  rmSync(files.wake, { force: true });
  const outbox = await windBack(files.outbox, found.head);
  renameSync(draft, files.events);
  await syncFolder(dirname(files.events));
  const lost = existsSync(files.keyring) ? await unopenable() : [];
  for (const sentence of lost) say(sentence);
  if (!existsSync(files.keyring)) say(`${files.keyring} is not there: put the keyring of this shop in its place before the next start`);
  await answer(
    json,
    { file: files.events, ...found, setAside, outbox, unopenable: lost, buyerKeys: buyers },
    () => `${files.events} holds ${found.events} events${setAside === null ? '' : `; the log that was there is ${setAside}`}`,
  );
}

/**
 * Who was erased stays erased: by what the data folder still knows, by the copy itself, and by a list that was kept elsewhere. The log of the copy
 * may know nothing of it: the next start orders it there again.
 */
async function takeBuyerKeys(archive: string | null, erasures: string | undefined) {
  const listed = erasures === undefined ? null : await takeFrom(erasures, 'ERASURES');
  const taken = archive === null ? null : await takeFrom(archive, 'ALL');
  if (archive === null)
    say('no keys of buyers stand beside the copy: contacts and fields of its orders open only where the data folder still has their keys');
  return { keys: taken?.keys ?? 0, left: taken?.left ?? 0, erasures: (taken?.erasures ?? 0) + (listed?.erasures ?? 0) };
}

/**
 * Behind the end of the copy the positions will be given out again. An outbox that remembered a later one would pass over the
 * new messages there without a word; wound back to the end it sends each of them, and none of the old ones again.
 */
async function windBack(file: string, head: string | null): Promise<'kept' | 'wound back' | 'none'> {
  const { outboxCursorFile } = await import('../../workbench');
  const cursor = outboxCursorFile(file);
  const state = await cursor.load();
  if (state === null) return 'none';
  if (state.position === null || (head !== null && state.position <= head)) return 'kept';
  await cursor.save({ ...state, position: head });
  return 'wound back';
}

async function copyDurably(source: string, target: string): Promise<void> {
  await copyFile(source, target);
  const handle = await open(target, 'r+');
  try {
    await handle.chmod(0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const freeName = (name: string, at = 1): string => (existsSync(`${name}-${at}`) ? freeName(name, at + 1) : `${name}-${at}`);
