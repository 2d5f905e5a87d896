import { z } from 'zod';
import type { SubjectKeyName } from '../../domain/kernel/subject';
import type { SubjectKeys } from '../../application/ports/subject-keys';

/**
 * The keys of persons and the list of who was erased, as lines of JSON: a head, the erasures, the keys, and an end that counts them, by which a file
 * that was cut off is told. A key is in it only as the keyring sealed it, so the file is worth nothing without that.
 */
const FORMAT = 'cardrail-buyer-keys';
const PAGE = 1_000;

const text = z.string().min(1).max(4_096);
const name = { subject: z.uuid(), generation: z.int().min(1).max(999_999_999) };
const line = z.union([
  z.strictObject({ format: z.literal(FORMAT), version: z.literal(1) }),
  z.strictObject({ erasure: z.strictObject({ ...name, orderedAt: z.iso.datetime() }) }),
  z.strictObject({ key: z.strictObject({ ...name, wrapped: z.strictObject({ kid: text, iv: text, tag: text, ct: text }) }) }),
  z.strictObject({ end: z.strictObject({ erasures: z.int(), keys: z.int() }) }),
]);

/** The file is not one of these, or was cut off. Quotes nothing of it. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}

export interface ArchiveCounts {
  readonly erasures: number;
  readonly keys: number;
}

/** Every erasure, and every key unless only the list is wanted. Rejects with SubjectKeysUnavailable. */
export async function* archiveLines(subjectKeys: Pick<SubjectKeys, 'erasures' | 'list'>, what: 'ALL' | 'ERASURES'): AsyncGenerator<string> {
  const counts = { erasures: 0, keys: 0 };
  yield JSON.stringify({ format: FORMAT, version: 1 });
  let erased: string | null = null;
  for (let page = await subjectKeys.erasures(erased, PAGE); page.length > 0; page = await subjectKeys.erasures(erased, PAGE)) {
    for (const erasure of page) yield JSON.stringify({ erasure });
    counts.erasures += page.length;
    erased = page.at(-1)?.subject ?? null;
  }
  let listed: SubjectKeyName | null = null;
  const nextKeys = async () => (what === 'ALL' ? subjectKeys.list(listed, PAGE) : []);
  for (let page = await nextKeys(); page.length > 0; page = await nextKeys()) {
    for (const key of page) yield JSON.stringify({ key });
    counts.keys += page.length;
    listed = page.at(-1) ?? null;
  }
  yield JSON.stringify({ end: counts });
}

/** The lines of an archive, each as what it says. Throws ArchiveRefused. */
async function* entriesOf(lines: AsyncIterable<string>) {
  const counts = { erasures: 0, keys: 0 };
  let [hasBegun, hasEnded] = [false, false];
  for await (const written of lines) {
    const entry = parsed(written);
    if (hasEnded || hasBegun === 'format' in entry) throw new ArchiveRefused('its lines do not stand in their order');
    hasBegun = true;
    if ('erasure' in entry) counts.erasures++;
    if ('key' in entry) counts.keys++;
    if ('end' in entry && (entry.end.erasures !== counts.erasures || entry.end.keys !== counts.keys))
      throw new ArchiveRefused('it holds more or less than it says');
    hasEnded = 'end' in entry;
    yield entry;
  }
  if (!hasEnded) throw new ArchiveRefused('it was cut off');
}

function parsed(written: string): z.output<typeof line> {
  try {
    return line.parse(JSON.parse(written));
  } catch {
    throw new ArchiveRefused('it is no list of keys or erasures');
  }
}

/** Reads it to its end and counts. Rejects with ArchiveRefused. */
export async function inspectArchive(lines: AsyncIterable<string>): Promise<ArchiveCounts> {
  const counts = { erasures: 0, keys: 0 };
  for await (const entry of entriesOf(lines)) {
    if ('erasure' in entry) counts.erasures++;
    if ('key' in entry) counts.keys++;
  }
  return counts;
}

export interface Taken extends ArchiveCounts {
  /** Keys that stay away: who they were for has been erased, or has another key by now. */
  readonly left: number;
}

/**
 * Takes erasures first, and then the keys of those who were not erased, here or there: nobody who was erased comes back. May be cut off, and be called
 * again. Rejects with ArchiveRefused, half way through what it had read, and with SubjectKeysUnavailable.
 */
export async function takeArchive(lines: AsyncIterable<string>, subjectKeys: SubjectKeys, what: 'ALL' | 'ERASURES'): Promise<Taken> {
  const taken = { erasures: 0, keys: 0, left: 0 };
  for await (const entry of entriesOf(lines)) {
    if ('erasure' in entry) {
      await subjectKeys.retire(entry.erasure);
      await subjectKeys.destroyRetired(entry.erasure.subject);
      taken.erasures++;
    }
    if ('key' in entry && what === 'ALL') {
      const stands = await subjectKeys.keep(entry.key);
      if (stands?.wrapped.tag === entry.key.wrapped.tag) taken.keys++;
      else taken.left++;
    }
  }
  return taken;
}
