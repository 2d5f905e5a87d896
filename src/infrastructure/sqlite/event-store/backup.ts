import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openDatabase, type OpenDatabaseOptions } from '../open-database';
import { walDamage, wordsOf } from '../wal-check';
import { SELECT_ANCHOR } from './schema';

/** Pages per step; between two steps the event loop runs. */
const STEP_PAGES = 256;
const OWNER_ONLY = 0o600;

/**
 * Copies an open file, as it is at this moment, while others write to it. The copy appears under its name only when it is
 * whole and on the disk; a crash in between leaves a `.partial` file, which the next try replaces.
 */
export async function backupDatabase(source: OpenDatabaseOptions, target: string): Promise<void> {
  const damage = walDamage(source.file);
  if (damage !== null) throw new Error(`${source.file} cannot be copied whole: ${wordsOf(damage)}`);
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  // The copy is as private as what it is a copy of.
  await (await open(partial, 'wx', OWNER_ONLY)).close();
  const db = openDatabase({ ...source, readonly: true });
  try {
    // A read transaction pins the moment: without one each commit of a writer would start the copy anew.
    db.exec('BEGIN');
    db.prepare(SELECT_ANCHOR).get();
    await db.backup(partial, { progress: () => STEP_PAGES });
  } finally {
    db.close();
  }
  await sync(partial);
  await rename(partial, target);
  await sync(dirname(target));
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
