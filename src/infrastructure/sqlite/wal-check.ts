import { closeSync, openSync, readSync } from 'node:fs';

/** Where a write-ahead log is damaged, and what cannot be reached for it. Frames count from 1; 0 is the head of the log. */
export interface WalDamage {
  readonly frame: number;
  /** Commits behind that place, at least. */
  readonly commits: number;
}

const HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
/** Head and frames are summed without their own checksum. */
const HEAD_SUMMED_BYTES = 24;
const FRAME_SUMMED_BYTES = 8;
const MAGIC = 0x377f0682;
const PAGE_BYTES_MAX = 65_536;

type Sum = readonly [number, number];

/** SQLite's checksum of whole words, continued from the one before. */
function sumOf([a, b]: Sum, bytes: Buffer, isBigEndian: boolean): Sum {
  let [s0, s1] = [a, b];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    s0 = (s0 + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + s1) >>> 0;
    s1 = (s1 + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + s0) >>> 0;
  }
  return [s0, s1];
}

const isSame = (a: Sum, b: Sum): boolean => a[0] === b[0] && a[1] === b[1];
const storedSum = (bytes: Buffer, at: number): Sum => [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];

interface Head {
  readonly isWhole: boolean;
  readonly isBigEndian: boolean;
  readonly pageBytes: number;
  readonly salt: Sum;
  readonly sum: Sum;
}

function headOf(bytes: Buffer): Head {
  const magic = bytes.readUInt32BE(0);
  const isBigEndian = (magic & 1) === 1;
  const pageBytes = bytes.readUInt32BE(8);
  const sum = storedSum(bytes, HEAD_SUMMED_BYTES);
  const isKnown = magic >>> 1 === MAGIC >>> 1 && pageBytes >= 512 && pageBytes <= PAGE_BYTES_MAX && (pageBytes & (pageBytes - 1)) === 0;
  const isWhole = isKnown && isSame(sumOf([0, 0], bytes.subarray(0, HEAD_SUMMED_BYTES), isBigEndian), sum);
  return { isWhole, isBigEndian, pageBytes, salt: storedSum(bytes, 16), sum };
}

interface Frame {
  readonly isCommit: boolean;
  readonly salt: Sum;
  readonly sum: Sum;
  /** Whether it is whole and follows the frame that carries this checksum. */
  follows(before: Sum): boolean;
}

function frameOf(bytes: Buffer, isBigEndian: boolean): Frame {
  const sum = storedSum(bytes, 16);
  return {
    isCommit: bytes.readUInt32BE(4) !== 0,
    salt: storedSum(bytes, 8),
    sum,
    follows: (before) => {
      const head = sumOf(before, bytes.subarray(0, FRAME_SUMMED_BYTES), isBigEndian);
      return bytes.readUInt32BE(0) !== 0 && isSame(sumOf(head, bytes.subarray(FRAME_HEAD_BYTES), isBigEndian), sum);
    },
  };
}

/**
 * What SQLite does not tell: it reads a write-ahead log up to the first frame that is not whole and takes that for its end.
 *
 * After a power cut it is the end. Every commit is synced before the next one is written, so only the frames of the last one may be
 * torn, and no whole commit lies behind them. A commit that does means that what is torn now was whole once, and was acknowledged:
 * the disk has changed it since. Damage in the very last commit looks like a cut and cannot be told from one.
 *
 * Read without a lock, which SQLite never takes on this file, so that none is dropped by closing it: beside a running writer the newest frames may look torn, so a damage counts only if it stays.
 */
export function walDamage(file: string): WalDamage | null {
  const first = scan(`${file}-wal`);
  if (first === null) return null;
  for (let look = 1; look < LOOKS; look++) {
    Atomics.wait(never, 0, 0, LOOK_AGAIN_MS);
    const again = scan(`${file}-wal`);
    if (again?.frame !== first.frame) return null;
  }
  return first;
}

export const wordsOf = ({ frame, commits }: WalDamage): string =>
  `${frame === 0 ? 'the head' : `frame ${frame}`} of the write-ahead log (the file that ends in -wal) is damaged, and ${commits} or more acknowledged commits behind it cannot be reached`;

const LOOKS = 3;
const LOOK_AGAIN_MS = 20;
const never = new Int32Array(new SharedArrayBuffer(4));

function scan(wal: string): WalDamage | null {
  const handle = openIfThere(wal);
  if (handle === undefined) return null;
  try {
    const head = readAt(handle, 0, HEAD_BYTES);
    return head === null ? null : scanFrames(handle, headOf(head));
  } finally {
    closeSync(handle);
  }
}

/** Of a head that is not whole the size of a page is not believed; ours is the usual one. */
const USUAL_PAGE_BYTES = 4_096;

function scanFrames(handle: number, head: Head): WalDamage | null {
  const pageBytes = head.isWhole ? head.pageBytes : USUAL_PAGE_BYTES;
  let before = head.sum;
  let { salt } = head;
  let brokenAt = head.isWhole ? undefined : 0;
  /** Whole commits behind the broken place. */
  let commits = 0;
  for (let number = 1; ; number++) {
    const bytes = readAt(handle, HEAD_BYTES + (number - 1) * (FRAME_HEAD_BYTES + pageBytes), FRAME_HEAD_BYTES + pageBytes);
    if (bytes === null) return null;
    const frame = frameOf(bytes, head.isBigEndian);
    if (brokenAt === 0 && number === 1) ({ salt } = frame);
    const isOfThisLog = isSame(frame.salt, salt);
    // Older frames, of a log that has been copied into the file, end this one.
    if (!isOfThisLog && brokenAt === undefined) return null;
    const isNext = isOfThisLog && frame.follows(before);
    if (brokenAt === undefined && !isNext) {
      brokenAt = number;
      // Its own word that it ends a commit is enough: what then follows on it is another one.
      commits = isOfThisLog && frame.isCommit ? 1 : 0;
    } else if (brokenAt !== undefined && isNext && frame.isCommit && ++commits >= COMMITS_THAT_PROVE) return { frame: brokenAt, commits };
    before = frame.sum;
  }
}

/** One may be the rest of the commit that a cut has torn; a second was written when the first had been synced. */
const COMMITS_THAT_PROVE = 2;

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Null when the file does not reach so far. */
function readAt(handle: number, at: number, length: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(length);
  return readSync(handle, bytes, 0, length, at) === length ? bytes : null;
}
