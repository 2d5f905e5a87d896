import { type SubjectKey, type SubjectKeyPlace, type SubjectKeys, SubjectKeysUnavailable } from '../../src/application/ports/subject-keys';

/** How a suite gets its store: a fresh, empty one for each test. `open` gives one more connection to it, as another process has. */
export interface SubjectKeyStore<Keys extends SubjectKeys = SubjectKeys> {
  open(): Keys;
  dispose(): Promise<void>;
}

const CONTENDERS = 8;
const ANNA = '00000000-0000-5000-8000-00000000000a';
const BEN = '00000000-0000-5000-8000-00000000000b';
const AT = '2026-01-01T00:00:00.000Z';

let made = 0;
const key = (subject = ANNA, generation = 1, kid = 's1'): SubjectKey => ({
  subject,
  generation,
  wrapped: { kid, iv: `iv-${++made}`, tag: `tag-${made}`, ct: `ct-${made}` },
});

/** What every store of the keys of persons promises. Knows the port and nothing else. */
export function describeSubjectKeysContract(name: string, openFresh: () => Promise<SubjectKeyStore>): void {
  describe(`subject keys contract: ${name}`, () => {
    let store: SubjectKeyStore;
    beforeEach(async () => {
      store = await openFresh();
    });
    afterEach(() => store.dispose());

    it('a person without a key begins with the first generation', async () => {
      expect(await store.open().current(ANNA)).toEqual({ generation: 1, wrapped: null });
    });

    it('a key that was kept is there for every process, for its person alone', async () => {
      const kept = key();
      expect(await store.open().keep(kept)).toEqual(kept);
      const other = store.open();
      expect(await other.current(ANNA)).toEqual({ generation: 1, wrapped: kept.wrapped });
      expect(await other.find(kept)).toEqual(kept.wrapped);
      expect(await other.current(BEN)).toEqual({ generation: 1, wrapped: null });
      expect(await other.find({ subject: ANNA, generation: 2 })).toBeNull();
    });

    it('of many that keep one at once all are told the same', async () => {
      const all = Array.from({ length: CONTENDERS }, () => store.open());
      const told = await Promise.all(all.map((keys) => keys.keep(key())));
      const [first] = told;
      expect(first).not.toBeNull();
      for (const one of told) expect(one).toEqual(first);
      expect((await store.open().current(ANNA)).wrapped).toEqual(first?.wrapped);
    });

    it('what is retired seals no more, still opens, and is not kept again', async () => {
      const [keys, kept] = [store.open(), key()];
      await keys.keep(kept);
      await keys.retire({ subject: ANNA, generation: 1, orderedAt: AT });
      expect(await keys.current(ANNA)).toEqual({ generation: 2, wrapped: null });
      expect(await keys.find(kept)).toEqual(kept.wrapped);
      expect(await keys.keep(key())).toBeNull();
      expect(await keys.find(kept)).toEqual(kept.wrapped);
    });

    it('what is destroyed is gone for every process and never comes back, and nothing else is', async () => {
      const [keys, old, next, bens] = [store.open(), key(), key(ANNA, 2), key(BEN)];
      for (const one of [old, bens]) await keys.keep(one);
      await keys.retire({ subject: ANNA, generation: 1, orderedAt: AT });
      await keys.keep(next);
      for (let times = 0; times < 2; times++) await keys.destroyRetired(ANNA);
      expect(await keys.keep(old)).toBeNull();
      const other = store.open();
      expect(await other.find(old)).toBeNull();
      expect(await other.find(next)).toEqual(next.wrapped);
      expect(await other.find(bens)).toEqual(bens.wrapped);
    });

    it('destroys nothing that was not retired', async () => {
      const [keys, kept] = [store.open(), key()];
      await keys.keep(kept);
      await keys.destroyRetired(ANNA);
      expect(await keys.find(kept)).toEqual(kept.wrapped);
    });

    it('an erasure is remembered in pages, and an older one changes nothing', async () => {
      const keys = store.open();
      const erasure = { subject: ANNA, generation: 3, orderedAt: AT };
      await keys.retire(erasure);
      await keys.retire({ ...erasure, generation: 2, orderedAt: '2026-02-02T00:00:00.000Z' });
      await keys.retire({ ...erasure, subject: BEN, generation: 1 });
      expect(await keys.erasures(null, 1)).toEqual([erasure]);
      expect(await keys.erasures(ANNA, 10)).toEqual([{ ...erasure, subject: BEN, generation: 1 }]);
      expect(await keys.erasures(BEN, 10)).toEqual([]);
    });

    it('keys are listed in pages, by person and generation', async () => {
      const [keys, all] = [store.open(), [key(ANNA, 2), key(ANNA, 10), key(BEN)]];
      for (const one of [...all].reverse()) await keys.keep(one);
      const [first, second, third] = all;
      expect(await keys.list(null, 2)).toEqual([first, second]);
      expect(await keys.list(second ?? null, 2)).toEqual([third]);
      expect(await keys.list(third ?? null, 2)).toEqual([]);
    });

    it('is wrapped anew once: of two that try the second is told that it is otherwise by now', async () => {
      const [keys, kept] = [store.open(), key()];
      await keys.keep(kept);
      const anew = key(ANNA, 1, 's2').wrapped;
      expect(await keys.countWrappedBy('s1')).toBe(1);
      expect(await keys.rewrap(kept, anew)).toBe(true);
      expect(await store.open().rewrap(kept, key(ANNA, 1, 's3').wrapped)).toBe(false);
      expect(await keys.rewrap(key(BEN), anew)).toBe(false);
      expect(await keys.find(kept)).toEqual(anew);
      expect([await keys.countWrappedBy('s1'), await keys.countWrappedBy('s2')]).toEqual([0, 1]);
    });
  });
}

