import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySubjectKeys, handOverSubjectKeys, type NewerSeal } from '../../src/application/keys/move-subject-keys';
import { MoveRefused } from '../../src/application/move-log';
import { type SubjectKey, type SubjectKeyPlace, SubjectKeysUnavailable } from '../../src/application/ports/subject-keys';
import { openSqliteSubjectKeys } from '../../src/infrastructure/sqlite/subject-keys/sqlite-subject-keys';

const [ANNA, BEN, CARL] = ['a', 'b', 'c'].map((last) => `00000000-0000-5000-8000-00000000000${last}`) as [string, string, string];
const AT = '2026-01-01T00:00:00.000Z';
const never = new AbortController().signal;

let made = 0;
const key = (subject: string, generation = 1, kid = 's1'): SubjectKey => ({
  subject,
  generation,
  wrapped: { kid, iv: `iv-${++made}`, tag: `tag-${made}`, ct: `ct-${made}` },
});

let folder: string;
let home: SubjectKeyPlace;
let cluster: SubjectKeyPlace;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardrail-move-keys-'));
  [home, cluster] = [openSqliteSubjectKeys(join(folder, 'home.db')), openSqliteSubjectKeys(join(folder, 'cluster.db'))];
});
afterEach(async () => {
  await Promise.all([home.close(), cluster.close()]);
  rmSync(folder, { recursive: true });
});

const move = (from: SubjectKeyPlace, to: SubjectKeyPlace, newer: NewerSeal = 'source') =>
  handOverSubjectKeys(from, to, newer, { where: 'the other place', signal: never });
const erase = async (place: SubjectKeyPlace, subject: string, generation = 1): Promise<void> => {
  await place.retire({ subject, generation, orderedAt: AT });
  await place.destroyRetired(subject);
};

/** Ends like a process: at its n-th call, before or after the place has done it, and at every one from then on. */
function dyingAt(calls: number, when: 'before' | 'after') {
  let left = calls;
  return (place: SubjectKeyPlace): SubjectKeyPlace =>
    new Proxy(place, {
      get(target, name: keyof SubjectKeyPlace) {
        return async (...args: unknown[]): Promise<unknown> => {
          const isLast = --left <= 0;
          if (isLast && when === 'before') throw new Error('killed');
          const answer = await (target[name] as (...all: unknown[]) => Promise<unknown>).apply(target, args);
          if (isLast) throw new Error('killed');
          return answer;
        };
      },
    });
}

describe('keys of buyers that change their place', () => {
  it('are all at the other one, and none is where they were', async () => {
    const keys = [key(ANNA), key(ANNA, 2), key(BEN)];
    for (const one of keys) await home.keep(one);
    await erase(home, CARL);
    expect(await move(home, cluster)).toEqual({ keys: 3, erasures: 1 });
    expect(await cluster.list(null, 10)).toEqual(keys);
    expect(await cluster.current(CARL)).toEqual({ generation: 2, wrapped: null });
    await expect(home.find(key(ANNA))).rejects.toThrow(SubjectKeysUnavailable);
  });

  it('copied and not handed over yet, they still open where they were: the old shop can be started', async () => {
    const kept = key(ANNA);
    await home.keep(kept);
    await copySubjectKeys(home, cluster, 'source', never);
    expect([await home.find(kept), await cluster.find(kept)]).toEqual([kept.wrapped, kept.wrapped]);
  });

  it.each(['before', 'after'] as const)(
    'cut off %s any call, the move is made again and ends right; until then no key is in no place',
    async (when) => {
      let cuts = 0;
      for (let calls = 1, isCut = true; isCut; calls++) {
        const [from, to] = ['from', 'to'].map((name) => openSqliteSubjectKeys(join(folder, `${name}-${calls}.db`))) as [
          SubjectKeyPlace,
          SubjectKeyPlace,
        ];
        const keys = [key(ANNA), key(BEN)];
        for (const one of keys) await from.keep(one);
        await erase(from, CARL);
        const dying = dyingAt(calls, when);
        isCut = await move(dying(from), dying(to)).then(
          () => false,
          () => true,
        );
        if (isCut) cuts++;
        for (const one of keys) {
          const found = await Promise.all([from, to].map((place) => place.find(one).catch(() => null)));
          expect(found).toContainEqual(one.wrapped);
        }
        await move(from, to, 'target');
        expect(await to.list(null, 10)).toEqual(keys);
        expect(await to.keep(key(CARL))).toBeNull();
        expect(await from.leftFor()).toBe('the other place');
        await Promise.all([from.close(), to.close()]);
      }
      expect(cuts).toBeGreaterThan(8);
    },
  );

  it('who was erased before the move does not come back from a copy that an earlier one left at the target', async () => {
    const [annas, bens] = [key(ANNA), key(BEN)];
    for (const one of [annas, bens]) await home.keep(one);
    await copySubjectKeys(home, cluster, 'source', never);
    await erase(home, ANNA);
    expect(await move(home, cluster)).toEqual({ keys: 1, erasures: 1 });
    expect(await cluster.find(annas)).toBeNull();
    expect(await cluster.find(bens)).toEqual(bens.wrapped);
  });

  it('nor from where the keys were, when they move back', async () => {
    const [annas, bens] = [key(ANNA), key(BEN)];
    for (const one of [annas, bens]) await home.keep(one);
    await move(home, cluster);
    await erase(cluster, ANNA);
    const next = key(ANNA, 2);
    await cluster.keep(next);
    await move(cluster, home);
    expect(await home.list(null, 10)).toEqual([next, bens]);
    expect(await home.keep(annas)).toBeNull();
    await expect(cluster.current(BEN)).rejects.toThrow(SubjectKeysUnavailable);
  });

  it('nor when only the target knows of the erasure', async () => {
    await home.keep(key(ANNA));
    await erase(cluster, ANNA);
    expect(await move(home, cluster)).toEqual({ keys: 0, erasures: 0 });
    expect(await cluster.list(null, 10)).toEqual([]);
  });

  it('a rotation between two tries is not undone: the seal of the place that was in use counts', async () => {
    const old = key(ANNA);
    await home.keep(old);
    await copySubjectKeys(home, cluster, 'source', never);
    const anew = key(ANNA, 1, 's2').wrapped;
    await home.rewrap(old, anew);
    await move(home, cluster);
    expect(await cluster.find(old)).toEqual(anew);
    await home.enter();
    await home.keep(old);
    await move(home, cluster, 'target');
    expect(await cluster.find(old)).toEqual(anew);
  });

  it('two keys of one name are no copies: nothing is moved, and nothing is destroyed', async () => {
    const [here, there] = [key(ANNA), key(ANNA)];
    await home.keep(here);
    await cluster.keep(there);
    await expect(move(home, cluster)).rejects.toThrow(MoveRefused);
    expect([await home.find(here), await cluster.find(there)]).toEqual([here.wrapped, there.wrapped]);
  });
});
