import { archiveLines, ArchiveRefused, inspectArchive, takeArchive } from '../../src/infrastructure/files/buyer-key-archive';
import type { SubjectKey } from '../../src/application/ports/subject-keys';
import { SimulatedSubjectKeys } from '../../src/simulation/ports/simulated-subject-keys';

const AT = '2026-01-01T00:00:00.000Z';
const subjectOf = (n: number): string => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
const key = (n: number, generation = 1): SubjectKey => ({
  subject: subjectOf(n),
  generation,
  wrapped: { kid: 's1', iv: 'aXY', tag: `tag-${n}-${generation}`, ct: 'Y3Q' },
});

async function shopWith(...people: readonly number[]): Promise<SimulatedSubjectKeys> {
  const keys = new SimulatedSubjectKeys();
  for (const n of people) await keys.keep(key(n));
  return keys;
}

async function erase(keys: SimulatedSubjectKeys, n: number): Promise<void> {
  await keys.retire({ subject: subjectOf(n), generation: 1, orderedAt: AT });
  await keys.destroyRetired(subjectOf(n));
}

async function linesOf(keys: SimulatedSubjectKeys, what: 'ALL' | 'ERASURES' = 'ALL'): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of archiveLines(keys, what)) lines.push(line);
  return lines;
}

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe('an archive of keys of buyers', () => {
  it('gives an empty shop every key and every erasure, over all pages', async () => {
    const people = Array.from({ length: 2_345 }, (_, n) => n + 1);
    const before = await shopWith(...people);
    await erase(before, 7);
    const lines = await linesOf(before);
    expect(await inspectArchive(from(lines))).toEqual({ erasures: 1, keys: 2_344 });
    const after = new SimulatedSubjectKeys();
    expect(await takeArchive(from(lines), after, 'ALL')).toEqual({ erasures: 1, keys: 2_344, left: 0 });
    expect(await linesOf(after)).toEqual(lines);
  });

  it('brings nobody back who was erased since, by what the shop still knows or by a list from elsewhere', async () => {
    const shop = await shopWith(1, 2, 3);
    const backup = await linesOf(shop);
    await erase(shop, 1);
    expect(await takeArchive(from(backup), shop, 'ALL')).toEqual({ erasures: 0, keys: 2, left: 1 });
    expect(await shop.find(key(1))).toBeNull();
    const list = await linesOf(shop, 'ERASURES');
    expect(await inspectArchive(from(list))).toEqual({ erasures: 1, keys: 0 });
    const anew = new SimulatedSubjectKeys();
    for (const lines of [list, backup]) await takeArchive(from(lines), anew, 'ALL');
    expect(await anew.find(key(1))).toBeNull();
    expect(await anew.find(key(2))).not.toBeNull();
  });

  it('takes a key away again that an older copy brought, when the list comes afterwards', async () => {
    const shop = await shopWith(1, 2);
    const backup = await linesOf(shop);
    await erase(shop, 1);
    const list = await linesOf(shop, 'ERASURES');
    const anew = new SimulatedSubjectKeys();
    for (const lines of [backup, list]) await takeArchive(from(lines), anew, 'ALL');
    expect(await anew.find(key(1))).toBeNull();
  });

  it('is refused when it was cut off, holds more than it says, or is something else', async () => {
    const lines = await linesOf(await shopWith(1, 2));
    const [head = '', first = '', , end = ''] = lines;
    const wrong: readonly (readonly string[])[] = [
      [],
      lines.slice(0, -1),
      [head, first, end],
      [...lines, first],
      [first, end],
      [head, head, ...lines.slice(1)],
      ['{"events":1}'],
      [head, 'not JSON', end],
      [head, '{"key":{"subject":"x","generation":1}}', end],
    ];
    for (const one of wrong) await expect(inspectArchive(from(one))).rejects.toThrow(ArchiveRefused);
  });
});
