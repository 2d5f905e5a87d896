import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ANSWER_BYTES_MAX } from '../../../protocols/wire';

/** We write into `requests`, the upstream moves from there to `taken` and writes into `answers`. */
type Place = 'requests' | 'taken' | 'answers';
const REQUEST_MODE = 0o640;

export type FileText = { readonly found: true; readonly text: string } | { readonly found: false; readonly why: 'NONE' | 'UNFIT' };
const NONE: FileText = { found: false, why: 'NONE' };
const UNFIT: FileText = { found: false, why: 'UNFIT' };

/**
 * The folder that is shared with one upstream. What the other side put there is read with suspicion: plain files only, of a bounded size, never through a symbolic
 * link. Names are ours: request ids and fixed words, so none leads out of the folder.
 */
export class ExchangeFolder {
  constructor(private readonly root: string) {}

  /** Throws a system error when a file is there and cannot be read. */
  async read(place: Place, name: string): Promise<FileText> {
    return readPlain(join(this.root, place, name));
  }

  readList(name: string): Promise<FileText> {
    return readPlain(join(this.root, name));
  }

  /** Whether the folders are there, and are folders and no links to somewhere else. */
  async isWhole(): Promise<boolean> {
    try {
      const root = await realpath(this.root);
      const places = await Promise.all((['requests', 'taken', 'answers'] as const).map((place) => lstat(join(root, place))));
      return places.every((place) => place.isDirectory());
    } catch {
      return false;
    }
  }

  /**
   * Makes a file appear, whole and durable, under a name that nobody has: a draft is written and synced, and its second name is the file. A crash leaves a draft,
   * which nobody reads, or the file. `mayPublish` is asked at the last moment. Throws a system error when nothing was published.
   */
  async publish(name: string, text: string, mayPublish: () => boolean): Promise<'PUBLISHED' | 'THERE' | 'TOO_LATE'> {
    const place = join(this.root, 'requests');
    const draft = join(place, `.draft-${randomUUID()}`);
    const handle = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, REQUEST_MODE);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      if (!mayPublish()) return 'TOO_LATE';
      await link(draft, join(place, name));
      return 'PUBLISHED';
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'THERE';
      throw error;
    } finally {
      await unlink(draft);
    }
  }

  /** After a power cut what was published is still there. */
  async makeDurable(): Promise<void> {
    const folder = await open(join(this.root, 'requests'), constants.O_RDONLY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** A pipe would keep us waiting and a link would lead elsewhere: both are opened in a way that does neither, and are no plain files. */
async function readPlain(file: string): Promise<FileText> {
  const handle = await openPlain(file);
  if ('found' in handle) return handle;
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > ANSWER_BYTES_MAX) return UNFIT;
    // It may grow while it is read.
    const bytes = Buffer.alloc(ANSWER_BYTES_MAX + 1);
    let filled = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
      filled += bytesRead;
      if (bytesRead === 0 || filled > ANSWER_BYTES_MAX) break;
    }
    if (filled > ANSWER_BYTES_MAX) return UNFIT;
    const read = bytes.subarray(0, filled);
    // Bytes that are no UTF-8 were written by something that speaks otherwise.
    return isUtf8(read) ? { found: true, text: read.toString('utf8') } : UNFIT;
  } finally {
    await handle.close();
  }
}

async function openPlain(file: string) {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return NONE;
    if (code === 'ELOOP' || code === 'ENXIO' || code === 'EISDIR') return UNFIT;
    throw error;
  }
}

/** The short stable name of a system error; messages hold paths and are left behind. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'DISK_ERROR';
}
