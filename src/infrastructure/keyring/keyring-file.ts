import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, syncFolder } from '../disk/durable-folder';
import { parseKeyring, type KeyringContent } from './keyring-content';

/** The keyring cannot be used as it is; waiting does not help. Names every problem, quotes no key. */
export class KeyringRefused extends Error {
  override readonly name = 'KeyringRefused';

  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    super(`The keyring ${file} is refused: ${problems.join('; ')}`);
  }
}

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** Reads and checks the whole file. Throws KeyringRefused. */
export function readKeyringFile(file: string): KeyringContent {
  const parsed = parseKeyring(readPrivately(file));
  if ('format' in parsed) return parsed;
  throw new KeyringRefused(file, parsed);
}

/** Mode and text come from the same open file, so nobody can swap it in between. */
function readPrivately(file: string): string {
  const handle = openOrRefuse(file);
  try {
    const { mode } = fstatSync(handle);
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new KeyringRefused(file, [`others than its owner may use it (mode ${(mode & 0o777).toString(8)}); run chmod 600 on it`]);
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}

function openOrRefuse(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new KeyringRefused(file, [
      isCode(error, 'ENOENT')
        ? 'it does not exist: put the copy of it there, or make one with cardrail keys init if the shop is new'
        : 'it cannot be read',
    ]);
  }
}

/** Makes the file; one that is there already is never touched. */
export function writeNewKeyringFile(file: string, content: KeyringContent): void {
  makeFolder(dirname(file));
  withDraft(file, content, (draft) => {
    try {
      linkSync(draft, file);
    } catch (error) {
      throw isCode(error, 'EEXIST') ? new KeyringRefused(file, ['it exists already']) : error;
    }
    unlinkSync(draft);
  });
}

/**
 * Reads, changes and replaces the file in one step: after a crash it is the old one or the new one. The draft's fixed name
 * is also the lock, so of two changes at once one is refused and no key is lost.
 */
export function changeKeyringFile(file: string, change: (content: KeyringContent) => KeyringContent): void {
  withDraft(
    file,
    () => change(readKeyringFile(file)),
    (draft) => renameSync(draft, file),
  );
}

function withDraft(file: string, content: KeyringContent | (() => KeyringContent), publish: (draft: string) => void): void {
  const draft = `${file}.new`;
  const handle = openDraft(file, draft);
  try {
    try {
      writeFileSync(handle, `${JSON.stringify(typeof content === 'function' ? content() : content, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    publish(draft);
  } catch (error) {
    unlinkSync(draft);
    throw error;
  }
  syncFolder(dirname(file));
}

function openDraft(file: string, draft: string): number {
  try {
    return openSync(draft, 'wx', OWNER_ONLY);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    throw new KeyringRefused(file, [`another change is under way or was cut short; if none is, remove ${draft}`]);
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