/** What every place that keys can leave for another one promises besides. */
export function describeSubjectKeyPlaceContract(name: string, openFresh: () => Promise<SubjectKeyStore<SubjectKeyPlace>>): void {
  describe(`subject key place contract: ${name}`, () => {
    let store: SubjectKeyStore<SubjectKeyPlace>;
    beforeEach(async () => {
      store = await openFresh();
    });
    afterEach(() => store.dispose());

    it('has not been left, and may be entered as often as one likes', async () => {
      const place = store.open();
      expect(await place.leftFor()).toBeNull();
      for (let times = 0; times < 2; times++) await place.enter();
      expect(await place.leftFor()).toBeNull();
    });

    it('that was left says where the keys are, and is as good as away to whoever looks for one: it is not destroyed', async () => {
      const [place, kept] = [store.open(), key()];
      await place.keep(kept);
      for (let times = 0; times < 2; times++) await place.leave('the other place');
      const other = store.open();
      expect(await other.leftFor()).toBe('the other place');
      const asked = [
        () => other.find(kept),
        () => other.current(ANNA),
        () => other.current(BEN),
        () => other.keep(key(BEN)),
        () => other.list(null, 10),
        () => other.countWrappedBy('s1'),
      ];
      for (const ask of asked) await expect(ask()).rejects.toThrow(SubjectKeysUnavailable);
      await expect(other.find(kept)).rejects.toThrow('the other place');
    });

    it('that was left has no key any more when they come back, and remembers who was erased', async () => {
      const [place, kept] = [store.open(), key()];
      await place.keep(kept);
      await place.retire({ subject: BEN, generation: 2, orderedAt: AT });
      await place.leave('the other place');
      expect(await place.erasures(null, 10)).toEqual([{ subject: BEN, generation: 2, orderedAt: AT }]);
      await place.retire({ subject: ANNA, generation: 1, orderedAt: AT });
      await place.destroyRetired(ANNA);
      await place.enter();
      expect(await place.list(null, 10)).toEqual([]);
      expect(await place.keep(kept)).toBeNull();
      expect(await place.keep(key(ANNA, 2))).not.toBeNull();
    });
  });
}
