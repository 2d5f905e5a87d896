import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ArchiveCounts, Taken } from '../../workbench';
import type { SubjectKeys } from '../../application/ports/subject-keys';
import { Refused, requireYes, WrongUse } from '../exit';
import { answer, put } from '../output';
import { configOf } from '../session';

interface Options {
  readonly yes?: true;
  readonly json?: true;
}

/** Stands beside a copy of the log. */
export const archiveOf = (backup: string): string => `${backup}.buyer-keys`;

const linesOf = (file: string): AsyncIterable<string> => createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });

async function withSubjectKeys<T>(use: (subjectKeys: SubjectKeys) => Promise<T>): Promise<T> {
  const { openSubjectKeys } = await import('../../stores');
  const subjectKeys = await openSubjectKeys(configOf());
  try {
    return await use(subjectKeys);
  } finally {
    await subjectKeys.close();
  }
}

/** What a person can act on in place of what went wrong in the file. */
async function readingFrom<T>(file: string, read: () => Promise<T>): Promise<T> {
  const { ArchiveRefused } = await import('../../workbench');
  try {
    return await read();
  } catch (error) {
    if (error instanceof ArchiveRefused) throw new Refused('BUYER_KEYS_REFUSED', { file, why: error.message });
    throw error;
  }
}

/** Writes the keys of buyers, and who was erased, into a file. */
export async function keepIn(file: string): Promise<ArchiveCounts> {
  const { archiveLines, inspectArchive, writeLines } = await import('../../workbench');
  await mkdir(dirname(resolve(file)), { recursive: true, mode: 0o700 });
  await withSubjectKeys((subjectKeys) => writeLines(file, archiveLines(subjectKeys, 'ALL')));
  return readingFrom(file, () => inspectArchive(linesOf(file)));
}

/** Throws Refused for a file that is no archive, before anything is changed. */
export async function assertArchive(file: string): Promise<void> {
  if (!existsSync(file)) throw new WrongUse('FILE_NOT_FOUND', { file });
  const { inspectArchive } = await import('../../workbench');
  await readingFrom(file, () => inspectArchive(linesOf(file)));
}

/** Takes keys back from a file, but for those of who was erased; or only the erasures. */
export async function takeFrom(file: string, what: 'ALL' | 'ERASURES'): Promise<Taken> {
  const { takeArchive } = await import('../../workbench');
  return readingFrom(file, () => withSubjectKeys((subjectKeys) => takeArchive(linesOf(file), subjectKeys, what)));
}

export async function create(file: string, { yes, json }: Options): Promise<void> {
  if (existsSync(file)) requireYes(yes, 'WOULD_BE_REPLACED', { file });
  const counts = await keepIn(file);
  await answer(json, { file, ...counts }, () => `${file}: ${counts.keys} keys of buyers, ${counts.erasures} erasures`);
}

export async function restore(file: string, { yes, json }: Options): Promise<void> {
  await assertArchive(file);
  requireYes(yes, 'BUYER_KEYS_ADDED', { file });
  const taken = await takeFrom(file, 'ALL');
  await answer(json, { file, ...taken }, () => `${taken.keys} keys of buyers are there, ${taken.left} stayed away, ${taken.erasures} erasures hold`);
}

/** The list of who was erased, to be kept where no backup of the shop lies. */
export async function erasures(): Promise<void> {
  const { archiveLines } = await import('../../workbench');
  await withSubjectKeys(async (subjectKeys) => {
    for await (const line of archiveLines(subjectKeys, 'ERASURES')) await put(`${line}\n`);
  });
}
