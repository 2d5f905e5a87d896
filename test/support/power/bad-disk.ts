import { join } from 'node:path';
import { checkStore, StoreDamaged } from '../../../src/infrastructure/sqlite/event-store';
import { DatabaseRefused } from '../../../src/infrastructure/sqlite/open-database';
import type { Chance } from '../chance';
import { writeImage } from './after-cut';
import { damagedBy } from './disk-damage';
import type { DiskImage } from './disk-record';
import { shownBy, type Shown } from './shown';

const EVENTS = 'data/shop/events.db';
const WAL = `${EVENTS}-wal`;
const FRAME_BYTES = 24 + 4_096;

export interface WholeLog {
  readonly shown: Shown;
  readonly streams: readonly string[];
}

/** What readers are shown before anything is damaged. */
export async function wholeLog(image: DiskImage, folder: string): Promise<WholeLog> {
  writeImage(image, folder);
  const { log } = await shownBy(join(folder, EVENTS), []);
  const streams = [...new Set(log.map((event) => (JSON.parse(event) as { readonly stream: string }).stream))];
  return { shown: await shownBy(join(folder, EVENTS), streams), streams };
}

/**
 * How a damage comes out: `unseen`, readers are shown what they were before; `refused` by the start; `named` by verify. Anything else
 * is thrown, but for the one place that nobody can judge: the last commit in the write-ahead log, whose damage looks like a cut.
 */
export async function endOf(
  image: DiskImage,
  whole: WholeLog,
  chance: Chance,
  folder: string,
): Promise<'unseen' | 'refused' | 'named' | 'like a cut'> {
  const sizeOf = (path: string): number => image.get(path)?.length ?? 0;
  const path = chance.upTo(sizeOf(EVENTS) + sizeOf(WAL)) < sizeOf(EVENTS) ? EVENTS : WAL;
  const before = image.get(path) ?? Buffer.alloc(0);
  const { about, bytes } = damagedBy(chance, before);
  writeImage(new Map([...image, [path, bytes]]), folder);
  const file = join(folder, EVENTS);
  const findings: string[] = [];
  for await (const { kind } of checkStore(file)) findings.push(kind);
  const shown = await shownBy(file, whole.streams).catch((error: unknown) => error);
  if (shown instanceof StoreDamaged || shown instanceof DatabaseRefused) return 'refused';
  if (findings.length > 0) return 'named';
  if (shown instanceof Error) throw new Error(`${about} of ${path}: verify finds nothing, and a start ends with ${shown.message}`, { cause: shown });
  if (isSame(shown as Shown, whole.shown)) return 'unseen';
  const isLikeACut = path === WAL && provingCommits(before, bytes) < 2 && isShorter(shown as Shown, whole.shown);
  if (isLikeACut) return 'like a cut';
  throw new Error(`${about} of ${path}: readers are shown something else, and nobody says so`);
}

function isSame(one: Shown, other: Shown): boolean {
  const texts = ({ log, streams, category, head }: Shown): string => JSON.stringify([log, [...streams], category, head]);
  return texts(one) === texts(other);
}

const isShorter = ({ log }: Shown, whole: Shown): boolean => log.length < whole.log.length && log.every((event, i) => event === whole.log[i]);

/**
 * Commits which show that what was damaged had been synced: those that are whole behind the first damaged frame, and that frame's own
 * word. With fewer than two it could be the rest of a commit that a cut has torn.
 */
function provingCommits(before: Buffer, after: Buffer): number {
  const isWhole = (from: number, to: number): boolean => before.subarray(from, to).equals(after.subarray(from, to));
  if (!isWhole(0, 32)) return 2;
  let proving = 0;
  let broken = false;
  for (let at = 32; at + FRAME_BYTES <= before.length; at += FRAME_BYTES) {
    if (!before.subarray(at + 8, at + 16).equals(before.subarray(16, 24))) break;
    const isCommit = before.readUInt32BE(at + 4) !== 0;
    // A frame is recognised by its own bytes and the checksum of the one before it.
    const isRecognised = broken ? isWhole(at, at + FRAME_BYTES) && isWhole(at - FRAME_BYTES + 16, at - FRAME_BYTES + 24) : isWhole(at, at + 16);
    if (!broken && isWhole(at, at + FRAME_BYTES)) continue;
    broken = true;
    if (isCommit && isRecognised) proving++;
  }
  return proving;
}
